"""Much at once: cancellations that race answers, calls in parallel, a client that does not read."""

import json
from collections.abc import Callable

import pytest
from conformance import CAPABILITIES_KEY, STATELESS, VERSION_KEY
from server import Server

# Four of five are raced: 10,000 cancellations.
REQUESTS = 12_500
# So few at once that answer and cancellation each win often.
ROUND = 2
ENVELOPE = {VERSION_KEY: STATELESS, CAPABILITIES_KEY: {}}
SCHEME = "completion-kit://"
# Cheap requests of every ordering.
RACERS = [
    ("tools/call", {"name": "tags_list", "arguments": {}}),
    ("tools/call", {"name": "runs_generate", "arguments": {"id": 1}}),
    ("tools/call", {"name": "runs_get", "arguments": {"id": 1, "wait_seconds": 5, "fields": ["id"]}}),
    ("prompts/get", {"name": "p", "arguments": {"q": "x"}}),
    ("completion/complete", {"ref": {"type": "ref/prompt", "name": "p"}, "argument": {"name": "q", "value": ""}}),
    ("resources/templates/list", {}),
]
# Too dear to be asked for more than now and then: reports progress, and may be stopped in the middle.
LONG_RACER = ("tools/call", {"name": "runs_generate", "arguments": {"id": 1, "restart": True}})


def finished_run(server: Server, rows: int = 2, **settings) -> None:
    """A prompt (1), a dataset (1) and a completed run (1)."""
    pending_run(server, rows, **settings)
    assert server.get("runs_generate", id=1)["status"] == "completed"


def pending_run(server: Server, rows: int, **settings) -> None:
    server.get("prompts_create", name="p", template="{{ q }}", llm_model="echo")
    server.get("datasets_create", name="d", csv_data="q\n" + "".join(f"row {n}\n" for n in range(rows)))
    server.get("runs_create", prompt_id=1, dataset_id=1, **settings)


