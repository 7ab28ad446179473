"""The scenarios of the official conformance suite, as far as a server on stdio has them, in both eras.

SCENARIOS.md says which test stands for which scenario; what every line must look like is checked where lines are read.
"""

import ast
import json
import pathlib
import re
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from conformance import CACHEABLE, CAPABILITIES_KEY, SERVER_KEY, STATELESS, SUBSCRIPTION_KEY, VERSION_KEY, VERSIONS
from server import Server

FOLDER = pathlib.Path(__file__).parent
# Before 2025-06-18 the suite has no scenarios.
ERAS = [version for version in VERSIONS if version >= "2025-06-18"]
FORMS = {"elicitation": {"form": {}}}
YES = {"action": "accept", "content": {"confirm": True}}
METHOD_NOT_FOUND, INVALID_PARAMS = -32601, -32602
SCHEME = "completion-kit://"


class Client:
    """A client of one version, whatever its era."""

    def __init__(self, server: Server, version: str) -> None:
        self.server, self.version = server, version
        self.is_stateless = version == STATELESS
        if not self.is_stateless:
            server.initialize(version)

    def begin(self, method: str, params: dict | None = None, meta: dict | None = None, **keywords) -> Any:
        if self.is_stateless:
            return self.server.begin_modern(method, params, meta=meta, **keywords)
        return self.server.begin(method, {**(params or {}), **({"_meta": meta} if meta else {})}, **keywords)

    def ask(self, method: str, params: dict | None = None, **keywords) -> dict:
        return self.server.answer(self.begin(method, params, **keywords))

    def result(self, method: str, params: dict | None = None, **keywords) -> dict:
        response = self.ask(method, params, **keywords)
        assert "result" in response, response
        return response["result"]

    def error(self, method: str, params: dict | None = None, **keywords) -> dict:
        return self.ask(method, params, **keywords)["error"]

    def call(self, tool: str, /, **arguments) -> dict:
        return self.result("tools/call", {"name": tool, "arguments": arguments})

    def get(self, tool: str, /, **arguments) -> dict:
        result = self.call(tool, **arguments)
        assert not result.get("isError"), result
        return result["structuredContent"]


@pytest.fixture(params=ERAS)
def client(start: Callable[..., Server], request: pytest.FixtureRequest) -> Client:
    return Client(start(handshake=None), request.param)


@pytest.fixture
def modern(start: Callable[..., Server]) -> Client:
    return Client(start(handshake=None), STATELESS)


def finished_run(client: Client, rows: int = 2) -> None:
    """A prompt (1), a dataset (1) and a completed run (1)."""
    client.get("prompts_create", name="Capital city", template="Is it {{ city }}?", llm_model="echo")
    client.get("datasets_create", name="d", csv_data="city\n" + "".join(f"city {n}\n" for n in range(rows)))
    client.get("runs_create", prompt_id=1, dataset_id=1)
    assert client.get("runs_generate", id=1)["status"] == "completed"


# The table


