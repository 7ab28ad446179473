"""Runs that are cancelled or killed at random moments, and resumed: in the end every row is there, and what was recorded was
not asked for again."""

import json
import random
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest
from local_server import LocalServer, send_completion
from server import Server

ROWS = 60
METRICS = 2
SEED = 20261121
CONCURRENCY = 6
LAST_STOP = 15


class CountingServer(LocalServer):
    """A provider whose every answer differs from all others, and that knows what it has answered to whom.

    It takes a moment, so that a run can be stopped in the middle.
    """

    def __init__(self) -> None:
        super().__init__(CountingHandler)
        self.lock = threading.Lock()
        self.dice = random.Random(SEED)
        self.connections = 0
        # (row, what is asked: "answer" or a metric's name) -> the texts of the answers, in their order.
        self.answers: dict[tuple[int, str], list[str]] = {}
        self.start()

    def process_request_thread(self, request, client_address) -> None:
        with self.lock:
            self.connections += 1
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self.lock:
                self.connections -= 1

    def settle(self) -> None:
        """Returns when everything is read that a process sent which is gone now."""
        quiet = 0
        while quiet < 5:
            time.sleep(0.01)
            quiet = quiet + 1 if self.connections == 0 else 0

    def counts(self) -> dict[tuple[int, str], int]:
        with self.lock:
            return {key: len(texts) for key, texts in self.answers.items()}


class CountingHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: CountingServer

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        row = int(re.search(r"\brow (\d+)\b", request["messages"][-1]["content"]).group(1))
        criterion = re.search(r"^Criterion: (.+)$", request["messages"][0]["content"], re.MULTILINE)
        asked = criterion.group(1) if criterion else "answer"
        with self.server.lock:
            # A call counts from its arrival: from then on it will be paid for.
            number = sum(map(len, self.server.answers.values()))
            text = json.dumps({"reasons": f"call {number}", "score": 1 + number % 5}) if criterion else f"call {number}"
            self.server.answers.setdefault((row, asked), []).append(text)
            pause = self.server.dice.uniform(0.005, 0.03)
        time.sleep(pause)
        send_completion(self, text, "counted", id=f"c{number}")

    def log_message(self, format: str, *args) -> None:
        """Says nothing."""


@pytest.fixture
def provider() -> CountingServer:
    server = CountingServer()
    yield server
    server.stop()


def plan(server: Server, provider: CountingServer, metrics: int) -> int:
    server.get(
        "provider_credentials_create", provider="openai", api_key="sk-counted-0123456789", api_endpoint=provider.address()
    )
    server.get("prompts_create", name="p", template="Say something of row {{ n }}.", llm_model="counted")
    server.get("datasets_create", name="d", csv_data="n\n" + "".join(f"{n}\n" for n in range(ROWS)))
    judged = {}
    if metrics:
        ids = [server.get("metrics_create", name=f"metric {n}")["id"] for n in range(metrics)]
        judged = {"metric_ids": ids, "judge_model": "openai/judge", "probe": False}
    return server.get("runs_create", prompt_id=1, dataset_id=1, concurrency=CONCURRENCY, **judged)["id"]


def recorded(server: Server, run: int) -> dict[tuple[int, str], str]:
    """What is recorded of a run, answers and reviews: (row, what) -> the call that gave it."""
    found: dict[tuple[int, str], str] = {}
    responses, cursor = [], {}
    while True:
        page = server.get(
            "responses_list", run_id=run, limit=500, fields=["id", "row_index", "response_text", "reviews"], **cursor
        )
        # A row that waits for its answer has no id yet.
        responses += [response for response in page["responses"] if response["id"] is not None]
        if not page.get("next_cursor"):
            break
        cursor = {"cursor": page["next_cursor"]}
    for response in responses:
        row = response["row_index"]
        assert (row, "answer") not in found, "a row is there twice"
        found[row, "answer"] = response["response_text"]
        for review in response["reviews"]:
            assert review["status"] == "completed", review
            assert (row, review["metric_name"]) not in found, "a review is there twice"
            found[row, review["metric_name"]] = review["ai_feedback"]
    return found


