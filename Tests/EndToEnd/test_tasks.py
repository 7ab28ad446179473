"""Runs as tasks: those of 2025-11-25, and the extension of the version without a handshake."""

import pytest
from fault_server import FaultServer
from server import Server

KNOWS_TASKS = {"extensions": {"io.modelcontextprotocol/tasks": {}}}
RELATED = "io.modelcontextprotocol/related-task"


def make_run(server: Server, faults: FaultServer, fault: str = "hold", rows: int = 2) -> None:
    """Run 1, whose provider answers once the test lets it."""
    server.get("provider_credentials_create", provider="openai", api_key="k", api_endpoint=faults.address(fault))
    server.get("prompts_create", name="p", template="{{ a }}", llm_model="openai/stub-1")
    server.get("datasets_create", name="d", csv_data="a\n" + "".join(f"x{row}\n" for row in range(rows)))
    server.get("runs_create", prompt_id=1, dataset_id=1, concurrency=1)


def generate(server: Server, **more) -> dict:
    return server.request(
        "tools/call", {"name": "runs_generate", "arguments": {"id": 1, "wait_seconds": 600}, "task": {"ttl": 60000}, **more}
    )


# With a handshake


def test_what_is_declared(start) -> None:
    server = start(handshake=None)
    declared = server.initialize()["capabilities"]["tasks"]
    assert declared == {"list": {}, "cancel": {}, "requests": {"tools": {"call": {}}}}
    supporting = [tool["name"] for tool in server.tools() if tool.get("execution") == {"taskSupport": "optional"}]
    assert sorted(supporting) == ["runs_generate", "runs_judge"]
    for version in ["2024-11-05", "2025-03-26", "2025-06-18"]:
        assert "tasks" not in server.initialize(version)["capabilities"]
        assert not [tool for tool in server.tools() if "execution" in tool]
        assert server.request("tasks/list")["error"]["code"] == -32601


def test_a_task_from_its_beginning_to_its_result(server: Server, faults: FaultServer) -> None:
    make_run(server, faults)
    task = generate(server)["result"]["task"]
    assert task["status"] == "working" and task["ttl"] is None
    assert server.request("tasks/get", {"taskId": task["taskId"]})["result"]["status"] == "working"
    result = server.begin("tasks/result", {"taskId": task["taskId"]})
    # Waiting for the result delays no other request.
    assert [each["taskId"] for each in server.request("tasks/list")["result"]["tasks"]] == [task["taskId"]]
    faults.release()
    answer = server.answer(result)["result"]
    assert answer["structuredContent"] == server.get("runs_get", id=1)
    assert answer["structuredContent"]["status"] == "completed"
    assert answer["_meta"][RELATED] == {"taskId": task["taskId"]}
    ended = server.request("tasks/get", {"taskId": task["taskId"]})["result"]
    assert ended["status"] == "completed" and "generated 2/2" in ended["statusMessage"]
    assert server.request("tasks/cancel", {"taskId": task["taskId"]})["error"]["code"] == -32602


def test_a_task_is_cancelled(server: Server, faults: FaultServer) -> None:
    make_run(server, faults, rows=5)
    task = generate(server)["result"]["task"]
    faults.wait_for_call("hold")
    cancellation = server.begin("tasks/cancel", {"taskId": task["taskId"]})
    faults.release()
    assert server.answer(cancellation)["result"]["status"] == "cancelled"
    run = server.get("runs_get", id=1, wait_seconds=10)
    assert run["status"] == "cancelled" and run["responses_count"] < 5
    assert server.request("tasks/result", {"taskId": task["taskId"]})["result"]["structuredContent"]["status"] == "cancelled"


def test_a_run_that_begins_again_is_another_task(server: Server, faults: FaultServer) -> None:
    make_run(server, faults, "ok")
    first = generate(server)["result"]["task"]["taskId"]
    server.request("tasks/result", {"taskId": first})
    again = {"name": "runs_generate", "arguments": {"id": 1, "restart": True}, "task": {}}
    second = server.request("tools/call", again)["result"]["task"]["taskId"]
    assert second != first
    assert server.request("tasks/get", {"taskId": first})["error"]["code"] == -32602
    assert server.request("tasks/result", {"taskId": second})["result"]["structuredContent"]["status"] == "completed"


def test_a_task_outlives_its_process(start, faults: FaultServer) -> None:
    server = start()
    make_run(server, faults, "ok")
    task = generate(server)["result"]["task"]["taskId"]
    server.request("tasks/result", {"taskId": task})
    server.finish()
    other = start()
    assert other.request("tasks/get", {"taskId": task})["result"]["status"] == "completed"


@pytest.mark.parametrize("id", ["", "run-1", "run-1-2", "run-x-1", "7", None, 1])
def test_no_such_task(server: Server, id) -> None:
    for method in ["tasks/get", "tasks/result", "tasks/cancel"]:
        assert server.request(method, {"taskId": id})["error"]["code"] == -32602


def test_what_cannot_be_a_task(server: Server) -> None:
    error = server.request("tools/call", {"name": "tags_list", "arguments": {}, "task": {}})["error"]
    assert error["code"] == -32601
    error = generate(server)["error"]
    assert error["code"] == -32602 and "No run 1" in error["message"]
    # Null is none.
    assert "structuredContent" in server.request("tools/call", {"name": "tags_list", "arguments": {}, "task": None})["result"]


# Without a handshake


def call(server: Server, capabilities: dict, **arguments) -> dict:
    params = {"name": "runs_generate", "arguments": {"id": 1, **arguments}}
    return server.modern("tools/call", params, capabilities)["result"]


def test_the_extension(server: Server, faults: FaultServer) -> None:
    make_run(server, faults)
    declared = server.modern("server/discover")["result"]["capabilities"]
    assert "io.modelcontextprotocol/tasks" in declared["extensions"] and "tasks" not in declared
    task = call(server, KNOWS_TASKS)
    assert task["resultType"] == "task" and task["status"] == "working" and task["ttlMs"] is None
    named = {"taskId": task["taskId"]}
    assert server.modern("tasks/get", named, KNOWS_TASKS)["result"]["status"] == "working"
    assert server.modern("tasks/update", {**named, "inputResponses": {}}, KNOWS_TASKS)["result"]["resultType"] == "complete"
    for method in ["tasks/get", "tasks/update", "tasks/cancel"]:
        error = server.modern(method, named)["error"]
        assert error["code"] == -32021
        assert error["data"] == {"requiredCapabilities": KNOWS_TASKS}
    assert server.modern("tasks/result", named, KNOWS_TASKS)["error"]["code"] == -32601
    faults.release()
    server.get("runs_get", id=1, wait_seconds=20)
    ended = server.modern("tasks/get", named, KNOWS_TASKS)["result"]
    assert ended["status"] == "completed"
    assert ended["result"]["structuredContent"]["status"] == "completed" and ended["result"]["isError"] is False
    # A run that is there already is an answer, not a task.
    assert call(server, KNOWS_TASKS)["structuredContent"]["status"] == "completed"
    assert server.modern("tasks/cancel", named, KNOWS_TASKS)["result"]["resultType"] == "complete"


def test_nobody_is_given_a_task_who_does_not_know_them(server: Server, faults: FaultServer) -> None:
    make_run(server, faults)
    assert call(server, {}, wait_seconds=0)["structuredContent"]["status"] == "running"
    faults.release()
