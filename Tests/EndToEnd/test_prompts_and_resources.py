"""MCP prompts, resources and completion, as scripts and as the official Python client see them.

Every line is checked against the schema of its version where `server.py` reads it.
"""

import asyncio
import csv
import io
import json
import pathlib

import conformance
import pytest
from mcp.types import PromptReference, ResourceTemplateReference
from server import LONGEST_RESULT, Server
from test_official_client import MODES, Session, client

SCHEME = "completion-kit://"
KINDS = [
    "runs/{id}/report.md",
    "runs/{id}/report.html",
    "runs/{id}/responses.csv",
    "runs/{id}/responses.jsonl",
    "runs/{id}/verdicts.csv",
    "runs/{id}/verdicts.jsonl",
    "runs/{id}/junit.xml",
    "runs/{id}/manifest.json",
    "runs/{id}/openai-evals.jsonl",
    "runs/{id}/fine-tuning.jsonl",
    "runs/{id}/promptfooconfig.yaml",
    "comparisons/{ids}/report.html",
    "comparisons/{ids}/rows.csv",
    "comparisons/{ids}/rows.jsonl",
    "comparisons/{ids}/report.md",
    "experiments/{id}/report.html",
    "experiments/{id}/generations.jsonl",
    "datasets/{id}.csv",
    "datasets/{id}.jsonl",
    "datasets/{id}/openai-evals.jsonl",
    "datasets/{id}/fine-tuning.jsonl",
    "prompts/{id}",
]
# These are found by their templates only.
UNLISTED = [
    "runs/{id}/report.html",
    "runs/{id}/verdicts.csv",
    "runs/{id}/verdicts.jsonl",
    "runs/{id}/junit.xml",
    "runs/{id}/manifest.json",
    "runs/{id}/openai-evals.jsonl",
    "runs/{id}/fine-tuning.jsonl",
    "runs/{id}/promptfooconfig.yaml",
    "comparisons/{ids}/report.html",
    "comparisons/{ids}/rows.csv",
    "comparisons/{ids}/rows.jsonl",
    "comparisons/{ids}/report.md",
    "experiments/{id}/report.html",
    "experiments/{id}/generations.jsonl",
    "datasets/{id}.jsonl",
    "datasets/{id}/openai-evals.jsonl",
    "datasets/{id}/fine-tuning.jsonl",
]
CSV = 'country,city,expected_output\nFrance,Paris,The capital of France is Paris.\nPeru,"Lima, ""L""",=Lima\n'


def seed(server: Server) -> None:
    server.get("prompts_create", name="Capital city", template="The capital of {{ country }} is Paris.", llm_model="echo")
    server.get("datasets_create", name="capitals", csv_data=CSV)
    server.get("runs_create", name="baseline", prompt_id=1, dataset_id=1, scoring="ExactMatch")
    assert server.get("runs_generate", id=1)["status"] == "completed"


def read(server: Server, path: str) -> list[dict]:
    response = server.request("resources/read", {"uri": SCHEME + path})
    assert "result" in response, response
    return response["result"]["contents"]


def prompt(server: Server, name: str, **arguments) -> str:
    response = server.request("prompts/get", {"name": name, "arguments": arguments})
    assert "result" in response, response
    [message] = response["result"]["messages"]
    assert message["role"] == "user"
    return message["content"]["text"]


def complete(server: Server, ref: dict, name: str, value: str = "", **settled: str) -> list[str]:
    params = {"ref": ref, "argument": {"name": name, "value": value}}
    if settled:
        params["context"] = {"arguments": settled}
    return server.request("completion/complete", params)["result"]["completion"]["values"]


