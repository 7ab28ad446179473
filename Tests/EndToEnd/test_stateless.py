"""The era without a handshake, and both eras on one connection."""

import conformance
import pytest
from conformance import CAPABILITIES_KEY, SERVER_KEY, STATELESS, SUBSCRIPTION_KEY, VERSION_KEY
from server import Server

FORMS = {"elicitation": {"form": {}}}
YES = {"confirm": {"action": "accept", "content": {"confirm": True}}}


@pytest.fixture
def modern(start) -> Server:
    """A copy without a handshake."""
    return start(handshake=None)


def call(server: Server, tool: str, arguments: dict, capabilities: dict | None = None, **more) -> dict:
    answer = server.modern("tools/call", {"name": tool, "arguments": arguments, **more}, capabilities)
    return answer["result"]


def judged_run(server: Server) -> None:
    """A prompt (1), a dataset (1) and a run (1) with two responses."""
    call(server, "prompts_create", {"name": "p", "template": "{{ a }}", "llm_model": "echo"})
    call(server, "datasets_create", {"name": "d", "csv_data": "a\nx\ny\n"})
    call(server, "runs_create", {"prompt_id": 1, "dataset_id": 1})
    done = call(server, "runs_generate", {"id": 1})
    assert done["structuredContent"]["status"] == "completed"


def test_discovery(modern: Server) -> None:
    result = modern.modern("server/discover")["result"]
    assert result["supportedVersions"][0] == STATELESS
    assert set(result["supportedVersions"]) == set(conformance.VERSIONS)
    assert set(result["capabilities"]) >= {"tools", "prompts", "resources", "completions"}
    assert result["_meta"][SERVER_KEY]["name"] == "completion-kit"
    assert result["instructions"]


