"""The MCP prompts `improve_prompt` and `review_judge`, followed to the letter by a client that has nothing but the tools.

The provider is canned: how good a prompt or a judge is, is known, so it is known what the steps have to end in. The steps are read
from the prompt's text: the calls that it names are made as it names them. IMPROVE_TRANSCRIPTS names a file for what was said.
"""

import json
import os
import pathlib
import random
import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler

import pytest
from local_server import LocalServer, send_completion
from server import Server

ROWS = 240


class Canned(LocalServer):
    """Answers `what is N` rightly as often as the request's words deserve; its judge gives what `judge` says."""

    def __init__(self) -> None:
        super().__init__(Handler)
        self.judge: Callable[[int], int] = lambda deserved: deserved
        self.start()


class Handler(BaseHTTPRequestHandler):
    server: Canned

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = "\n".join(message["content"] for message in request["messages"])
        if "Judge the response" in text:
            deserved = int(re.findall(r"deserves (\d)", text)[-1])
            answer = json.dumps({"reasons": "As it is.", "score": self.server.judge(deserved)})
        else:
            row = int(re.findall(r"what is (\d+)", text)[-1])
            share = 0.9 if "carefully" in text else 0.5
            right = random.Random(f"{share if share == 0.9 else text.splitlines()[0]} {row}").random() < share
            answer = f"deserves {row % 5 + 1}" if request["model"] == "stars" else (f"it is {row}" if right else "no")
        send_completion(self, answer, request["model"])

    def log_message(self, format: str, *args) -> None:
        """Logs nothing."""


@pytest.fixture
def canned() -> Iterator[Canned]:
    server = Canned()
    yield server
    server.stop()


class Client:
    """Makes calls, and writes down what was said."""

    def __init__(self, server: Server, title: str) -> None:
        self.server, self.lines = server, [f"===== {title} ====="]

    def prompt(self, name: str, **arguments: str) -> str:
        response = self.server.request("prompts/get", {"name": name, "arguments": arguments})
        text = response["result"]["messages"][0]["content"]["text"]
        self.lines.append(f"--- prompts/get {name} {json.dumps(arguments)}\n{text}")
        return text

    def call(self, tool: str, **arguments) -> dict:
        result = self.server.get(tool, **arguments)
        self.lines.append(f"> {tool} {json.dumps(arguments)}\n{json.dumps(result)[:700]}")
        return result

    def refusal(self, tool: str, **arguments) -> str:
        text = self.server.fault(tool, **arguments)
        self.lines.append(f"> {tool} {json.dumps(arguments)}\nrefused: {text}")
        return text

    def write(self, decision: str) -> None:
        self.lines.append(f"=> {decision}\n")
        if path := os.environ.get("IMPROVE_TRANSCRIPTS"):
            with pathlib.Path(path).open("a") as file:
                file.write("\n".join(self.lines) + "\n")


def seed(server: Server, canned: Canned) -> None:
    server.get("provider_credentials_create", provider="ollama", api_endpoint=canned.address())
    rows = "".join(f"what is {row},it is {row}\n" for row in range(ROWS))
    server.get("datasets_create", name="numbers", csv_data="question,expected_output\n" + rows)
    server.get("prompts_create", name="count", template="Answer.\n{{ question }}", llm_model="ollama/right")
    server.get("runs_create", name="published", prompt_id=1, dataset_id=1, scoring="ExactMatch")
    assert server.get("runs_generate", id=1, wait_seconds=60)["status"] == "completed"