@pytest.mark.parametrize("version", conformance.HANDSHAKE_VERSIONS)
def test_every_version_sees_prompts_and_resources_as_it_knows_them(start, version: str) -> None:
    server = start(handshake=None)
    result = server.initialize(version)
    assert {"prompts", "resources"} <= result["capabilities"].keys()
    assert ("completions" in result["capabilities"]) == (version >= "2025-03-26")
    seed(server)

    prompts = server.request("prompts/list")["result"]["prompts"]
    assert [item["name"] for item in prompts] == ["improve_prompt", "design_metrics", "review_judge", "capital_city"]
    assert all(("title" in item) == (version >= "2025-06-18") for item in prompts)
    assert prompt(server, "capital_city", country="Chad") == "The capital of Chad is Paris."
    assert "expected:\n=Lima" in prompt(server, "improve_prompt", run="1")
    assert "metrics_create" in prompt(server, "design_metrics", prompt="1", dataset="1")

    resources = server.request("resources/list")["result"]["resources"]
    assert [item["uri"] for item in resources] == [
        SCHEME + kind.format(id=1) for kind in KINDS if kind not in UNLISTED
    ]
    assert all(("annotations" in item) == (version >= "2025-06-18") for item in resources)
    templates = server.request("resources/templates/list")["result"]["resourceTemplates"]
    assert [item["uriTemplate"] for item in templates] == [SCHEME + kind for kind in KINDS]
    for item in resources:
        [contents] = read(server, item["uri"].removeprefix(SCHEME))
        assert contents["mimeType"] == item["mimeType"]
        assert "size" not in item or item["size"] == len(contents["text"].encode())

    error = server.request("resources/read", {"uri": SCHEME + "runs/9/report.md"})["error"]
    assert error["code"] == -32002 and "No run 9" in error["message"]
    assert complete(server, {"type": "ref/prompt", "name": "capital_city"}, "country", "f") == ["France"]
    ref = {"type": "ref/resource", "uri": SCHEME + KINDS[0]}
    assert complete(server, ref, "id", "base") == ["1"]

    content = server.call("runs_get", id=1)["content"]
    links = [part["uri"].removeprefix(SCHEME) for part in content[1:]]
    assert links == (["runs/1/report.md", "runs/1/responses.csv"] if version >= "2025-06-18" else [])
    assert server.finish() == 0


def test_requests_that_cannot_be_served_say_what_to_do(server: Server) -> None:
    seed(server)
    for method, params in [
        ("prompts/list", {"cursor": "nonsense"}),
        ("resources/list", {"cursor": "nonsense"}),
        ("resources/templates/list", {"cursor": "nonsense"}),
        ("prompts/get", None),
        ("prompts/get", {"name": "capital_cities"}),
        ("prompts/get", {"name": "capital_city"}),
        ("prompts/get", {"name": "capital_city", "arguments": {"country": "x", "town": "y"}}),
        ("prompts/get", {"name": "capital_city", "arguments": []}),
        ("prompts/get", {"name": "improve_prompt", "arguments": {"run": "nobody"}}),
        ("resources/read", {}),
        ("completion/complete", {}),
        ("completion/complete", {"ref": {"type": "ref/prompt", "name": "x"}, "argument": {"name": "a", "value": ""}}),
    ]:
        error = server.request(method, params)["error"]
        assert error["code"] == -32602, (method, params, error)
        assert error["message"].endswith((".", "?", "all.")), error
    assert server.request("ping")["result"] == {}


def test_what_is_exported_comes_back_as_it_was(server: Server) -> None:
    seed(server)
    assert read(server, "datasets/1.csv")[0]["text"] == CSV
    table = list(csv.DictReader(io.StringIO(read(server, "runs/1/responses.csv")[0]["text"])))
    lines = [json.loads(line) for line in read(server, "runs/1/responses.jsonl")[0]["text"].splitlines()]
    assert [row["input.city"] for row in table] == ["Paris", 'Lima, "L"']
    # A spreadsheet must not compute what it reads; one apostrophe off, it is the text again.
    assert [row["expected_output"] for row in table] == ["The capital of France is Paris.", "'=Lima"]
    assert [row["expected_output"].removeprefix("'") for row in table] == [line["expected_output"] for line in lines]
    assert [float(row["score"]) for row in table] == [line["score"] for line in lines] == [1, 0]
    assert lines == [server.get("responses_get", run_id=1, id=line["id"]) for line in lines]


def test_what_is_too_long_comes_in_parts(server: Server) -> None:
    data = "text\n" + "".join(f"{row} {'x' * 1_000_000}\n" for row in range(20))
    server.get("datasets_create", name="long", csv_data=data)
    first, rest = read(server, "datasets/1.csv")
    assert len(first["text"]) <= 16 << 20
    path = rest["text"].rpartition(SCHEME)[2]
    [second] = read(server, path)
    assert first["text"] + second["text"].removeprefix("text\n") == data
    assert len(prompt_of_long_dataset(server)) < LONGEST_RESULT


