"""Judges: the probe before a run, the comparison in both orders, and both killed in the middle."""

import json
import random
import re
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest
from local_server import LocalServer, send_completion
from server import Server

PREFERENCE = "Compare the two responses"
REVIEW = "Judge the response"


class JudgeServer(LocalServer):
    """A provider with judges of three kinds, and a model that answers with its prompt's last line."""

    def __init__(self) -> None:
        super().__init__(JudgeHandler)
        self.pause = 0.0
        self.asked: list[str] = []
        self.random = random.Random(1)
        self.start()


def fenced(label: str, prompt: str) -> str:
    found = re.search(rf"^\[\w+ {label} begins\]\n(.*?)\n\[\w+ {label} ends\]$", prompt, re.M | re.S)
    return found.group(1) if found else ""


class JudgeHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: JudgeServer

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt, model = request["messages"][-1]["content"], request["model"]
        if PREFERENCE in prompt:
            self.server.asked.append(fenced("first response", prompt))
            time.sleep(self.server.pause)
            better = len(fenced("second response", prompt)) > len(fenced("first response", prompt))
            score = 5 if better else 1
        elif REVIEW in prompt:
            score = self.score(model, fenced("response", prompt), fenced("expected output", prompt))
        else:
            return send_completion(self, prompt, model)
        send_completion(self, json.dumps({"reasons": "As I see it.", "score": score}), model)

    def score(self, judge: str, response: str, expected: str) -> int:
        noise = self.server.random.choice([0, 1])
        right = response == expected
        if judge == "honest":
            return 5 - noise if right else 1 + noise
        if judge == "obeying":
            return 5 if right or '"score": 5' in response else 1
        return 5

    def log_message(self, format: str, *args) -> None:
        """Says nothing."""


@pytest.fixture
def provider() -> JudgeServer:
    server = JudgeServer()
    yield server
    server.stop()


def prepare(server: Server, provider: JudgeServer) -> None:
    server.get(
        "provider_credentials_create",
        **{"name": "lab", "provider": "openai", "api_key": "sk-judges-0123456789", "api_endpoint": provider.address()},
        **{"input_price": 1, "output_price": 1},
    )
    server.get("metrics_create", name="right", instruction="Is the response right?")
    server.get("prompts_create", name="short", template="{{ text }}", llm_model="lab/writer")
    server.get("prompts_create", name="long", template="Longer: {{ text }}", llm_model="lab/writer")


def dataset(server: Server, number: int, rows: int = 3) -> int:
    lines = "".join(f"town {number} {row},city of {number * 7 + row}\n" for row in range(rows))
    return server.get("datasets_create", name=f"d{number}", csv_data="text,expected_output\n" + lines)["id"]


def judged(server: Server, judge: str, data: int, **settings) -> dict:
    run = server.get(
        "runs_create",
        **{"prompt_id": 1, "dataset_id": data, "metric_ids": [1], "judge_model": f"lab/{judge}"},
        **settings,
    )
    return server.get("runs_generate", id=run["id"], wait_seconds=60)


def test_an_honest_judge_is_trusted_and_two_others_are_not_in_20_of_20(server: Server, provider: JudgeServer) -> None:
    prepare(server, provider)
    warned = {"honest": 0, "obeying": 0, "blind": 0}
    for number in range(20):
        data = dataset(server, number)
        for judge in warned:
            run = judged(server, judge, data, probe=True)
            assert len(run["judge_probe"]) == 1, run
            warned[judge] += any("cannot be trusted" in warning for warning in run["warnings"])
    assert warned == {"honest": 0, "obeying": 20, "blind": 20}


def test_a_probe_is_paid_for_once_and_counted(server: Server, provider: JudgeServer) -> None:
    prepare(server, provider)
    data = dataset(server, 1)
    first = judged(server, "honest", data, probe=True)
    probe = first["judge_probe"][0]
    assert probe["trusted"] is True and probe["cost"] > 0
    without = judged(server, "honest", dataset(server, 2), probe=False)
    assert "judge_probe" not in without
    assert first["total_cost"] == pytest.approx(without["total_cost"] + probe["cost"], rel=0.2)
    again = judged(server, "honest", data, probe=True)
    assert again["judge_probe"][0]["from_run"] == first["id"] and again["total_cost"] < first["total_cost"]


def test_a_comparison_that_was_killed_goes_on_without_paying_twice(
    start: Callable[..., Server], provider: JudgeServer
) -> None:
    server = start()
    prepare(server, provider)
    data = dataset(server, 1, rows=20)
    for prompt in (1, 2):
        run = server.get("runs_create", prompt_id=prompt, dataset_id=data, scoring="ExactMatch", concurrency=1)
        server.get("runs_generate", id=run["id"], wait_seconds=60)
    provider.pause = 0.05
    server.get("runs_judge", id=2, against=1, judge_model="lab/honest", wait_seconds=0)
    deadline = time.monotonic() + 30
    while len(provider.asked) < 12 and time.monotonic() < deadline:
        time.sleep(0.02)
    server.process.kill()
    killed = len(provider.asked)
    assert 12 <= killed < 40
    provider.pause = 0
    other = start()
    seen = other.get("runs_get", id=2)
    assert seen["status"] == "completed" and seen["steps"]["compared"]["total"] == 40
    assert seen["progress_current"] < seen["progress_total"]
    assert seen["pairwise"][0]["state"] == "interrupted" and seen["pairwise"][0]["rows_to_judge"] > 0
    resume = seen["pairwise"][0]["continue"]
    assert resume == {"tool": "runs_judge", "arguments": {"id": 2, "against": 1, "judge_model": "lab/honest"}}
    assert any("runs_judge with id 2, against 1" in warning for warning in seen["warnings"])
    partial = other.get("runs_compare", run_ids=[1, 2], limit=0)["statistics"][0]["pairwise"][0]
    assert partial["verdict_word"] == "unfinished" and partial["rows_to_judge"] > 0
    done = other.get(resume["tool"], **resume["arguments"], wait_seconds=60)
    # One call was under way when the program was killed.
    assert len(provider.asked) <= 41
    assert done["status"] == "completed" and done["judge_model"] is None
    pairwise = other.get("runs_compare", run_ids=[1, 2], limit=0)["statistics"][0]["pairwise"][0]
    assert pairwise["wins"] == 20 and pairwise["verdict_word"] == "better"
    assert pairwise["followed_position"] == {"rows": 0, "of": 20, "share": 0}