def test_a_cancellation_that_races_the_answer_is_never_followed_by_a_line(server: Server) -> None:
    finished_run(server, rows=20)
    won = 0
    for first in range(0, REQUESTS, ROUND):
        for number in range(first, first + ROUND):
            id = f"race {number}"
            method, params = LONG_RACER if number % 50 == 1 else RACERS[number % len(RACERS)]
            meta = {"progressToken": number, **(ENVELOPE if number // len(RACERS) % 2 else {})}
            server.begin(method, {**params, "_meta": meta}, id=id)
            if number % 5:
                server.race(id)
        # Every line is checked where lines are read: an answer comes once, and nothing after it.
        won += server.settle(server.begin("ping"))
    kept = [f"race {number}" for number in range(REQUESTS) if number % 5 == 0]
    assert [answer for id in kept if "result" not in (answer := server.answer(id))] == []
    raced = REQUESTS - len(kept)
    print(f"{won} of {raced} answers were faster than their cancellations")
    assert 0 < won < raced
    assert server.finish() == 0


@pytest.mark.parametrize("handshake", ["2024-11-05", "2025-11-25", None])
def test_a_hundred_calls_at_once_are_each_answered_as_if_alone(start: Callable[..., Server], handshake: str | None) -> None:
    server = start(handshake=handshake)
    meta = {} if handshake else {"_meta": ENVELOPE}
    pending_run(server, rows=200)
    calls: dict[int, Callable[[dict], bool]] = {}

    def begin(method: str, params: dict, check: Callable[[dict], bool]) -> None:
        calls[server.begin(method, {**params, **meta})] = check

    def tool(name: str, check: Callable[[dict], bool], /, **arguments) -> None:
        begin("tools/call", {"name": name, "arguments": arguments}, lambda result: check(json.loads(result["content"][0]["text"])))

    for number in range(10):
        tool("tags_create", lambda tag, number=number: tag["id"] == number + 1, name=f"tag {number}")
        tool("tags_get", lambda tag, number=number: tag["name"] == f"tag {number}", id=number + 1)
        tool("runs_generate", lambda run: run["status"] == "completed" and run["responses_count"] == 200, id=1)
        tool("runs_get", lambda run: run["id"] == 1 and run["status"] == "completed", id=1, wait_seconds=30)
        tool("prompts_list", lambda list: list["total"] == 1)
        begin("tools/list", {}, lambda result: len(result["tools"]) >= 39)
        begin("prompts/get", {"name": "p", "arguments": {"q": str(number)}}, lambda result, number=number: (
            result["messages"][0]["content"]["text"] == str(number)))
        begin("resources/read", {"uri": SCHEME + "datasets/1.csv"}, lambda result: "row 199\n" in result["contents"][0]["text"])
        begin("completion/complete", RACERS[4][1], lambda result: "row 0" in result["completion"]["values"])
        tool("tags_delete", lambda gone, number=number: gone["id"] == number + 1, id=number + 1)
    assert len(calls) == 100
    for id, check in calls.items():
        response = server.answer(id)
        assert "result" in response and check(response["result"]), response
    assert server.get("tags_list")["total"] == 0
    assert server.finish() == 0


def test_a_call_that_follows_the_start_of_a_run_sees_the_start(server: Server) -> None:
    pending_run(server, rows=30)
    for run in range(1, 31):
        started = server.begin("tools/call", {"name": "runs_generate", "arguments": {"id": run}})
        # Sent before the answer to the start.
        waited = server.begin("tools/call", {"name": "runs_get", "arguments": {"id": run, "wait_seconds": 30}})
        for call in (waited, started):
            assert server.answer(call)["result"]["structuredContent"]["status"] == "completed"
        server.get("runs_create", prompt_id=1, dataset_id=1)


def test_a_client_that_does_not_read_holds_up_no_run(start: Callable[..., Server]) -> None:
    server, other = start(), start()
    pending_run(server, rows=3000)
    listing = [server.request("tools/list")["result"]]
    with server.unread():
        generate = server.begin(
            "tools/call", {"name": "runs_generate", "arguments": {"id": 1}, "_meta": {"progressToken": "unread"}}
        )
        # Much more than a pipe holds.
        lists = [server.begin("tools/list") for _ in range(100)]
        done = other.get("runs_get", id=1, wait_seconds=60)
        while done["status"] in ("pending", "running"):
            done = other.get("runs_get", id=1, wait_seconds=60)
        assert (done["status"], done["responses_count"]) == ("completed", 3000)
        assert server.progress("unread") == []
    assert all(server.answer(id)["result"] == listing[0] for id in lists)
    assert server.answer(generate)["result"]["structuredContent"]["status"] == "completed"
    steps = [step["progress"] for step in server.progress("unread")]
    # What was superseded while nobody read is not sent any more.
    assert steps == sorted(set(steps)) and len(steps) < 1500
    assert server.request("ping")["result"] == {}
    assert server.finish() == 0


@pytest.mark.parametrize("version", ["2024-11-05", "2025-11-25"])
def test_both_eras_in_one_write(start: Callable[..., Server], version: str) -> None:
    server = start(handshake=None)
    initialize = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "eager", "version": "1"}}
    messages = [
        ("discover", "server/discover", {"_meta": ENVELOPE}),
        ("initialize", "initialize", initialize),
        (None, "notifications/initialized", {}),
        ("modern list", "tools/list", {"_meta": ENVELOPE}),
        ("list", "tools/list", {}),
        ("again", "server/discover", {"_meta": ENVELOPE}),
        ("ping", "ping", {}),
    ]
    lines = b""
    for id, method, params in messages:
        message = {"jsonrpc": "2.0", "method": method, "params": params, **({"id": id} if id else {})}
        if id:
            server.expect(message)
        lines += json.dumps(message).encode() + b"\n"
    server.write(lines)
    assert server.answer("discover")["result"] == server.answer("again")["result"]
    assert server.answer("initialize")["result"]["protocolVersion"] == version
    assert "resultType" not in server.answer("list")["result"]
    assert server.answer("modern list")["result"]["resultType"] == "complete"
    assert server.answer("ping")["result"] == {}
    assert server.finish() == 0