def prompt_of_long_dataset(server: Server) -> str:
    server.get("prompts_create", name="p", template="{{ text }}", llm_model="echo")
    return prompt(server, "design_metrics", prompt="1", dataset="1")


def test_prompts_follow_what_is_published_by_another_process(start) -> None:
    server, other = start(), start()
    seed(server)
    other.get("prompts_update", id=1, template="It is {{ city }}.", publish=True)
    assert prompt(server, "capital_city", city="Lima") == "It is Lima."


def test_what_is_switched_off_is_not_shown(start) -> None:
    seed(start())
    only_datasets = start("--toolsets", "datasets")
    assert only_datasets.request("prompts/list")["error"]["code"] == -32601
    resources = only_datasets.request("resources/list")["result"]["resources"]
    assert [item["uri"] for item in resources] == [SCHEME + "datasets/1.csv"]
    assert only_datasets.request("resources/read", {"uri": SCHEME + "prompts/1"})["error"]["code"] == -32002

    reader = start("--read-only", handshake=None)
    instructions = reader.initialize()["instructions"]
    assert "read only" in instructions and "runs_create" not in instructions
    assert len(reader.request("resources/list")["result"]["resources"]) == 5
    text = prompt(reader, "improve_prompt", run="baseline")
    assert "prompts_update" not in text and "cannot store" in text


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--read-only",),
        ("--no-spend",),
        ("--toolsets", "runs"),
        ("--toolsets", "prompts,tags"),
        ("--toolsets", "runs,responses", "--read-only"),
    ],
)
def test_instructions_name_only_what_is_offered(start, options: tuple[str, ...]) -> None:
    everything = {tool["name"] for tool in start().tools()}
    server = start(*options, handshake=None)
    instructions = server.initialize()["instructions"]
    assert len(instructions.encode()) < 2048
    named = {tool for tool in everything if tool in instructions}
    assert named <= {tool["name"] for tool in server.tools()}


@pytest.mark.parametrize("mode", MODES)
def test_the_official_client_uses_prompts_and_resources(home: pathlib.Path, mode: str) -> None:
    async def main() -> None:
        async with client(home, mode) as connected:
            session = Session(connected)
            await session.get("prompts_create", name="Capital city", template="Is it {{ city }}?", llm_model="echo")
            await session.get("datasets_create", name="capitals", csv_data="city,expected_output\nParis,Is it Paris?\nRome,x\n")
            await session.get("runs_create", prompt_id=1, dataset_id=1, scoring="ExactMatch")
            generated = await connected.call_tool("runs_generate", {"id": 1})
            report, table = [str(part.uri) for part in generated.content if part.type == "resource_link"]

            prompts = (await connected.list_prompts()).prompts
            assert [item.name for item in prompts] == ["improve_prompt", "design_metrics", "review_judge", "capital_city"]
            assert [argument.name for argument in prompts[3].arguments] == ["city"]
            message = (await connected.get_prompt("capital_city", {"city": "Oslo"})).messages[0]
            assert (message.role, message.content.text) == ("user", "Is it Oslo?")
            improve = (await connected.get_prompt("improve_prompt", {"run": "1"})).messages[0].content.text
            assert "Is it Rome?" in improve and "runs_compare" in improve

            listed = [str(item.uri) for item in (await connected.list_resources()).resources]
            assert {report, table} <= set(listed)
            assert len((await connected.list_resource_templates()).resource_templates) == len(KINDS)
            markdown = (await connected.read_resource(report)).contents[0]
            assert markdown.mime_type == "text/markdown" and "0.50 | 0.09 to 0.91 | Wilson | 2 |" in markdown.text
            rows = list(csv.DictReader(io.StringIO((await connected.read_resource(table)).contents[0].text)))
            assert [row["score"] for row in rows] == ["1", "0"]
            with pytest.raises(Exception, match="No run 9"):
                await connected.read_resource(SCHEME + "runs/9/report.md")

            found = await connected.complete(PromptReference(name="capital_city"), {"name": "city", "value": "r"})
            assert found.completion.values == ["Rome"]
            found = await connected.complete(
                ResourceTemplateReference(uri=SCHEME + "datasets/{id}.csv"), {"name": "id", "value": "capit"}
            )
            assert (found.completion.values, found.completion.total) == (["1"], 1)

    asyncio.run(main())