def improve(client: Client, templates: list[str]) -> str:
    """Follows improve_prompt with these drafts; gives the verdict's word on the test rows, or `none` without a test."""
    text = client.prompt("improve_prompt", run="1")
    rows = {int(number) for number in re.findall(r"\] ?row (\d+) begins|row (\d+) begins", text) for number in number if number}
    manifest = client.server.get("responses_list", run_id=1, limit=1)
    assert rows and manifest["total"] == ROWS
    # The numbers of the questions are those of the rows: only train rows are named.
    named = {int(number) for number in re.findall(r"what is (\d+)", text)}
    assert named == rows
    [settings] = set(re.findall(r'\{"like_run":1,"rows":"validation"\}', text))
    drafts = [client.call("prompts_update", id=1, template=template)["id"] for template in templates]
    runs = []
    for draft in drafts:
        runs.append(client.call("runs_create", prompt_id=draft, **json.loads(settings))["id"])
        assert client.call("runs_generate", id=runs[-1], wait_seconds=60)["status"] == "completed"
    [baseline] = re.findall(r"run_ids \[(\d+), the new\s+runs' ids\]", text)
    statistics = client.call("runs_compare", run_ids=[int(baseline), *runs], limit=1)["statistics"]
    best = max(statistics, key=lambda figures: figures["mean_difference"])
    if best["mean_difference"] <= 0:
        client.write("No mean_difference is above 0: report that no better version was found.")
        return "none"
    draft = drafts[statistics.index(best)]
    test = client.call("runs_create", prompt_id=draft, like_run=1, rows="test")["id"]
    assert client.call("runs_generate", id=test, wait_seconds=60)["status"] == "completed"
    [claim] = re.findall(r"run_ids \[(\d+), the test run's id\]", text)
    verdict = client.call("runs_compare", run_ids=[int(claim), test], limit=1)["statistics"][0]
    if verdict["verdict_word"] == "better":
        client.call("prompts_publish", id=draft)
        client.write(f"Published: {verdict['verdict']}")
    else:
        client.write(f"Not published, no claim: {verdict['verdict']}")
    return verdict["verdict_word"]


def test_a_better_draft_is_found_shown_and_published(server: Server, canned: Canned) -> None:
    seed(server, canned)
    client = Client(server, "improve_prompt, one of two drafts is better")
    assert improve(client, ["Reply.\n{{ question }}", "Think carefully.\n{{ question }}"]) == "better"
    assert server.get("prompts_get", name="count")["template"].startswith("Think carefully")


def test_equal_drafts_end_without_a_claim(server: Server, canned: Canned) -> None:
    seed(server, canned)
    client = Client(server, "improve_prompt, no draft is better")
    assert improve(client, ["Reply.\n{{ question }}", "Respond.\n{{ question }}", "Say it.\n{{ question }}"]) != "better"
    assert server.get("prompts_get", name="count")["template"].startswith("Answer")


def test_words_of_rows_are_refused_and_examples_are_not(server: Server, canned: Canned) -> None:
    seed(server, canned)
    text = "question,expected_output\n" + "".join(
        f"what is {row} if the moon{row} eats cheese{row} today,it is {row}\n" for row in range(ROWS)
    )
    server.get("datasets_create", name="moons", csv_data=text)
    server.get("runs_create", name="moons", prompt_id=1, dataset_id=2, scoring="ExactMatch")
    server.get("runs_generate", id=2, wait_seconds=60)
    client = Client(server, "improve_prompt, a draft with words of a row")
    shown = client.prompt("improve_prompt", run="2")
    row = re.findall(r"what is (\d+) if", shown)[0]
    copied = f"If the moon{row} eats cheese{row} today say {row}.\n{{{{ question }}}}"
    # Under another name the same words are refused too.
    for draft in (
        client.call("prompts_update", id=1, template=copied)["id"],
        client.call("prompts_create", name="other", template=copied, llm_model="ollama/right")["id"],
    ):
        for rows in ("validation", "test"):
            run = client.call("runs_create", prompt_id=draft, like_run=2, rows=rows)["id"]
            refusal = client.refusal("runs_generate", id=run)
            assert f'"if the moon{row} eats cheese{row} today" stands in row_index {row} (train)' in refusal
    example = [{"role": "user", "content": f"what is {row} if the moon{row} eats cheese{row} today"}]
    example.append({"role": "assistant", "content": f"it is {row}"})
    draft = client.call("prompts_update", id=1, messages=example)["id"]
    run = client.call("runs_create", prompt_id=draft, like_run=2, rows="test")["id"]
    assert client.call("runs_generate", id=run, wait_seconds=60)["status"] == "completed"
    client.write("Words of a row are refused in the template, and allowed as an example from train rows.")


