"""The scenarios of the official conformance suite for the tasks extension, as SCENARIOS.md lists them."""

import re
from collections.abc import Callable

import pytest
from fault_server import FaultServer
from server import Server
from test_tasks import KNOWS_TASKS, RELATED, make_run

METHODS = ["tasks/get", "tasks/update", "tasks/cancel"]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
# What belongs to other answers, or to the tasks of 2025-11-25.
FOREIGN = {"task", "error", "inputRequests", "requestState", "ttl", "pollInterval"}


@pytest.fixture
def modern(start: Callable[..., Server]) -> Server:
    return start(handshake=None)


@pytest.fixture
def prepared(modern: Server, faults: FaultServer) -> Server:
    """A copy with run 1, whose provider answers once the test lets it."""
    make_run(modern, faults)
    return modern


def ask(server: Server, method: str, params: dict, capabilities: dict = KNOWS_TASKS) -> dict:
    response = server.modern(method, params, capabilities)
    assert "result" in response, response
    return response["result"]


def generate(server: Server, capabilities: dict = KNOWS_TASKS, **more) -> dict:
    call = {"name": "runs_generate", "arguments": {"id": 1, "wait_seconds": 0}, **more}
    return ask(server, "tools/call", call, capabilities)


def ended(server: Server, task: str) -> dict:
    """The task after its end."""
    while (state := ask(server, "tasks/get", {"taskId": task}))["status"] == "working":
        server.get("runs_get", id=1, wait_seconds=5)
    return state


def test_tasks_are_declared_as_an_extension(modern: Server) -> None:
    capabilities = ask(modern, "server/discover", {})["capabilities"]
    assert capabilities["extensions"] == {"io.modelcontextprotocol/tasks": {}}
    assert "tasks" not in capabilities


@pytest.mark.parametrize("capabilities", [{}, {"extensions": {}}, {"tasks": {"list": {}}}], ids=str)
def test_who_does_not_declare_tasks_is_given_none(prepared: Server, faults: FaultServer, capabilities: dict) -> None:
    task = generate(prepared)["taskId"]
    requests = [(method, {"taskId": task}) for method in METHODS]
    requests.append(("subscriptions/listen", {"notifications": {"taskIds": [task]}}))
    for method, params in requests:
        error = prepared.modern(method, params, capabilities)["error"]
        assert error["code"] == -32021, method
        assert error["data"]["requiredCapabilities"] == KNOWS_TASKS
    result = generate(prepared, capabilities)
    assert result["resultType"] == "complete" and result["content"]
    assert not {"task", "taskId"} & result.keys()
    faults.release()


def test_a_task_is_flat_and_there_at_once(prepared: Server, faults: FaultServer) -> None:
    task = generate(prepared)
    assert task["resultType"] == "task" and task["status"] == "working"
    assert TIME.fullmatch(task["createdAt"]) and TIME.fullmatch(task["lastUpdatedAt"])
    assert task["ttlMs"] is None and type(task["pollIntervalMs"]) is int and task["pollIntervalMs"] > 0
    assert not {"result", *FOREIGN} & task.keys()
    state = ask(prepared, "tasks/get", {"taskId": task["taskId"]})
    assert (state["resultType"], state["taskId"], state["status"]) == ("complete", task["taskId"], "working")
    assert not {"result", *FOREIGN} & state.keys()
    faults.release()


def test_a_task_that_has_ended_holds_the_tools_result(prepared: Server, faults: FaultServer) -> None:
    task = generate(prepared)["taskId"]
    faults.release()
    state = ended(prepared, task)
    assert state["status"] == "completed" and state["result"]["content"][0]["text"]
    assert state["result"]["structuredContent"]["id"] == 1
    assert RELATED not in state["result"].get("_meta", {})
    assert not FOREIGN & state.keys() and not FOREIGN & state["result"].keys()


def test_a_task_is_cancelled_by_an_empty_answer_and_again(modern: Server, faults: FaultServer) -> None:
    make_run(modern, faults, rows=5)
    task = {"taskId": generate(modern)["taskId"]}
    faults.wait_for_call("hold")
    cancellation = modern.begin_modern("tasks/cancel", task, KNOWS_TASKS)
    faults.release()
    answers = [modern.answer(cancellation)["result"], ask(modern, "tasks/update", {**task, "inputResponses": {}})]
    assert ended(modern, task["taskId"])["status"] == "cancelled"
    answers.append(ask(modern, "tasks/cancel", task))
    for answer in answers:
        assert answer.keys() == {"resultType", "_meta"} and answer["resultType"] == "complete"


def test_what_went_with_the_tasks_of_the_handshake(prepared: Server, faults: FaultServer) -> None:
    for method in ("tasks/list", "tasks/result"):
        assert prepared.modern(method, {"taskId": generate(prepared)["taskId"]}, KNOWS_TASKS)["error"]["code"] == -32601
    for method in METHODS:
        for unknown in ("no-such-task", "run-1-0", "", 7):
            assert prepared.modern(method, {"taskId": unknown}, KNOWS_TASKS)["error"]["code"] == -32602
    faults.release()


def test_who_asks_for_a_task_as_before_is_not_given_one_for_that(prepared: Server, faults: FaultServer) -> None:
    for capabilities in (KNOWS_TASKS, {}):
        params = {"name": "tags_list", "arguments": {}, "task": {"ttl": 1000, "pollInterval": 1}}
        result = ask(prepared, "tools/call", params, capabilities)
        assert result["resultType"] == "complete" and "taskId" not in result and result["content"]
    assert generate(prepared, {}, task={"ttl": 1000})["resultType"] == "complete"
    faults.release()
