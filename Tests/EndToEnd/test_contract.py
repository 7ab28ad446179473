"""tools.json matches the server."""

import json
import re

import conformance
import pytest
from server import ROOT, Server

NAMES = re.compile(r"[a-z][a-z0-9_]{0,39}")


def test_tools_json_is_the_answer_of_tools_list(server: Server) -> None:
    text = (ROOT / "tools.json").read_text()
    assert json.loads(text) == server.tools()
    assert text == json.dumps(server.tools(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


# Names that say enough without a description, which every list of tools would repeat.
SELF_EXPLAINING = {
    "id", "ids", "kind", "fields", "limit", "cursor", "confirm", "dry_run", "archived", "what", "format", "overwrite", "restore",
    "query", "new_version",
}


def test_tools_are_as_clients_need_them(server: Server) -> None:
    tools = server.tools()
    assert len({tool["name"] for tool in tools}) == len(tools)
    for tool in tools:
        assert NAMES.fullmatch(tool["name"])
        assert tool["description"]
        hints = {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}
        assert hints <= tool["annotations"].keys()
        schema = tool["inputSchema"]
        assert schema["type"] == "object" and schema["additionalProperties"] is False
        for name, field in schema.get("properties", {}).items():
            assert isinstance(field["type"], str), (tool["name"], name)
            assert field.get("description", name in SELF_EXPLAINING), (tool["name"], name)
            assert field["type"] != "array" or "type" in field["items"], (tool["name"], name)
        forbidden = {"anyOf", "oneOf", "allOf", "$ref", "const"}
        assert not [word for word in forbidden if f'"{word}"' in json.dumps(schema)], tool["name"]


@pytest.mark.filterwarnings("ignore:open_binary:DeprecationWarning")
@pytest.mark.parametrize("version", conformance.VERSIONS)
def test_the_list_is_short_enough_to_be_read_by_a_model(start, version: str) -> None:
    server = start(handshake=None if version == conformance.STATELESS else version)
    tools = (server.modern if version == conformance.STATELESS else server.request)("tools/list")["result"]["tools"]
    # Imported here, where what Python says of it is not heard.
    import bpe_openai

    encoding = bpe_openai.get_encoding("o200k_base")
    assert len(encoding.encode("hello world")) == 2
    # As compact JSON, the largest form that a client shows its model.
    tokens = len(encoding.encode(json.dumps(tools, separators=(",", ":"), ensure_ascii=False)))
    print(f"{len(tools)} tools in {version} are {tokens} tokens")
    assert tokens < 11_500
