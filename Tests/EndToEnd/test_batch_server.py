"""The batch server of these tests is one that the vendors' own clients can use."""

import io
import json
import pathlib
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import anthropic
import batch_vendors
import openai
import pytest
from batch_server import BatchServer

MODEL = {"openai": "gpt-4.1-mini", "anthropic": "claude-haiku-4-5"}


@pytest.fixture
def server() -> Iterator[BatchServer]:
    server = BatchServer()
    yield server
    server.stop()


@pytest.fixture
def chat(server: BatchServer) -> openai.OpenAI:
    return openai.OpenAI(api_key="sk-1", base_url=server.address("v1"), max_retries=0, _strict_response_validation=True)


@pytest.fixture
def claude(server: BatchServer) -> anthropic.Anthropic:
    return anthropic.Anthropic(api_key="sk-2", base_url=server.address(), max_retries=0, _strict_response_validation=True)


def lines(*prompts: str, model: str = MODEL["openai"]) -> bytes:
    bodies = [{"model": model, "messages": [{"role": "user", "content": prompt}]} for prompt in prompts]
    items = [
        {"custom_id": f"r{index}", "method": "POST", "url": "/v1/chat/completions", "body": body}
        for index, body in enumerate(bodies)
    ]
    return b"".join(json.dumps(item).encode() + b"\n" for item in items)


def submit(chat: openai.OpenAI, data: bytes, label: str = "a"):
    file = chat.files.create(file=("x.jsonl", io.BytesIO(data)), purpose="batch")
    return chat.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h", metadata={"label": label}
    )


def read(chat: openai.OpenAI, file: str | None) -> list[dict]:
    return [json.loads(line) for line in chat.files.content(file).text.splitlines()] if file else []


def requests(*prompts: str) -> list:
    return [
        {
            "custom_id": f"r{index}",
            "params": {
                "model": MODEL["anthropic"], "max_tokens": 9, "messages": [{"role": "user", "content": prompt}]
            },
        }
        for index, prompt in enumerate(prompts)
    ]


def test_a_file_batch_from_the_upload_to_the_results(server: BatchServer, chat: openai.OpenAI) -> None:
    prompts = [f"Say {number}." for number in range(20)] + [batch_vendors.FAILING]
    batch = submit(chat, lines(*prompts))
    assert batch.status == "validating" and batch.metadata == {"label": "a"}
    assert chat.batches.retrieve(batch.id).status == "in_progress"
    batch = chat.batches.retrieve(batch.id)
    assert batch.status == "completed" and batch.request_counts.completed == 20 and batch.request_counts.failed == 1
    answers = read(chat, batch.output_file_id)
    assert sorted(line["custom_id"] for line in answers) == sorted(f"r{number}" for number in range(20))
    assert [line["custom_id"] for line in answers] != [f"r{number}" for number in range(20)]
    plain = chat.chat.completions.create(model=MODEL["openai"], messages=[{"role": "user", "content": "Say 3."}])
    body = next(line["response"]["body"] for line in answers if line["custom_id"] == "r3")
    assert body["choices"][0]["message"]["content"] == plain.choices[0].message.content
    (error,) = read(chat, batch.error_file_id)
    assert error["custom_id"] == "r20" and error["response"]["status_code"] == 400
    report = server.control()
    assert report["answered_twice"] == ["Say 3."] and report["batch_answers"] == 20 and report["keys"] == ["sk-1"]


def test_a_file_batch_can_be_rejected_expire_and_be_cancelled(server: BatchServer, chat: openai.OpenAI) -> None:
    bad = submit(chat, lines("a") + b"no json\n" + lines("b", model="other"))
    bad = chat.batches.retrieve(bad.id)
    codes = {error.code for error in bad.errors.data}
    assert bad.status == "failed" and codes == {"invalid_json_line", "duplicate_custom_id", "mismatched_model"}
    server.control(next_batches=[{"expire": 0.5}, {"polls": 4}])
    expiring = submit(chat, lines(*map(str, range(10))))
    expiring = chat.batches.retrieve(expiring.id)
    assert expiring.status == "expired" and len(read(chat, expiring.output_file_id)) == 5
    assert {line["error"]["code"] for line in read(chat, expiring.error_file_id)} == {"batch_expired"}
    stopped = submit(chat, lines(*map(str, range(8))))
    chat.batches.retrieve(stopped.id)
    assert chat.batches.cancel(stopped.id).status == "cancelling"
    stopped = chat.batches.retrieve(stopped.id)
    assert stopped.status == "cancelled" and len(read(chat, stopped.output_file_id)) == 2
    assert {line["error"]["code"] for line in read(chat, stopped.error_file_id)} == {"batch_cancelled"}
    with pytest.raises(openai.ConflictError):
        chat.batches.cancel(stopped.id)
    assert [batch.id for batch in chat.batches.list(limit=2)] == [stopped.id, expiring.id, bad.id]