@pytest.mark.parametrize(
    "method",
    ["ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "tasks/list", "tasks/result", "nothing"],
)
def test_what_went_with_the_handshake(modern: Server, method: str) -> None:
    assert modern.modern(method, {"uri": "completion-kit://prompts/1"})["error"]["code"] == -32601


@pytest.mark.parametrize("method", ["server/discover", "tools/list", "tools/call", "prompts/list", "nothing"])
def test_an_unknown_version(modern: Server, method: str) -> None:
    error = modern.modern(method, meta={VERSION_KEY: "2030-01-01"})["error"]
    assert error["code"] == -32022
    assert error["data"]["requested"] == "2030-01-01"
    assert STATELESS in error["data"]["supported"]


def test_what_a_request_must_say(modern: Server) -> None:
    for meta in [{VERSION_KEY: STATELESS}, {CAPABILITIES_KEY: {}}, {VERSION_KEY: STATELESS, CAPABILITIES_KEY: None}]:
        assert modern.request("tools/list", {"_meta": meta})["error"]["code"] == -32602
    assert modern.request("server/discover")["error"]["code"] == -32602
    assert modern.request("server/discover", {"_meta": {}})["error"]["code"] == -32602


def test_a_discovery_followed_at_once_by_a_handshake(modern: Server) -> None:
    discovery = modern.begin_modern("server/discover")
    handshake = modern.begin("initialize", {"protocolVersion": "2024-11-05", "capabilities": {}})
    listing = modern.begin("tools/list")
    again = modern.begin_modern("tools/list")
    assert modern.answer(discovery)["result"]["resultType"] == "complete"
    assert modern.answer(handshake)["result"]["protocolVersion"] == "2024-11-05"
    assert "title" not in modern.answer(listing)["result"]["tools"][0]
    assert "title" in modern.answer(again)["result"]["tools"][0]


def test_every_kind_of_result_is_stamped(modern: Server) -> None:
    judged_run(modern)
    for method, params in [
        ("tools/list", {}),
        ("prompts/list", {}),
        ("prompts/get", {"name": "p", "arguments": {"a": "1"}}),
        ("resources/list", {}),
        ("resources/templates/list", {}),
        ("resources/read", {"uri": "completion-kit://datasets/1.csv"}),
        ("completion/complete", {"ref": {"type": "ref/prompt", "name": "p"}, "argument": {"name": "a", "value": ""}}),
        ("tools/call", {"name": "runs_get", "arguments": {"id": 1}}),
        ("tools/call", {"name": "runs_get", "arguments": {"id": 99}}),
    ]:
        # The schema, the stamp and the caching hints are checked where lines are read.
        assert modern.modern(method, params)["result"]["resultType"] == "complete"


def test_a_resource_that_is_not_there(modern: Server) -> None:
    missing = {"uri": "completion-kit://datasets/7.csv"}
    assert modern.modern("resources/read", missing)["error"]["code"] == -32602
    modern.initialize()
    assert modern.request("resources/read", missing)["error"]["code"] == -32002


# Changes


def heard(server: Server, subscription: int) -> list[str]:
    return [
        notification["method"].removeprefix("notifications/")
        for notification in server.notifications
        if notification.get("params", {}).get("_meta", {}).get(SUBSCRIPTION_KEY) == subscription
    ]


def test_a_stream_of_changes(modern: Server) -> None:
    judged_run(modern)
    wanted = {"promptsListChanged": True, "resourceSubscriptions": ["completion-kit://prompts/1"]}
    stream = modern.begin_modern("subscriptions/listen", {"notifications": {**wanted, "toolsListChanged": True}})
    modern.wait(lambda: heard(modern, stream), "the acknowledgement")
    assert modern.notifications[-1]["params"]["notifications"] == wanted
    call(modern, "prompts_update", {"id": 1, "template": "{{ a }} {{ b }}"})
    call(modern, "prompts_publish", {"id": 2})
    modern.wait(lambda: "prompts/list_changed" in heard(modern, stream), "the news of another list")
    modern.wait(lambda: "resources/updated" in heard(modern, stream), "the news of the prompt")
    assert heard(modern, stream)[0] == "subscriptions/acknowledged"
    assert "resources/list_changed" not in heard(modern, stream)
    modern.cancel(stream)
    modern.modern("tools/list")
    before = len(heard(modern, stream))
    call(modern, "prompts_publish", {"id": 1})
    other = modern.begin_modern("subscriptions/listen", {"notifications": {"promptsListChanged": True}})
    modern.wait(lambda: heard(modern, other), "the acknowledgement")
    call(modern, "prompts_create", {"name": "other", "template": "t", "llm_model": "echo"})
    modern.wait(lambda: "prompts/list_changed" in heard(modern, other), "the news of another list")
    assert len(heard(modern, stream)) == before


def test_streams_end_with_the_input(modern: Server) -> None:
    streams = [modern.begin_modern("subscriptions/listen", {"notifications": {}}) for _ in range(3)]
    modern.wait(lambda: all(heard(modern, stream) for stream in streams), "the acknowledgements")
    assert modern.finish() == 0
    for stream in streams:
        assert modern.answer(stream)["result"]["_meta"][SUBSCRIPTION_KEY] == stream


def test_a_stream_does_not_hold_up_a_script(start) -> None:
    server = start("--in-order", handshake=None)
    server.begin_modern("subscriptions/listen", {"notifications": {}})
    assert server.modern("tools/list")["result"]["tools"]


def test_a_handshakes_client_hears_of_changes(start) -> None:
    server = start()

    def methods() -> list[str]:
        return [notification["method"].removeprefix("notifications/") for notification in server.notifications]

    server.get("prompts_create", name="p", template="{{ a }}", llm_model="echo")
    server.wait(lambda: {"prompts/list_changed", "resources/list_changed"} <= set(methods()), "news of new lists")
    server.get("datasets_create", name="d", csv_data="a\nx\n")
    server.get("runs_create", prompt_id=1, dataset_id=1)
    report = "completion-kit://runs/1/report.md"
    assert server.request("resources/subscribe", {"uri": report})["error"]["code"] == -32002
    server.get("runs_generate", id=1)
    assert server.request("resources/subscribe", {"uri": report})["result"] == {}
    assert "resources/updated" not in methods()
    server.get("runs_update", id=1, name="better")
    server.wait(lambda: "resources/updated" in methods(), "news of the report")
    assert server.request("resources/unsubscribe", {"uri": report})["result"] == {}


def test_another_process_changes_the_lists(start) -> None:
    server, other = start(), start()
    other.get("prompts_create", name="p", template="{{ a }}", llm_model="echo")
    assert server.get("prompts_list")["total"] == 1
    server.wait(
        lambda: [n for n in server.notifications if n["method"] == "notifications/prompts/list_changed"], "the news"
    )


# Questions


@pytest.mark.parametrize("tool", ["prompts_delete", "datasets_delete"])
def test_a_deletion_is_asked_for_without_a_handshake(modern: Server, tool: str) -> None:
    judged_run(modern)
    question = call(modern, tool, {"id": 1}, FORMS)
    assert question["resultType"] == "input_required"
    form = question["inputRequests"]["confirm"]["params"]
    assert "1 run, 2 responses" in form["message"]
    declined = call(
        modern, tool, {"id": 1}, FORMS, inputResponses={"confirm": {"action": "decline"}}, requestState=question["requestState"]
    )
    assert declined["isError"] and "Nothing was deleted" in declined["content"][0]["text"]
    # A question is answered once.
    params = {"name": tool, "arguments": {"id": 1}, "inputResponses": YES, "requestState": question["requestState"]}
    assert modern.modern("tools/call", params, FORMS)["error"]["code"] == -32602
    again = call(modern, tool, {"id": 1}, FORMS)
    done = call(modern, tool, {"id": 1}, FORMS, inputResponses=YES, requestState=again["requestState"])
    assert done["structuredContent"] == {"deleted": True, "id": 1, "removed": {tool.split("_")[0]: 1, "runs": 1, "responses": 2}}


def test_an_answer_counts_for_its_own_question_only(modern: Server) -> None:
    judged_run(modern)
    state = call(modern, "prompts_delete", {"id": 1}, FORMS)["requestState"]
    # Another record, and the same one after more was added to it, are other questions.
    other = call(modern, "datasets_delete", {"id": 1}, FORMS, inputResponses=YES, requestState=state)
    assert other["resultType"] == "input_required"
    call(modern, "runs_create", {"prompt_id": 1, "dataset_id": 1})
    grown = call(modern, "prompts_delete", {"id": 1}, FORMS, inputResponses=YES, requestState=state)
    assert grown["resultType"] == "input_required"
    params = {"name": "prompts_delete", "arguments": {"id": 1}, "inputResponses": YES, "requestState": state + "0"}
    assert modern.modern("tools/call", params, FORMS)["error"]["code"] == -32602


def test_who_is_not_asked(modern: Server) -> None:
    judged_run(modern)
    assert call(modern, "prompts_delete", {"id": 1, "dry_run": True}, FORMS)["structuredContent"]["removed"]["responses"] == 2
    call(modern, "tags_create", {"name": "t"})
    assert call(modern, "tags_delete", {"id": 1}, FORMS)["structuredContent"]["deleted"]
    call(modern, "prompts_create", {"name": "unused", "template": "t", "llm_model": "echo"})
    assert call(modern, "prompts_delete", {"id": 2}, FORMS)["structuredContent"]["deleted"]
    assert call(modern, "prompts_delete", {"id": 1, "confirm": True}, FORMS)["structuredContent"]["deleted"]
    judged = call(modern, "datasets_delete", {"id": 1})
    assert judged["structuredContent"]["deleted"]


def test_a_deletion_is_asked_for_in_a_handshake(start) -> None:
    server = start(capabilities={"elicitation": {}})
    judged_run(server)

    def deletion(number: int, answer: dict) -> dict:
        request = server.begin("tools/call", {"name": "prompts_delete", "arguments": {"id": 1}})
        question = server.question(number)
        # Meanwhile everything else goes on.
        assert server.request("ping")["result"] == {}
        assert server.get("prompts_list")["total"] == 1
        server.send({"jsonrpc": "2.0", "id": question["id"], **answer})
        return server.answer(request)["result"]

    assert deletion(0, {"result": {"action": "decline"}})["isError"]
    assert deletion(1, {"error": {"code": -32603, "message": "no screen"}})["isError"]
    assert deletion(2, {"result": {"action": "accept", "content": {"confirm": True}}})["structuredContent"]["deleted"]
    assert server.get("prompts_list")["total"] == 0


def test_a_question_is_taken_back_with_its_call(start) -> None:
    server = start(capabilities={"elicitation": {"form": {}}})
    judged_run(server)
    request = server.begin("tools/call", {"name": "datasets_delete", "arguments": {"id": 1}})
    question = server.question()
    server.cancel(request)
    server.wait(
        lambda: [
            n for n in server.notifications
            if n["method"] == "notifications/cancelled" and n["params"]["requestId"] == question["id"]
        ],
        "the withdrawal",
    )
    server.send({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "accept", "content": {"confirm": True}}})
    assert server.get("datasets_list")["total"] == 1


def test_the_end_of_input_ends_a_question(start) -> None:
    server = start(capabilities={"elicitation": {}})
    judged_run(server)
    request = server.begin("tools/call", {"name": "datasets_delete", "arguments": {"id": 1}})
    server.question()
    assert server.finish() == 0
    assert server.answer(request)["result"]["isError"]