def all_tests() -> set[str]:
    found = set()
    for path in FOLDER.glob("test_*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.add(f"{path.name}::{node.name}")
    return found


def test_the_table_names_tests_that_are_there() -> None:
    rows = [line.strip("|").split("|") for line in (FOLDER / "SCENARIOS.md").read_text().splitlines() if line.startswith("| `")]
    names = [row[0].strip() for row in rows]
    assert len(names) == len(set(names)) and len(names) > 60
    tests, here = all_tests(), set()
    for name, revisions, outcome in rows:
        named = set(re.findall(r"`(test_\w+\.py::\w+)`", outcome))
        assert named or outcome.strip().startswith("Not here: "), f"{name} has neither a test nor a reason"
        assert named <= tests, f"{name}: {named - tests} is not there"
        assert revisions.strip(), name
        here |= named
    own = {test for test in tests if "_scenarios.py::" in test}
    assert own - here == {"test_conformance_scenarios.py::test_the_table_names_tests_that_are_there"}


# Tools


def test_tools_are_listed_with_schemas_of_the_dialect(client: Client) -> None:
    tools = client.result("tools/list")["tools"]
    assert len(tools) >= 39
    for tool in tools:
        assert re.fullmatch(r"[A-Za-z0-9_./-]{1,64}", tool["name"])
        assert tool["description"]
        jsonschema.Draft202012Validator.check_schema(tool["inputSchema"])
        assert tool["inputSchema"]["type"] == "object" and tool["inputSchema"]["additionalProperties"] is False


def test_a_tool_answers_with_text(client: Client) -> None:
    result = client.call("tags_create", name="text")
    [part] = result["content"]
    assert part["type"] == "text" and json.loads(part["text"])["name"] == "text"
    assert not result["isError"]


def test_a_tool_answers_with_content_of_more_than_one_type(client: Client) -> None:
    finished_run(client)
    text, *links = client.call("runs_get", id=1)["content"]
    assert text["type"] == "text" and links
    for link in links:
        assert link["type"] == "resource_link" and link["name"]
        [contents] = client.result("resources/read", {"uri": link["uri"]})["contents"]
        assert contents["uri"] == link["uri"] and contents["text"]


def test_a_tool_that_fails_says_so_in_its_result(client: Client) -> None:
    result = client.call("prompts_get", id=7)
    assert result["isError"] is True
    assert "No prompt 7" in result["content"][0]["text"]
    assert client.error("tools/call", {"name": "no_such_tool"})["code"] == INVALID_PARAMS


def generated_with(client: Client, token: Any) -> list[dict]:
    """The progress of a run, which is never sent after the answer: that is checked where lines are read."""
    client.get("prompts_create", name="p", template="{{ q }}", llm_model="echo")
    client.get("datasets_create", name="d", csv_data="q\n" + "".join(f"row {n}\n" for n in range(400)))
    client.get("runs_create", prompt_id=1, dataset_id=1, concurrency=1)
    call = {"name": "runs_generate", "arguments": {"id": 1}}
    done = client.result("tools/call", call, meta={"progressToken": token}, id="generate")
    assert done["structuredContent"]["status"] == "completed"
    return client.server.progress(token)


@pytest.mark.parametrize("token", [0, -1, 2**53 + 1, "", "a", "0", "é 😀"], ids=repr)
def test_progress_comes_before_the_answer_with_its_token(client: Client, token: int | str) -> None:
    steps = generated_with(client, token)
    assert steps and all(type(step["progressToken"]) is type(token) for step in steps)
    values = [step["progress"] for step in steps]
    assert values == sorted(set(values))
    assert all(step["progress"] <= step["total"] and step["message"] for step in steps)


@pytest.mark.parametrize("token", [None, True, 1.5, [1], {"a": 1}], ids=repr)
def test_a_token_that_is_none_is_no_reason_to_refuse_a_call(client: Client, token: Any) -> None:
    assert generated_with(client, token) == []


# Prompts


def test_prompts_are_listed_and_rendered(client: Client) -> None:
    client.get("prompts_create", name="plain", template="Say hello.", llm_model="echo")
    client.get("prompts_create", name="pair", template="{{ one }} and {{ two }}", llm_model="echo")
    prompts = {prompt["name"]: prompt for prompt in client.result("prompts/list")["prompts"]}
    assert all(prompt["description"] for prompt in prompts.values())
    assert prompts["plain"].get("arguments", []) == []
    assert [(argument["name"], argument["required"]) for argument in prompts["pair"]["arguments"]] == [
        ("one", True), ("two", True),
    ]
    for name, arguments, text in [("plain", {}, "Say hello."), ("pair", {"one": "x", "two": "{{ one }}"}, "x and {{ one }}")]:
        [message] = client.result("prompts/get", {"name": name, "arguments": arguments})["messages"]
        assert message == {"role": "user", "content": {"type": "text", "text": text}}
    assert client.result("prompts/get", {"name": "plain"})["messages"]
    missing = client.error("prompts/get", {"name": "pair", "arguments": {"one": "x"}})
    assert missing["code"] == INVALID_PARAMS and "two" in missing["message"]


def test_arguments_are_completed(client: Client) -> None:
    finished_run(client)
    for ref, argument in [
        ({"type": "ref/prompt", "name": "capital_city"}, {"name": "city", "value": "city"}),
        ({"type": "ref/resource", "uri": SCHEME + "runs/{id}/report.md"}, {"name": "id", "value": ""}),
    ]:
        completion = client.result("completion/complete", {"ref": ref, "argument": argument})["completion"]
        assert completion["values"] and len(completion["values"]) <= 100
        assert completion["total"] >= len(completion["values"]) and completion["hasMore"] is False
    nobody = {"ref": {"type": "ref/prompt", "name": "nobody"}, "argument": {"name": "city", "value": ""}}
    assert client.error("completion/complete", nobody)["code"] == INVALID_PARAMS


# Resources


def test_resources_are_listed_and_read_by_template_too(client: Client) -> None:
    finished_run(client)
    for resource in client.result("resources/list")["resources"]:
        assert resource["uri"].startswith(SCHEME) and resource["name"]
        [contents] = client.result("resources/read", {"uri": resource["uri"]})["contents"]
        assert contents["uri"] == resource["uri"] and contents["mimeType"] == resource["mimeType"]
        assert contents["text"] and "blob" not in contents
    client.get("prompts_create", name="Other", template="Where is {{ city }}?", llm_model="echo")
    client.get("runs_create", like_run=1, prompt_id=2)
    assert client.get("runs_generate", id=2)["status"] == "completed"
    client.get("experiments_create", name="e", prompt_ids=[1, 2])
    templates = client.result("resources/templates/list")["resourceTemplates"]
    assert len(templates) >= 5
    for template in templates:
        uri = template["uriTemplate"].replace("{ids}", "1,2").replace("{id}", "1")
        answer = client.ask("resources/read", {"uri": uri})
        if "error" in answer:
            # The run and its dataset have no expected output, of which such a row consists.
            assert uri.endswith(("openai-evals.jsonl", "fine-tuning.jsonl")) and "expected" in answer["error"]["message"]
            continue
        [contents] = answer["result"]["contents"]
        assert (contents["uri"], contents["mimeType"]) == (uri, template["mimeType"])


@pytest.mark.parametrize("path", ["runs/1/report.md", "datasets/1.csv", "prompts/1", "prompts/x", "nothing/1", ""])
def test_a_resource_that_is_not_there_is_an_error_with_its_uri(client: Client, path: str) -> None:
    for uri in (SCHEME + path, "test://" + path):
        error = client.error("resources/read", {"uri": uri})
        assert error["code"] == (INVALID_PARAMS if client.is_stateless else -32002)
        assert error["data"]["uri"] == uri


# The era without a handshake


def test_a_request_says_its_version_and_its_capabilities(modern: Client) -> None:
    info = {"io.modelcontextprotocol/clientInfo": {"name": "client", "version": "1"}}
    version, capabilities = {VERSION_KEY: STATELESS}, {CAPABILITIES_KEY: {}}
    for id, meta in [(101, None), (102, {**info, **capabilities}), (104, {**info, **version})]:
        response = modern.server.request("server/discover", {"_meta": meta} if meta else {}, id=id)
        assert (response["id"], response["error"]["code"]) == (id, INVALID_PARAMS)
    # Its name is its own business.
    assert modern.server.request("server/discover", {"_meta": {**version, **capabilities}})["result"]["supportedVersions"]


def test_what_is_discovered_is_what_is_served(start: Callable[..., Server]) -> None:
    for options in ((), ("--toolsets", "datasets"), ("--toolsets", "tags"), ("--read-only",)):
        client = Client(start(*options, handshake=None), STATELESS)
        discovered = client.result("server/discover")
        assert discovered["_meta"][SERVER_KEY]["version"]
        for name, methods in {
            "tools": ["tools/list"],
            "prompts": ["prompts/list"],
            "resources": ["resources/list", "resources/templates/list"],
        }.items():
            for method in methods:
                response = client.ask(method)
                assert ("result" in response) == (name in discovered["capabilities"]), (options, method)
                assert "result" in response or response["error"]["code"] == METHOD_NOT_FOUND
        assert "logging" not in discovered["capabilities"]


def test_an_unknown_version_is_told_which_are_known(modern: Client) -> None:
    response = modern.ask("server/discover", meta={VERSION_KEY: "v999.0.0"}, id="unknown")
    assert (response["id"], response["error"]["code"]) == ("unknown", -32022)
    assert response["error"]["data"]["requested"] == "v999.0.0"
    assert set(response["error"]["data"]["supported"]) <= set(modern.result("server/discover")["supportedVersions"])


def test_a_handshake_is_one_in_every_era(modern: Client) -> None:
    params = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "dual", "version": "1"}}
    assert modern.server.request("initialize", params)["result"]["protocolVersion"] == "2025-11-25"
    # Which says nothing about the requests of the other era.
    assert modern.result("tools/list")["resultType"] == "complete"
    assert modern.error("ping")["code"] == METHOD_NOT_FOUND
    assert modern.server.request("ping")["result"] == {}


