"""Runs that copy answers: rows that are added to a dataset are paid for, and no others."""

import json
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest
from local_server import LocalServer, send_completion
from server import Server

ROWS, ADDED = 100, 10
# Each call takes 10 tokens and gives 1.
INPUT_PRICE, OUTPUT_PRICE = 1.0, 10.0
CALL_COST = (10 * INPUT_PRICE + 1 * OUTPUT_PRICE) / 1e6


class CountingServer(LocalServer):
    """A provider that repeats the number in the request, and counts what it was asked."""

    def __init__(self) -> None:
        super().__init__(CountingHandler)
        self.lock = threading.Lock()
        self.asked: list[int] = []
        self.pause = 0.0
        self.start()


class CountingHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: CountingServer

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        row = int(re.search(r"\brow (\d+)\b", request["messages"][-1]["content"]).group(1))
        with self.server.lock:
            self.server.asked.append(row)
        time.sleep(self.server.pause)
        send_completion(self, f"{row}", "counting")

    def log_message(self, format: str, *args) -> None:
        """Says nothing."""


@pytest.fixture
def provider() -> CountingServer:
    server = CountingServer()
    yield server
    server.stop()


def table(rows: int) -> str:
    return "n,expected_output\n" + "".join(f"{n},{n}\n" for n in range(rows))


def first_run(server: Server, provider: CountingServer) -> int:
    server.get(
        "provider_credentials_create",
        provider="openai",
        api_key="sk-counting-0123456789",
        api_endpoint=provider.address(),
        input_price=INPUT_PRICE,
        output_price=OUTPUT_PRICE,
    )
    server.get("prompts_create", name="p", template="Answer row {{ n }}.", llm_model="counting")
    server.get("datasets_create", name="d", csv_data=table(ROWS))
    run = server.get("runs_create", prompt_id=1, dataset_id=1, concurrency=8)["id"]
    assert server.get("runs_generate", id=run, wait_seconds=60)["avg_score"] == 1
    assert sorted(provider.asked) == list(range(ROWS))
    return run


def answers(server: Server, run: int) -> dict[int, dict]:
    """The answers there are, by row."""
    found: dict[int, dict] = {}
    cursor = {}
    while True:
        page = server.get("responses_list", run_id=run, limit=100, **cursor)
        for response in page["responses"]:
            if response.get("id"):
                assert response["row_index"] not in found
                found[response["row_index"]] = response
        if not page.get("next_cursor"):
            return found
        cursor = {"cursor": page["next_cursor"]}


def sources(server: Server, run: int) -> dict[int, int | None]:
    """The source of each answer, by row."""
    return {row: response.get("reused_from") for row, response in answers(server, run).items()}


def test_added_rows_are_paid_for_and_no_others(server: Server, provider: CountingServer) -> None:
    first = first_run(server, provider)
    originals = {row: response["id"] for row, response in answers(server, first).items()}
    server.get("datasets_update", id=1, csv_data=table(ROWS + ADDED))
    second = server.get("runs_create", like_run=first, reuse=True)
    whole = server.get("runs_create", like_run=first, concurrency=4)
    assert second["estimated_cost"] == pytest.approx(whole["estimated_cost"] * ADDED / (ROWS + ADDED), rel=0.1)
    assert any(f"{ROWS} of {ROWS + ADDED} answers" in warning for warning in second["warnings"])
    provider.asked.clear()
    done = server.get("runs_generate", id=second["id"], wait_seconds=60)
    assert sorted(provider.asked) == list(range(ROWS, ROWS + ADDED))
    assert (done["status"], done["responses_count"], done["reused"], done["avg_score"]) == ("completed", ROWS + ADDED, ROWS, 1)
    assert done["total_cost"] == pytest.approx(ADDED * CALL_COST)
    assert done["usage"]["total_tokens"] == 11 * ADDED
    assert sources(server, second["id"]) == originals | {row: None for row in range(ROWS, ROWS + ADDED)}

    # Against a run that paid for every row, the copies are not cheap.
    server.get("prompts_create", name="q", template="Answer this row {{ n }}!", llm_model="counting")
    third = server.get("runs_create", like_run=second["id"], prompt_id=2)["id"]
    provider.asked.clear()
    assert server.get("runs_generate", id=third, wait_seconds=60)["reused"] == 0
    assert len(provider.asked) == ROWS + ADDED
    compared = server.get("runs_compare", run_ids=[third, second["id"]])
    statistics = compared["statistics"][0]
    assert statistics["cost_ratio"] == pytest.approx(1)
    assert statistics["latency_ratio"] is None and statistics["latency_ratio_rows"]["unknown"] == ROWS
    assert f"{ROWS} rows were copied" in statistics["verdict"]


def test_a_killed_run_copies_nothing_twice(start: Callable[..., Server], provider: CountingServer) -> None:
    server = start()
    first = first_run(server, provider)
    server.get("datasets_update", id=1, csv_data=table(ROWS + 60))
    second = server.get("runs_create", like_run=first, reuse=True)["id"]
    provider.asked.clear()
    provider.pause = 0.02
    server.begin("tools/call", {"name": "runs_generate", "arguments": {"id": second, "wait_seconds": 60}})
    deadline = time.monotonic() + 20
    while len(provider.asked) < 16 and time.monotonic() < deadline:
        time.sleep(0.001)
    server.process.kill()
    server.process.wait()
    server.stop()
    time.sleep(0.1)
    server = start()
    kept = sources(server, second)
    done = server.get("runs_generate", id=second, wait_seconds=60)
    assert (done["status"], done["reused"], done["responses_count"]) == ("completed", ROWS, ROWS + 60)
    found = sources(server, second)
    assert kept.items() <= found.items()
    copies = [source for source in found.values() if source]
    assert len(copies) == len(set(copies)) == ROWS
    # Lost are only calls under way when the process was killed, and as many answers on their way to the disk.
    assert min(provider.asked) >= ROWS and len(provider.asked) <= 60 + 2 * 8

    # Beginning again answers anew.
    provider.asked.clear()
    provider.pause = 0
    again = server.get("runs_generate", id=second, restart=True, wait_seconds=60)
    assert len(provider.asked) == ROWS + 60 and again["reuse"] is False