def check(before: dict[tuple[int, str], str], after: dict[tuple[int, str], str]) -> None:
    assert {key: after.get(key) for key in before} == before, "what was recorded was changed or lost"


def stop_by_kill(server: Server, run: int, request: int) -> None:
    server.process.kill()
    server.process.wait()


def stop_by_terminate(server: Server, run: int, request: int) -> None:
    server.process.terminate()
    assert server.process.wait(10) == 0


def stop_by_end_of_input(server: Server, run: int, request: int) -> None:
    server.process.stdin.close()
    assert server.process.wait(10) == 0


def stop_by_tool(server: Server, run: int, request: int) -> None:
    result = server.call("runs_cancel", id=run)
    assert not result.get("isError") or "not running" in result["content"][0]["text"], result


def stop_by_cancellation(server: Server, run: int, request: int) -> None:
    server.cancel(request)


STOPS = [stop_by_kill, stop_by_kill, stop_by_terminate, stop_by_end_of_input, stop_by_tool, stop_by_cancellation]


@pytest.mark.parametrize("metrics", [0, METRICS])
@pytest.mark.parametrize("attempt", range(4))
def test_nothing_recorded_is_asked_for_again(
    start: Callable[..., Server], provider: CountingServer, attempt: int, metrics: int
) -> None:
    dice = random.Random(SEED + attempt * 10 + metrics)
    server = start()
    run = plan(server, provider, metrics)
    steps = ROWS * (1 + metrics)
    known: dict[tuple[int, str], str] = {}
    stops, lost = 0, 0
    while True:
        # What is recorded now must not be asked for from here on.
        settled, before = set(known), provider.counts()
        stop = dice.choice(STOPS)
        # At the end of input what a request waits for is still awaited; a run that nobody waits for is stopped.
        wait = 0 if stop is stop_by_end_of_input and stops < LAST_STOP else 60
        request = server.begin("tools/call", {"name": "runs_generate", "arguments": {"id": run, "wait_seconds": wait}})
        # Somewhere between at once and after a fifth of what is left.
        aim = sum(before.values()) + dice.randrange(0, max(2, (steps - len(known)) // 5))
        deadline = time.monotonic() + 20
        if stops < LAST_STOP:
            while sum(provider.counts().values()) < aim and time.monotonic() < deadline:
                time.sleep(0.001)
            if dice.random() < 0.5:
                # What a client was shown is recorded, whatever comes then.
                shown = recorded(server, run)
                check(known, shown)
                known, settled, before = shown, set(shown), provider.counts()
            time.sleep(dice.uniform(0, 0.01))
            stop(server, run, request)
            stops += 1
        else:
            server.answer(request)
        if server.process.poll() is not None:
            server.stop()
            provider.settle()
            server = start()
        status = server.get("runs_get", id=run, wait_seconds=30)["status"]
        found = recorded(server, run)
        check(known, found)
        after = provider.counts()
        again = [key for key in settled if after[key] != before[key]]
        assert not again, f"recorded, and asked for again: {again}"
        known = found
        lost_before, lost = lost, sum(after.values()) - len(found)
        if stop in (stop_by_tool, stop_by_cancellation):
            assert lost == lost_before, f"{stop.__name__} lost calls that were under way"
        if status == "completed":
            break
        assert status in ("cancelled", "failed"), status
    assert stops >= 3

    result = server.get("runs_get", id=run)
    assert len(known) == steps and result["responses_count"] == ROWS and result["failed_response_ids"] == []
    assert result["progress_current"] == result["progress_total"] == steps
    # Each recorded text is one that was given for this very row, and every call counts once.
    for key, text in known.items():
        assert any(text in answer for answer in provider.answers[key]), key
    answers = [text for (_, what), text in known.items() if what == "answer"]
    assert len(set(answers)) == ROWS
    calls = sum(provider.counts().values())
    # Lost are only calls that were under way or waited for the disk when the process died.
    assert lost <= stops * 2 * CONCURRENCY
    print(f"\n{metrics} metrics: {stops} stops, {calls} calls for {steps} results, {lost} lost under way")
    assert server.finish() == 0