@pytest.mark.parametrize("level", ["debug", "error", "none of these"])
def test_nothing_is_logged_to_the_client(client: Client, level: str) -> None:
    meta = {"io.modelcontextprotocol/logLevel": level} if client.is_stateless else None
    client.result("tools/call", {"name": "tags_create", "arguments": {"name": "quiet"}}, meta=meta)
    client.call("prompts_get", id=7)
    client.result("tools/list")
    assert [n for n in client.server.notifications if n["method"] == "notifications/message"] == []
    assert client.error("logging/setLevel", {"level": "debug"})["code"] == METHOD_NOT_FOUND


def test_what_can_be_cached_says_for_how_long(modern: Client) -> None:
    finished_run(modern)
    params = {"resources/read": {"uri": SCHEME + "datasets/1.csv"}}
    for method in CACHEABLE:
        result = modern.result(method, params.get(method))
        assert type(result["ttlMs"]) is int and result["ttlMs"] >= 0
        assert result["cacheScope"] in ("public", "private")


def test_every_page_of_a_list_is_cached_alike(modern: Client) -> None:
    for number in range(60):
        modern.get("datasets_create", name=f"d{number}", csv_data="a\n1\n")
        modern.get("prompts_create", name=f"p{number}", template="{{ a }}", llm_model="echo")
    pages, cursor = [], None
    while cursor is not None or not pages:
        pages.append(modern.result("resources/list", {"cursor": cursor} if cursor else {}))
        cursor = pages[-1].get("nextCursor")
    assert len(pages) == 2
    uris = [resource["uri"] for page in pages for resource in page["resources"]]
    assert len(uris) == len(set(uris)) == 120
    assert len({(page["ttlMs"], page["cacheScope"]) for page in pages}) == 1