def test_a_message_batch_from_the_submission_to_the_results(server: BatchServer, claude: anthropic.Anthropic) -> None:
    server.control(next_batches=[{}, {"expire": 0.5}, {"polls": 4}])
    batch = claude.messages.batches.create(requests=requests(*map(str, range(9)), batch_vendors.FAILING))
    assert batch.processing_status == "in_progress" and batch.request_counts.processing == 10
    claude.messages.batches.retrieve(batch.id)
    batch = claude.messages.batches.retrieve(batch.id)
    assert batch.processing_status == "ended" and batch.request_counts.succeeded == 9
    found = {line.custom_id: line.result for line in claude.messages.batches.results(batch.id)}
    assert found["r3"].message.usage.service_tier == "batch" and found["r9"].type == "errored"
    expiring = claude.messages.batches.create(requests=requests("a", "b"))
    claude.messages.batches.retrieve(expiring.id)
    assert {line.result.type for line in claude.messages.batches.results(expiring.id)} == {"succeeded", "expired"}
    stopped = claude.messages.batches.create(requests=requests("c", "d", "e", "f"))
    claude.messages.batches.retrieve(stopped.id)
    assert claude.messages.batches.cancel(stopped.id).processing_status == "canceling"
    assert claude.messages.batches.retrieve(stopped.id).request_counts.canceled == 3
    assert [batch.id for batch in claude.messages.batches.list(limit=1)] == [stopped.id, expiring.id, batch.id]
    for wrong in (requests("a") + requests("b"), [{**requests("a")[0], "custom_id": "a b"}]):
        with pytest.raises(anthropic.BadRequestError):
            claude.messages.batches.create(requests=wrong)


def test_faults_happen_as_often_as_they_are_ordered(server: BatchServer, chat: openai.OpenAI) -> None:
    server.control(hold=True, fail_polls=1, limit_polls=1, lose_submissions=1, cut_downloads=1, cut_lines=1)
    with pytest.raises(openai.APIConnectionError):
        submit(chat, lines("a", "b", "c"))
    (batch,) = chat.batches.list()
    for error in (openai.InternalServerError, openai.RateLimitError):
        with pytest.raises(error):
            chat.batches.retrieve(batch.id)
    for _ in range(3):
        assert chat.batches.retrieve(batch.id).status == "validating"
    server.control(finish=True)
    batch = chat.batches.retrieve(batch.id)
    with pytest.raises(ValueError):
        read(chat, batch.output_file_id)
    with pytest.raises(openai.APIConnectionError):
        read(chat, batch.output_file_id)
    assert len(read(chat, batch.output_file_id)) == 3
    report = server.control()
    assert report["accepted"] == 1 and report["polls"] == 6 and report["most_answers"] == 1


def test_the_program_is_fast_with_many_requests() -> None:
    """100,000 requests in two files."""
    program = pathlib.Path(__file__).with_name("batch_server.py")
    with subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True) as process:
        try:
            port = int(process.stdout.readline())
            chat = openai.OpenAI(api_key="sk-1", base_url=f"http://127.0.0.1:{port}/v1", max_retries=0)
            files = [lines(*(f"Row {number}" for number in range(start, start + 50_000))) for start in (0, 50_000)]
            began = time.monotonic()
            batches = [submit(chat, data) for data in files]
            for batch in batches:
                chat.batches.retrieve(batch.id)
                done = chat.batches.retrieve(batch.id)
                assert chat.files.content(done.output_file_id).text.count("\n") == 50_000
            print(f"\n{time.monotonic() - began:.1f} s for 100,000 requests")
            assert time.monotonic() - began < 60
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/control") as answer:
                report = json.load(answer)
            assert report["batch_answers"] == 100_000 and report["most_answers"] == 1
        finally:
            process.kill()
