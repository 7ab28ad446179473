"""Runs with several answers a row: killed and resumed no answer is lost or doubled, and the figures take the row as the unit."""

import json
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest
from local_server import LocalServer, send_completion
from server import Server

# What the answers to each row are, in their order: right or wrong.
PATTERNS = [[1, 1, 1], [1, 0, 1], [0, 0, 0], [1, 1, 0], [0, 1, 0], [1, 1, 1]]
REPEATS = 3


class SeededServer(LocalServer):
    """A provider whose answer follows from the row and the seed, and that counts what it was asked."""

    def __init__(self) -> None:
        super().__init__(SeededHandler)
        self.lock = threading.Lock()
        self.asked: list[tuple[int, int]] = []
        self.pause = 0.0
        self.start()


class SeededHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SeededServer

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        row = int(re.search(r"\brow (\d+)\b", request["messages"][-1]["content"]).group(1))
        number = request["seed"] - 100
        with self.server.lock:
            self.server.asked.append((row, number))
        time.sleep(self.server.pause)
        text = "yes" if PATTERNS[row % len(PATTERNS)][number] else "no"
        send_completion(self, text, "seeded")

    def log_message(self, format: str, *args) -> None:
        """Says nothing."""


@pytest.fixture
def provider() -> SeededServer:
    server = SeededServer()
    yield server
    server.stop()


def plan(server: Server, provider: SeededServer, rows: int, **settings) -> int:
    server.get(
        "provider_credentials_create", provider="openai", api_key="sk-seeded-0123456789", api_endpoint=provider.address()
    )
    server.get("prompts_create", name="p", template="Answer row {{ n }}.", llm_model="seeded")
    csv = "n,expected_output\n" + "".join(f"{n},yes\n" for n in range(rows))
    server.get("datasets_create", name="d", csv_data=csv)
    return server.get("runs_create", prompt_id=1, dataset_id=1, seed=100, **settings)["id"]


def places(server: Server, run: int) -> dict[tuple[int, int], tuple[int, str]]:
    """The answers there are, by row and repeat."""
    found: dict[tuple[int, int], tuple[int, str]] = {}
    cursor = {}
    while True:
        page = server.get("responses_list", run_id=run, limit=7, **cursor)
        for response in page["responses"]:
            if "id" not in response:
                continue  # It is still to be made.
            place = (response["row_index"], response["repeat"])
            assert place not in found, "an answer is there twice"
            found[place] = (response["id"], response["response_text"])
        if not page.get("next_cursor"):
            return found
        cursor = {"cursor": page["next_cursor"]}


def test_the_row_is_the_unit(server: Server, provider: SeededServer) -> None:
    run = plan(server, provider, len(PATTERNS), repeats=REPEATS)
    server.get("runs_generate", id=run, wait_seconds=60)
    result = server.get("runs_get", id=run)
    assert (result["status"], result["responses_count"], result["avg_score"]) == ("completed", 18, 0.6111)
    assert result["pass_at_k"] == {"1": 0.6111, "2": 0.7778, "3": 0.8333}
    assert result["pass_hat_k"] == {"1": 0.6111, "2": 0.4444, "3": 0.3333}
    assert [row["row_index"] for row in result["flaky_rows"]] == [4, 1, 3]
    assert result["resampling"]["standard_error"] == 0.1591
    assert "Twice as many rows would narrow its interval to about 71 %" in result["resampling"]["sentence"]
    once = server.get("runs_create", prompt_id=1, dataset_id=1, seed=100)["id"]
    server.get("runs_generate", id=once, wait_seconds=60)
    compared = server.get("runs_compare", run_ids=[once, run])
    assert [row["results"][1]["score"] for row in compared["comparisons"]] == pytest.approx([1, 2 / 3, 0, 2 / 3, 1 / 3, 1])
    assert compared["statistics"][0]["mean_difference"] == pytest.approx(11 / 18 - 4 / 6, abs=1e-3)
    assert compared["statistics"][0]["differs"]["repeats"] == [1, REPEATS]


def test_a_killed_run_makes_the_missing_answers_only(start: Callable[..., Server], provider: SeededServer) -> None:
    rows = 20
    provider.pause = 0.02
    server = start()
    run = plan(server, provider, rows, repeats=REPEATS, concurrency=4)
    known: dict[tuple[int, int], tuple[int, str]] = {}
    for kills in range(1, 50):
        begun = len(provider.asked)
        server.begin("tools/call", {"name": "runs_generate", "arguments": {"id": run, "wait_seconds": 60}})
        deadline = time.monotonic() + 20
        while len(provider.asked) < begun + 15 and time.monotonic() < deadline and kills <= 3:
            time.sleep(0.001)
        if kills <= 3:
            shown = places(server, run)
            server.process.kill()
            server.process.wait()
            server.stop()
            time.sleep(0.1)
            asked = list(provider.asked)
            server = start()
            known = places(server, run)
            assert shown.items() <= known.items(), "an answer that was shown was lost or changed"
        else:
            assert server.get("runs_get", id=run, wait_seconds=60)["status"] == "completed"
            break
    found = places(server, run)
    assert sorted(found) == [(row, number) for row in range(rows) for number in range(REPEATS)]
    assert known.items() <= found.items()
    # What was recorded before the last start was not asked for again.
    assert not set(provider.asked[len(asked) :]) & set(known)
    for (row, number), (_, text) in found.items():
        assert text == ("yes" if PATTERNS[row % len(PATTERNS)][number] else "no")
    # Lost are only calls under way when a process was killed.
    assert len(provider.asked) <= rows * REPEATS + 3 * 8