def test_a_stream_carries_what_was_asked_for_and_no_more(modern: Client) -> None:
    asked = {"toolsListChanged": True, "resourcesListChanged": True}
    stream = modern.begin("subscriptions/listen", {"notifications": asked}, id="stream")
    prompts = modern.begin("subscriptions/listen", {"notifications": {"promptsListChanged": True}}, id=0)

    def told(subscription: Any) -> list[dict]:
        return [
            notification
            for notification in modern.server.notifications
            if notification["params"]["_meta"][SUBSCRIPTION_KEY] == subscription
        ]

    def heard(subscription: Any) -> list[str]:
        return [notification["method"].removeprefix("notifications/") for notification in told(subscription)]

    modern.server.wait(lambda: heard(stream) and heard(prompts), "the acknowledgements")
    # The tools of a process do not change, so there is nothing to hear of them.
    assert told(stream)[0]["params"]["notifications"] == {"resourcesListChanged": True}
    modern.get("datasets_create", name="d", csv_data="a\n1\n")
    modern.server.wait(lambda: "resources/list_changed" in heard(stream), "the news of a dataset")
    modern.get("prompts_create", name="p", template="{{ a }}", llm_model="echo")
    modern.server.wait(lambda: "prompts/list_changed" in heard(prompts), "the news of a prompt")
    assert heard(stream)[0] == heard(prompts)[0] == "subscriptions/acknowledged"
    assert set(heard(stream)[1:]) == {"resources/list_changed"}
    assert set(heard(prompts)[1:]) == {"prompts/list_changed"}


# Questions to the user


def delete(client: Client, capabilities: dict = FORMS, **more) -> dict:
    """The response to a deletion that takes two responses along."""
    return client.ask("tools/call", {"name": "prompts_delete", "arguments": {"id": 1}, **more}, capabilities=capabilities)