def test_deleted_drafts_stay_in_the_ledger_after_a_restart(start: Callable[..., Server], canned: Canned) -> None:
    server = start()
    seed(server, canned)
    for number in range(6):
        prompt = server.get("prompts_create", name=f"p{number}", template=f"{number}\n{{{{ question }}}}", llm_model="ollama/right")
        run = server.get("runs_create", prompt_id=prompt["id"], like_run=1, rows="test")["id"]
        server.get("runs_generate", id=run, wait_seconds=60)
        server.get("prompts_delete", id=prompt["id"], confirm=True)
    assert server.finish() == 0
    server = start()
    draft = server.get("prompts_update", id=1, template="Last.\n{{ question }}")["id"]
    run = server.get("runs_create", prompt_id=draft, like_run=1, rows="test")["id"]
    server.get("runs_generate", id=run, wait_seconds=60)
    [figures] = server.get("runs_compare", run_ids=[1, run], limit=1)["statistics"]
    assert figures["level"] == pytest.approx(1 - 0.1 / (7 * 8), abs=1e-6)
    assert "the seventh draft on these rows" in figures["verdict"]


def review(client: Client, run: int) -> str:
    """Follows review_judge with a person who gives what an answer deserves; gives the decision."""
    text = client.prompt("review_judge", run=str(run))
    [arguments] = re.findall(r'responses_list (\{"run_id".*?\})', text)
    listed = client.call("responses_list", **json.loads(arguments))["responses"]
    assert len(listed) == 30
    [metric] = re.findall(r'verdicts_create \{"response_id": \.\.\., "metric_id": (\d+)', text)
    for response in listed:
        assert response.get("score") is None and not response.get("reviews"), response
        deserved = int(response["response_text"].split()[-1])
        client.call("verdicts_create", response_id=response["id"], metric_id=int(metric), score=deserved)
    agreement = client.call("runs_get", id=run)["agreement"]
    client.lines.append(f"agreement: {json.dumps(agreement)}")
    decision = agreement["decision"]["word"]
    assert f"- {decision}:" in text
    client.write(decision)
    return decision


@pytest.mark.parametrize(
    ("judge", "decision"),
    [
        (lambda deserved: deserved, "trust"),
        (lambda deserved: min(deserved + 1, 5), "trust_order"),
        (lambda deserved: 5, "do_not_trust"),
    ],
    ids=["right", "generous", "always five"],
)
def test_thirty_blind_verdicts_end_in_the_right_decision(
    server: Server, canned: Canned, judge: Callable[[int], int], decision: str
) -> None:
    canned.judge = judge
    server.get("provider_credentials_create", provider="ollama", api_endpoint=canned.address())
    rows = "".join(f"what is {row}\n" for row in range(120))
    server.get("datasets_create", name="numbers", csv_data="question\n" + rows)
    server.get("metrics_create", name="quality", instruction="How good is it?")
    server.get("prompts_create", name="count", template="{{ question }}", llm_model="ollama/stars")
    server.get("runs_create", prompt_id=1, dataset_id=1, metric_ids=[1], judge_model="ollama/judge")
    assert server.get("runs_generate", id=1, wait_seconds=60)["status"] == "completed"
    assert review(Client(server, f"review_judge: {decision}"), 1) == decision


def test_a_run_without_a_judge_is_not_reviewed(server: Server, canned: Canned) -> None:
    seed(server, canned)
    response = server.request("prompts/get", {"name": "review_judge", "arguments": {"run_id": "1"}})
    assert "scored by ExactMatch, not by a judge" in response["error"]["message"]
