"""People's verdicts through the program: a judge that favours one run is corrected, and nothing is lost with the process."""

import json
import re
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest
from local_server import LocalServer, send_completion
from server import Server

ROWS = 60
RATED = 40


class FavouringHandler(BaseHTTPRequestHandler):
    """A model that repeats its prompt, and a judge that gives every answer of the new prompt a star more."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = "\n".join(message["content"] for message in request["messages"])
        if request["model"] == "canned-judge":
            word, row = re.search(r"\b(old|new) answer to row (\d+)\b", text).groups()
            text = json.dumps({"reasons": "As I like it.", "score": quality(int(row)) + (word == "new")})
        send_completion(self, text, request["model"])

    def log_message(self, format: str, *args) -> None:
        """Says nothing."""


def quality(row: int) -> int:
    return 2 + row * 7 % 3


@pytest.fixture
def provider() -> LocalServer:
    server = LocalServer(FavouringHandler)
    server.start()
    yield server
    server.stop()


def judged_runs(server: Server, provider: LocalServer) -> list[int]:
    server.get("provider_credentials_create", provider="openai", api_key="sk-judge-0123456789", api_endpoint=provider.address())
    server.get("metrics_create", name="helpful")
    server.get("datasets_create", name="d", csv_data="n\n" + "".join(f"{n}\n" for n in range(ROWS)))
    runs = []
    for word in ("old", "new"):
        prompt = server.get("prompts_create", name=word, template=f"{word} answer to row {{{{ n }}}}", llm_model="canned")
        run = server.get(
            "runs_create", prompt_id=prompt["id"], dataset_id=1, metric_ids=[1], judge_model="canned-judge", name=word
        )
        server.get("runs_generate", id=run["id"], wait_seconds=600)
        runs.append(run["id"])
    return runs


def rate(server: Server, run: int, count: int) -> list[int]:
    """Gives verdicts as an agent would: it lists the next rows blind, asks the person, and passes the score on."""
    page = server.get(
        "responses_list", run_id=run, order="random", without_verdict=True, hide_scores=True, limit=count,
        fields=["row_index", "response_text"],
    )
    for row in page["responses"]:
        assert "As I like it" not in json.dumps(row)
        verdict = server.get("verdicts_create", response_id=row["id"], score=quality(row["row_index"]))
        assert verdict["blind"] is True and verdict["judge_score"] is not None
    return [row["row_index"] for row in page["responses"]]


def test_people_take_back_what_a_favouring_judge_shows(start: Callable[..., Server], provider: LocalServer) -> None:
    server = start()
    old, new = judged_runs(server, provider)
    alone = server.get("runs_compare", run_ids=[old, new], limit=0)["statistics"][0]
    assert alone["verdict_word"] == "better" and "corrected" not in alone
    first = rate(server, old, RATED)
    assert rate(server, new, RATED // 2) == first[: RATED // 2]
    assert server.finish() == 0

    # Another process goes on with the next rows.
    again = start()
    assert rate(again, new, RATED // 2) == first[RATED // 2 :]
    both = again.get("runs_compare", run_ids=[old, new], limit=0)["statistics"][0]
    assert both["verdict_word"] == "unclear" and both["corrected"]["judge_verdict_word"] == "better"
    assert both["corrected"]["rated"] == RATED and both["corrected"]["unrated"] == ROWS - RATED
    low, high = both["corrected"]["interval"]
    assert low <= 0 <= high
    trust = again.get("runs_get", id=new)["agreement"]
    assert trust["bias"] == 1 and trust["same"] == 0 and trust["blind"] == RATED
    assert trust["corrected"]["judge_mean"] == pytest.approx(4, abs=0.01)
    assert trust["corrected"]["mean"] == pytest.approx(3, abs=0.1)
    judges = again.get("metrics_get", id=1)["agreement"]
    assert judges["verdicts"] == 2 * RATED and judges["judges"][0]["judge_model"].endswith("canned-judge")

    [contents] = again.request("resources/read", {"uri": f"completion-kit://runs/{new}/verdicts.jsonl"})["result"][
        "contents"
    ]
    assert len(contents["text"].splitlines()) == RATED
    assert again.get("runs_delete", id=old, confirm=True)["removed"]["verdicts"] == RATED
    assert again.get("verdicts_list", limit=1)["total"] == RATED
    assert again.get("runs_get", id=new)["agreement"] == trust
    assert again.finish() == 0


def test_what_an_earlier_process_showed_is_known(start: Callable[..., Server], provider: LocalServer) -> None:
    server = start()
    run, _ = judged_runs(server, provider)
    ids = [row["id"] for row in server.get("responses_list", run_id=run, hide_scores=True, limit=6)["responses"]]
    shown, hidden = ids[:3], ids[3:]
    for response in shown:
        server.get("responses_get", run_id=run, id=response)
    told = server.get("verdicts_create", response_id=hidden[0], score=3)
    assert told["blind"] is True
    server.get("verdicts_delete", id=told["id"], confirm=True)
    assert server.finish() == 0

    again = start()
    later = again.get("responses_list", run_id=run, hide_scores=True, limit=6, order="row")["responses"]
    assert [row["id"] for row in later] == ids
    verdicts = [again.get("verdicts_create", response_id=response, score=3) for response in ids]
    assert [verdict["blind"] for verdict in verdicts] == [False] * 4 + [True] * 2
    assert "was shown before" in verdicts[0]["blind_note"] and "another verdict" in verdicts[3]["blind_note"]
    assert again.finish() == 0


def test_a_listing_without_scores_outlives_its_process(start: Callable[..., Server], provider: LocalServer) -> None:
    server = start()
    run, _ = judged_runs(server, provider)
    [row] = server.get("responses_list", run_id=run, hide_scores=True, limit=1)["responses"]
    assert server.finish() == 0
    again = start()
    assert again.get("verdicts_create", response_id=row["id"], score=3)["blind"] is True
    assert "hide_scores" in again.get("verdicts_create", response_id=row["id"] + 1, score=3)["blind_note"]
    assert again.finish() == 0
