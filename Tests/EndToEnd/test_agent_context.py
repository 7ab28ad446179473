"""What a job costs an agent's context: forty rows, from the first call to the verdict."""

import json
import re

import pytest
from http.server import BaseHTTPRequestHandler

from local_server import LocalServer, send_completion
from server import Server

TOPICS = ["billing", "bug", "login", "praise"]
TICKETS = [
    (f"Ticket {row}: the customer writes about {topic} and asks for an answer before Friday, see invoice {1000 + row}.", topic)
    for row, topic in enumerate(TOPICS * 10)
]
CSV = "text,expected_output\n" + "".join(f'"{text}",{topic}\n' for text, topic in TICKETS)


class Classifier(BaseHTTPRequestHandler):
    """Answers with the topic of a ticket, to a vague prompt with another one for every fourth ticket."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = body["messages"][-1]["content"]
        topic = re.search(r"writes about (\w+)", prompt)[1]
        is_vague = "one word" not in prompt
        send_completion(self, "other" if is_vague and topic == "login" else topic, body["model"])

    def log_message(self, *_) -> None:
        pass


@pytest.fixture
def model():
    server = LocalServer(Classifier)
    server.start()
    yield server.address("v1")
    server.stop()


@pytest.mark.filterwarnings("ignore:open_binary:DeprecationWarning")
@pytest.mark.parametrize("is_thrifty", [True, False])
def test_a_job_of_forty_rows_costs_less_than_12_000_tokens_of_results(server: Server, model: str, is_thrifty: bool) -> None:
    # Imported here, where what Python says of it is not heard.
    import bpe_openai

    encoding = bpe_openai.get_encoding("o200k_base")
    spent: list[tuple[str, int]] = []

    def call(tool: str, **arguments) -> dict:
        result = server.get(tool, **arguments)
        # Clients show the structured content or its text, which are the same.
        spent.append((tool, len(encoding.encode(json.dumps(result, separators=(",", ":"), ensure_ascii=False)))))
        return result

    weakest = {"order": "score", "limit": 10} if is_thrifty else {"order": "score"}
    changed = {"only": "changed"} if is_thrifty else {}
    call("provider_credentials_create", provider="openai", name="local", api_endpoint=model)
    prompt = call("prompts_create", name="triage", template="What is it about? {{ text }}", llm_model="local/classifier")
    dataset = call("datasets_create", name="tickets", csv_data=CSV)
    call("datasets_list")
    first = call("runs_create", prompt_id=prompt["id"], dataset_id=dataset["id"], name="baseline")
    assert call("runs_generate", id=first["id"], wait_seconds=50)["avg_score"] == 0.75
    rows = call("responses_list", run_id=first["id"], **weakest)["responses"]
    assert [row["expected_output"] for row in rows[:10]] == ["login"] * 10
    draft = call("prompts_update", id=prompt["id"], template="Answer with one word: {{ text }}")
    second = call("runs_create", prompt_id=draft["id"], like_run=first["id"], name="draft")
    call("runs_generate", id=second["id"], wait_seconds=50)
    call("runs_list")
    comparison = call("runs_compare", run_ids=[first["id"], second["id"]], **changed)
    assert comparison["statistics"][0]["verdict_word"] == "better"
    call("prompts_publish", id=draft["id"])
    total = sum(tokens for _, tokens in spent)
    print(f"{len(spent)} calls, {total} tokens of results: {spent}")
    # An agent that asks for no less than everything gets more.
    assert total < (8_000 if is_thrifty else 12_000)