def test_a_question_is_asked_by_a_result_and_answered_by_a_retry(modern: Client) -> None:
    finished_run(modern)
    first = delete(modern)["result"]
    assert first["resultType"] == "input_required" and "content" not in first
    [(key, asked)] = first["inputRequests"].items()
    assert asked["method"] == "elicitation/create" and asked["params"]["message"]
    jsonschema.Draft202012Validator.check_schema(asked["params"]["requestedSchema"])
    done = delete(modern, inputResponses={key: YES}, requestState=first["requestState"])["result"]
    assert done["resultType"] == "complete" and done["structuredContent"]["deleted"] is True
    # Not by a request: those the server does not send in this era.
    assert modern.server.questions == []


def test_another_question_is_another_round(modern: Client) -> None:
    finished_run(modern)
    first = delete(modern)["result"]
    # In the meantime more would be lost, which the user has not agreed to.
    modern.get("runs_create", prompt_id=1, dataset_id=1)
    second = delete(modern, inputResponses={"confirm": YES}, requestState=first["requestState"])["result"]
    assert second["resultType"] == "input_required" and second["requestState"] != first["requestState"]
    assert "2 runs" in second["inputRequests"]["confirm"]["params"]["message"]
    third = delete(modern, inputResponses={"confirm": YES}, requestState=second["requestState"])["result"]
    assert third["structuredContent"]["removed"] == {"prompts": 1, "runs": 2, "responses": 2}


@pytest.mark.parametrize(
    "answers",
    [
        {"wrong_key": YES},
        {},
        {"confirm": 12345},
        {"confirm": None},
        {"confirm": {"action": "accept"}},
        {"confirm": {"action": "accept", "content": {"confirm": "yes"}}},
        {"confirm": {"action": "perhaps"}},
        None,
        7,
    ],
    ids=json.dumps,
)
def test_what_is_no_answer_is_asked_for_again(modern: Client, answers: Any) -> None:
    finished_run(modern)
    state = delete(modern)["result"]["requestState"]
    for more in ({"inputResponses": answers}, {"inputResponses": answers, "requestState": state}):
        assert delete(modern, **more)["result"]["resultType"] == "input_required"
    assert modern.get("prompts_list")["total"] == 1


def test_what_comes_beside_the_answer_is_ignored(modern: Client) -> None:
    finished_run(modern)
    state = delete(modern)["result"]["requestState"]
    answers = {"another": {"action": "accept", "content": {"n": 1}}, "confirm": YES, "third": {"action": "decline"}}
    assert delete(modern, inputResponses=answers, requestState=state)["result"]["structuredContent"]["deleted"] is True


def test_a_state_that_was_changed_is_refused(modern: Client) -> None:
    finished_run(modern)
    state = delete(modern)["result"]["requestState"]
    for wrong in (state + "x", state[:-1], state[::-1], "0" + state, state.upper(), "", "."):
        error = delete(modern, inputResponses={"confirm": YES}, requestState=wrong)["error"]
        assert error["code"] == INVALID_PARAMS, wrong
    assert modern.get("prompts_list")["total"] == 1


@pytest.mark.parametrize("capabilities", [{}, {"sampling": {}}, {"elicitation": {"url": {}}}, {"roots": {}}], ids=json.dumps)
def test_who_cannot_ask_is_not_told_to(modern: Client, capabilities: dict) -> None:
    finished_run(modern)
    refused = delete(modern, capabilities)["result"]
    assert refused["resultType"] == "complete" and refused["isError"] and "confirm: true" in refused["content"][0]["text"]
    assert modern.get("prompts_delete", id=1, confirm=True)["deleted"] is True


def test_nothing_but_tools_asks(modern: Client) -> None:
    finished_run(modern)
    for method, params in [
        ("tools/list", {}),
        ("prompts/list", {}),
        ("prompts/get", {"name": "capital_city", "arguments": {"city": "Rome"}}),
        ("resources/list", {}),
        ("resources/read", {"uri": SCHEME + "prompts/1"}),
        ("server/discover", {}),
    ]:
        assert modern.result(method, params, capabilities=FORMS)["resultType"] == "complete"
