"""A run in which every row meets another fault: each ends completed or failed with its reason, and the totals are right."""

import base64
import json
import socket
import threading
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import row_faults as fault
from fault_server import FaultServer
from server import Server

KEY = "sk-faults-Zq8wV3nLr7TtYx2B/with+signs="
MODEL = "gpt-4.1-mini"
PROMPT_PRICE, COMPLETION_PRICE = 0.4e-6, 1.6e-6


@dataclass
class Case:
    """The faults of a row's requests, and the required result of the row."""

    name: str
    steps: list[fault.Step]
    text: str | None = None
    words: str = ""
    attempts: int = 1
    finish: str | None = "stop"


def answered(name: str, *steps: fault.Step, attempts: int = 1, text: str = "Paris", finish: str = "stop") -> Case:
    return Case(name, list(steps), text, "", attempts, finish)


def failing(name: str, *steps: fault.Step, words: str, attempts: int = 1, finish: str | None = None) -> Case:
    return Case(name, list(steps), None, words, attempts, finish)


GOOD, HUGE = fault.good(), "x" * 10_000_000
CASES = [
    *(answered("a good answer", GOOD) for _ in range(4)),
    answered("429 with Retry-After in seconds, twice", *[fault.status(429, {"Retry-After": "1"})] * 2, GOOD, attempts=3),
    answered("429 with Retry-After as a date", fault.retry_after_date(2), GOOD, attempts=2),
    answered("429 without Retry-After", fault.status(429), GOOD, attempts=2),
    failing("429 that asks for an hour", fault.status(429, {"Retry-After": "3600"}), words="It asks to wait 3600 seconds"),
    failing("503 for ever", fault.status(503, {"Retry-After": "0"}), words="is overloaded (503)", attempts=6),
    answered("500 twice, then an answer", *[fault.status(500)] * 2, GOOD, attempts=3),
    answered("529, then an answer", fault.status(529), GOOD, attempts=2),
    answered("408, 409, 425 and 502, then an answer", *map(fault.status, (408, 409, 425, 502)), GOOD, attempts=5),
    answered("closed before the answer", fault.closed_before, GOOD, attempts=2),
    answered("reset before the answer", fault.reset_before, GOOD, attempts=2),
    answered("closed in the middle of the answer", fault.closed_in_the_middle, GOOD, attempts=2),
    answered("closed after the answer", fault.closed_after),
    failing("closed in the middle every time", fault.closed_in_the_middle, words="broke", attempts=6),
    answered("silence, then an answer", fault.silence, GOOD, attempts=2),
    failing("silence for ever", fault.silence, words="did not complete its answer within 1.5 seconds", attempts=6),
    failing("a byte a second", fault.byte_a_second, words="did not complete its answer within 1.5 seconds", attempts=6),
    answered("no HTTP, then an answer", fault.no_http, GOOD, attempts=2),
    answered("an answer of 10 MB", fault.good(HUGE), text=HUGE),
    failing("half a JSON text", fault.half, words="is not JSON"),
    failing("JSON of another API", fault.body('{"hello": "there"}'), words="answered without"),
    failing("an empty body", fault.body(""), words="empty body"),
    answered("JSON that says it is text", fault.plain_text_type),
    failing("text that says it is text", fault.body("hello", "text/plain"), words="is not JSON, it is text/plain"),
    failing("a web page", fault.body("<!doctype html><title>Sign in</title>", "text/html"), words="a web page (Sign in)"),
    failing("a web page with status 418 from a proxy", fault.body("<html><title>No</title>", "text/html", 418), words="No"),
    failing("a redirect", fault.redirect, words="Redirects are not followed"),
    failing("an answer without text", fault.good(""), words="without any text", finish="stop"),
    failing("an answer of white space", fault.good(" \n"), words="without any text", finish="stop"),
    failing("tokens used up before any text", fault.good("", "length"), words="Raise max_tokens", finish="length"),
    answered("a truncated answer", fault.good("Par", "length"), text="Par", finish="length"),
    answered("a refusal", fault.refusal, text="I cannot help with that.", finish="refusal"),
    answered("an answer that counts no tokens", fault.good(usage=None)),
    answered("a parameter that the model refuses", fault.refuses("top_p"), attempts=2),
    failing("a value that is refused", fault.status(400, message="temperature is too hot"), words="(400): temperature is too hot"),
    answered("a late answer", fault.late),
    failing("the key echoed", fault.echo(lambda key: f"Bad key {key}."), words="<redacted>"),
    failing("the key echoed in part", fault.echo(lambda key: f"Bad key ...{key[10:30]}"), words="<redacted>"),
    failing("the key echoed as base64", fault.echo(lambda key: base64.b64encode(key.encode()).decode()), words="<redacted>"),
    failing("the key echoed in percents", fault.echo(lambda key: urllib.parse.quote(key, safe="")), words="<redacted>"),
    failing("the key at the end of what is shown", fault.echo(lambda key: "é" * 130 + key), words="é<redacted>"),
    failing("the key after a rate limit", fault.echo(str, 429), words="limits the rate", attempts=6),
    failing("the key in a page's title", fault.echo_body(lambda key: f"<title>{key}</title>", "text/html"), words="<redacted>"),
    failing("the key in a text", fault.echo_body(lambda key: f"No: {key}", "text/plain", 400), words="<redacted>"),
    failing("the key in the content type", fault.echo_in_the_type, words="<redacted>"),
]
# Of the OpenAI family only: an error in the body of a 200, with what was used. Giving up takes long and is the same for all.
BROKE_OFF = Case("broken off in the body", [fault.broke_off_in_the_body, fault.good()], "Paris", "", 2)


def plan(
    server: Server, faults: FaultServer, rows: int, *, provider: str = "openai", model: str = MODEL, **settings
) -> int:
    """A run of this many rows at the fault server's scripted address; the key is only in the environment."""
    credential = server.get(
        "provider_credentials_create", provider=provider, api_key="env:FAULTS_API_KEY", api_endpoint=faults.address("rows")
    )
    prompt = server.get("prompts_create", name="p", template="Capital of row {{ n }}?", llm_model=model)
    csv = "n,expected_output\n" + "".join(f"{n},Paris\n" for n in range(rows))
    dataset = server.get("datasets_create", name="d", csv_data=csv)
    run = server.get(
        "runs_create",
        **{"prompt_id": prompt["id"], "dataset_id": dataset["id"], "provider_credential_id": credential["id"]},
        **settings,
    )
    return run["id"]


def generate(server: Server, run: int, **arguments) -> tuple[dict, list[dict]]:
    """Generates a run to its end and returns it with the reported progress."""
    token = f"run {run}"
    params = {"name": "runs_generate", "arguments": {"id": run, "wait_seconds": 120, **arguments}}
    response = server.request("tools/call", {**params, "_meta": {"progressToken": token}}, timeout=150)
    assert not response["result"].get("isError"), response
    return server.get("runs_get", id=run), server.progress(token)


FIELDS = (
    "row_index input_data response_text expected_output status score reviewed reviews attempts error rendered_prompt model "
    "finish_reason latency_ms usage cost"
).split()


def responses_of(server: Server, run: int) -> dict[int, dict]:
    """All responses by row."""
    rows, cursor = {}, {}
    while True:
        page = server.get("responses_list", run_id=run, limit=500, fields=FIELDS, **cursor)
        rows |= {response["row_index"]: response for response in page["responses"]}
        if "next_cursor" not in page or not page["next_cursor"]:
            return rows
        cursor = {"cursor": page["next_cursor"]}


def assert_no_key(server: Server) -> None:
    """No eight characters of the key are in the store, on stderr or in any response."""
    texts = {"the store": server.store.read_text(), "stderr": server.errors()}
    for start in range(len("sk-faults-"), len(KEY) - 7):
        for place, text in texts.items():
            assert KEY[start : start + 8].lower() not in text.lower(), f"a part of the key is in {place}"


@pytest.fixture
def guarded(start: Callable[..., Server]) -> Callable[..., Server]:
    """Starts servers with the key in their environment, and records every part of it that they show."""
    parts = tuple(KEY[start : start + 8] for start in range(len("sk-faults-"), len(KEY) - 7))
    allowed = ("--allow-key", "FAULTS_API_KEY=127.0.0.1")
    return lambda *options: start(
        *options, *allowed, "--log-level", "debug", variables={"FAULTS_API_KEY": KEY}, secrets=parts
    )


# Cases in which an answer may have been billed of which too little arrived.
LOST = {
    "408, 409, 425 and 502, then an answer", "closed before the answer", "reset before the answer",
    "closed in the middle of the answer", "closed in the middle every time", "silence, then an answer",
    "silence for ever", "a byte a second", "no HTTP, then an answer", "half a JSON text", "JSON of another API",
    "an empty body", "text that says it is text", "the key in the content type",
}


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_every_row_ends_and_the_totals_are_right(
    guarded: Callable[..., Server], faults: FaultServer, provider: str
) -> None:
    server = guarded("--request-timeout", "1.5")
    cases = [*CASES, BROKE_OFF] if provider == "openai" else [case for case in CASES if case.attempts < 6]
    for row, case in enumerate(cases):
        # The faults come after the first answers: a provider of which nobody has seen one is soon given up.
        patient = [lambda handler, step=case.steps[0]: (time.sleep(0.5), step(handler)), *case.steps[1:]]
        repeated = patient if len(case.steps) > 1 else [*patient, *case.steps]
        faults.script(row, *(case.steps if row < 4 else repeated), model=MODEL)
    run = plan(server, faults, len(cases), provider=provider, scoring="ExactMatch", top_p=0.5, concurrency=64)
    began = time.monotonic()
    result, progress = generate(server, run)
    seconds = time.monotonic() - began

    rows, table, wrong = responses_of(server, run), [], []
    for row, case in enumerate(cases):
        response = rows[row]
        outcome = f"{response['status']} after {response['attempts']}: {response['error'] or response['response_text'][:60]}"
        table.append(f"{case.name:44} {outcome}")
        text = server.get("responses_get", run_id=run, id=response["id"])["response_text"]
        good = (
            response["status"] == ("failed" if case.text is None else "completed")
            and case.words in (response["error"] or "")
            and (text or "").startswith((case.text or "")[:1000])
            and response["attempts"] == case.attempts == faults.asked[MODEL, row]
            and response["score"] == (None if case.text is None else 1 if case.text == "Paris" else 0)
            and response["finish_reason"] == case.finish
            and (response["latency_ms"] is None) == (case.text is None)
        )
        if not good:
            wrong.append((case.name, faults.asked[MODEL, row], response))
    print(f"\n{provider}, {len(cases)} rows, {seconds:.1f} s:\n  " + "\n  ".join(table))
    assert not wrong, json.dumps(wrong, indent=1)[:6000]

    failed = [row for row, case in enumerate(cases) if case.text is None]
    assert result["status"] == "completed" and result["error_message"] is None
    assert result["steps"]["generated"] == {"done": len(cases) - len(failed), "failed": len(failed), "total": len(cases)}
    assert sorted(result["failed_response_ids"]) == sorted(rows[row]["id"] for row in failed)
    assert result["failure_summary"].startswith(f"{len(failed)} of {len(cases)} rows failed: ")
    # Whatever arrived with a count of tokens was paid for, also when nobody can use it.
    prompt, completion = (sum(column) for column in zip(*faults.billed))
    assert result["usage"] == {
        "prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion
    }
    assert sum(rows[row]["usage"]["prompt_tokens"] for row in rows if rows[row]["usage"]) == prompt
    # One answer did not count its tokens, and others were lost or unreadable: nobody knows what they cost.
    assert result["total_cost"] is None
    unknown = {case.name for row, case in enumerate(cases) if rows[row]["cost"] is None}
    assert unknown == {"an answer that counts no tokens", *LOST} if provider == "openai" else True
    assert result["uncounted_calls"] >= len(LOST) if provider == "openai" else True
    late = next(row for row, case in enumerate(cases) if case.name == "a late answer")
    assert 400 <= rows[late]["latency_ms"] < 1500
    assert 0 < result["latency"]["p50_ms"] <= result["latency"]["p95_ms"]
    assert [text for text in result["warnings"] if "top_p was not sent" in text and provider.lower() in text.lower()]
    assert [text for text in result["warnings"] if text.startswith("2 of ") and "cut off" in text]
    assert result["refusals"] == 1 and [text for text in result["warnings"] if "1 of" in text and "refusal" in text]
    steps = [step["progress"] for step in progress]
    assert steps == sorted(set(steps)) and steps[-1] == progress[-1]["total"] == len(cases)
    assert {step["total"] for step in progress} == {len(cases)}
    assert seconds < 60
    assert not faults.calls_of("redirected"), "a redirect was followed"

    # A resume of the failed rows asks for these alone, and everything adds up again.
    asked = dict(faults.asked)
    faults.rows.clear()
    again, _ = generate(server, run, retry_failed=True)
    assert again["steps"]["generated"] == {"done": len(cases), "failed": 0, "total": len(cases)}
    assert again["failure_summary"] is None and again["failed_response_ids"] == []
    new = {row for (model, row), count in faults.asked.items() if count != asked[model, row]}
    assert new == set(failed)
    assert all(response["attempts"] == faults.asked[MODEL, row] for row, response in responses_of(server, run).items())
    prompt, completion = (sum(column) for column in zip(*faults.billed))
    assert (again["usage"]["prompt_tokens"], again["usage"]["completion_tokens"]) == (prompt, completion)
    before = server.get("runs_get", id=run)
    assert server.finish() == 0
    assert_no_key(server)

    # Everything is found again by another process.
    reader = guarded()
    assert reader.get("runs_get", id=run) == before
    assert responses_of(reader, run).keys() == rows.keys()


def test_costs_add_up_with_those_of_failures(guarded: Callable[..., Server], faults: FaultServer) -> None:
    server = guarded()
    faults.script(2, fault.good("", usage=(1000, 500)), model=MODEL)
    # A paid but unusable answer is requested once more, not six times.
    faults.script(3, fault.broke_off_in_the_body, fault.good(), model=MODEL)
    run = plan(server, faults, 6)
    result, _ = generate(server, run)
    prompt, completion = (sum(column) for column in zip(*faults.billed))
    assert result["usage"]["total_tokens"] == prompt + completion
    assert result["total_cost"] == pytest.approx(prompt * PROMPT_PRICE + completion * COMPLETION_PRICE, rel=1e-9)
    rows = responses_of(server, run)
    assert rows[2]["status"] == "failed" and rows[2]["cost"] == pytest.approx(1000 * PROMPT_PRICE + 500 * COMPLETION_PRICE)
    assert rows[3]["usage"]["prompt_tokens"] == 14 and rows[3]["attempts"] == 2


def test_a_resume_does_not_pay_again_for_what_the_filter_withheld(
    guarded: Callable[..., Server], faults: FaultServer
) -> None:
    server = guarded()
    faults.script(1, fault.good("", "content_filter", usage=(1000, 500)), model=MODEL)
    faults.script(2, fault.status(400, message="this row is too long"), model=MODEL)
    faults.script(4, fault.status(402, message="Insufficient credits"), fault.good(), model=MODEL)
    run = plan(server, faults, 6, concurrency=1)
    stopped, _ = generate(server, run)
    assert stopped["status"] == "failed" and "no credit" in stopped["error_message"]
    assert [text for text in stopped["warnings"] if "2 of them" in text and "retry_failed: true" in text]
    resumed, _ = generate(server, run)
    assert resumed["status"] == "completed" and resumed["failed"] == 2
    assert [text for text in resumed["warnings"] if text.startswith("2 of 6 rows failed") and "retry_failed: true" in text]
    assert [faults.asked[MODEL, row] for row in range(6)] == [1, 1, 1, 1, 2, 1]
    rows = responses_of(server, run)
    assert rows[1]["finish_reason"] == "content_filter" and rows[1]["cost"] > 0
    generate(server, run, retry_failed=True)
    assert [faults.asked[MODEL, row] for row in range(6)] == [1, 2, 2, 1, 2, 1]


def test_an_answer_without_end_is_dropped(guarded: Callable[..., Server], faults: FaultServer) -> None:
    server = guarded()
    faults.script(1, fault.body(b" " * 40_000_000), model=MODEL)
    result, _ = generate(server, plan(server, faults, 2))
    assert result["status"] == "completed" and "larger than 32 MiB" in result["failure_summary"]
    assert faults.asked[MODEL, 1] == 1


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (fault.status(401, message=f"Incorrect API key provided: {KEY}"), "refused the API key (401)"),
        (fault.status(403), "does not allow this (403)"),
        (fault.status(404, message="The model does not exist", code="model_not_found"), "has no model"),
        (
            fault.status(429, {"Retry-After": "1"}, message="You exceeded your current quota", code="insufficient_quota"),
            "no credit or quota left (429)",
        ),
        (fault.status(402, message="Insufficient credits"), "no credit or quota left (402)"),
        (fault.status(400, message="Your credit balance is too low"), "no credit or quota left (400)"),
    ],
    ids=["401", "403", "404", "insufficient_quota", "402", "credit balance"],
)
@pytest.mark.parametrize("answers_first", [0, 6])
def test_what_hits_every_row_stops_the_run(
    guarded: Callable[..., Server], faults: FaultServer, step: fault.Step, words: str, answers_first: int
) -> None:
    """At once, or once a refusal that could be of one row has come so often in a row; although others wait for minutes."""
    server = guarded()
    faults.unscripted = step
    for row in range(answers_first):
        faults.script(row, fault.good(), model=MODEL)
    faults.script(answers_first, fault.status(429, {"Retry-After": "200"}), model=MODEL)
    began = time.monotonic()
    result, _ = generate(server, plan(server, faults, 60, concurrency=4))
    assert time.monotonic() - began < 5
    assert result["status"] == "failed" and words in result["error_message"]
    assert result["steps"]["generated"]["done"] == answers_first
    streak = 13 if answers_first and "no credit" not in words else 0
    # Lists of models, which are asked for a name like the missing one, cost nothing.
    completions = [call for call in faults.calls if call["path"].endswith("completions")]
    assert len(completions) <= answers_first + streak + 8, "calls were burned"
    # Resuming continues where the run stopped.
    faults.unscripted, faults.rows = fault.good(), {}
    result, _ = generate(server, result["id"])
    assert result["status"] == "completed" and result["steps"]["generated"]["done"] == 60
    assert all(faults.asked[MODEL, row] == 1 for row in range(answers_first))
    assert server.finish() == 0
    assert_no_key(server)


def test_every_review_ends_and_the_judge_is_paid_for(guarded: Callable[..., Server], faults: FaultServer) -> None:
    server = guarded("--request-timeout", "1.5")
    review = fault.good('{"reasons": "It is so.", "score": 4}', usage=(50, 10))
    prose = fault.good("I would say four.", usage=(50, 5))
    cases: list[tuple[list[fault.Step], int | None, str, int]] = [
        ([review], 4, "", 1),
        ([fault.status(500), fault.status(429, {"Retry-After": "0"}), review], 4, "", 3),
        ([prose, review], 4, "", 2),
        ([prose], None, "could not be read, twice", 2),
        ([fault.half, review], 4, "", 2),
        ([fault.good("", usage=(50, 3))], None, "twice", 2),
        ([fault.good('{"reasons": "Cut', "length", usage=(50, 100))], None, "Raise judge_max_tokens", 1),
        ([fault.good('{"reasons": "Six of five.", "score": 6}')], None, "the score is 6", 2),
        ([fault.good('{"score": 5}')], None, "reasons", 2),
        ([fault.silence, review], 4, "", 2),
        ([fault.echo(lambda key: f"Bad key {key}")], None, "<redacted>", 1),
        ([fault.refuses("response_format")], None, "could not be read, twice", 3),
    ]
    for row, (steps, *_) in enumerate(cases):
        faults.script(row, *steps, model="judge-1")
    metric = server.get("metrics_create", name="tone")["id"]
    run = plan(
        server, faults, len(cases), metric_ids=[metric], judge_model="openai/judge-1", concurrency=64, scoring="LlmJudge",
        probe=False,
    )
    result, progress = generate(server, run)
    rows = responses_of(server, run)
    for row, (_, score, words, asked) in enumerate(cases):
        (made,) = rows[row]["reviews"]
        assert rows[row]["status"] == ("failed" if score is None else "completed")
        assert rows[row]["response_text"] == "Paris"
        assert (rows[row]["score"], made["ai_score"]) == (score, score), (row, made)
        assert made["status"] == ("failed" if score is None else "completed") and words in (made["error"] or ""), made
        assert faults.asked["judge-1", row] == asked, row
    scored = [score for _, score, _, _ in cases if score]
    assert result["status"] == "completed" and result["avg_score"] == sum(scored) / len(scored)
    failed = len(cases) - len(scored)
    assert result["steps"]["judged"] == {"done": len(scored), "failed": failed, "total": len(cases)}
    assert [text for text in result["warnings"] if text.startswith(f"1 of {len(cases)} reviews were cut off")]
    assert [text for text in result["warnings"] if text.startswith(f"{failed - 1} of {len(cases)} reviews failed")]
    prompt, completion = (sum(column) for column in zip(*faults.billed))
    assert (result["usage"]["prompt_tokens"], result["usage"]["completion_tokens"]) == (prompt, completion)
    steps = [step["progress"] for step in progress]
    assert steps == sorted(set(steps)) and steps[-1] == progress[-1]["total"] == 2 * len(cases)
    assert server.finish() == 0
    assert_no_key(server)


def test_a_judge_that_cannot_be_asked_stops_the_run_and_nothing_is_generated_again(
    guarded: Callable[..., Server], faults: FaultServer
) -> None:
    server = guarded()
    for row in range(100):
        faults.script(row, fault.status(401), model="judge-1")
    metric = server.get("metrics_create", name="tone")["id"]
    run = plan(server, faults, 100, metric_ids=[metric], judge_model="openai/judge-1", concurrency=4, probe=False)
    result, _ = generate(server, run)
    assert result["status"] == "failed" and result["error_message"].startswith("The judge could not be asked: ")
    assert len(faults.calls) <= 16
    generated = [row for (model, row) in faults.asked if model == MODEL]
    for row in range(100):
        faults.script(row, fault.good('{"reasons": "So.", "score": 5}'), model="judge-1")
    result, _ = generate(server, run)
    assert result["status"] == "completed" and result["avg_score"] == 5
    assert all(faults.asked[MODEL, row] == 1 for row in generated)


@pytest.mark.parametrize(("provider", "words"), [("ollama", "Start Ollama"), ("openai", "check api_endpoint")])
def test_a_server_that_is_not_there_is_found_out_at_once(
    guarded: Callable[..., Server], faults: FaultServer, provider: str, words: str
) -> None:
    server = guarded()
    run = plan(server, faults, 50, provider=provider)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound but not listening
        place = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        server.get("provider_credentials_update", id=1, api_endpoint=place, api_key="env:FAULTS_API_KEY")
        began = time.monotonic()
        result, _ = generate(server, run)
        assert time.monotonic() - began < 2
    assert result["status"] == "failed" and words in result["error_message"] and place in result["error_message"]
    server.get("provider_credentials_update", id=1, api_endpoint=faults.address("rows"), api_key="env:FAULTS_API_KEY")
    assert generate(server, run)[0]["status"] == "completed"


def test_a_server_that_starts_again_during_a_run_is_waited_for(guarded: Callable[..., Server]) -> None:
    server, first = guarded(), FaultServer()
    port = first.server_address[1]
    for row in range(4, 8):
        first.script(row, fault.closed_before, model=MODEL)
    run = plan(server, first, 12, concurrency=2)
    server.get("runs_generate", id=run, wait_seconds=0)
    while first.asked.get((MODEL, 4), 0) == 0:
        time.sleep(0.01)
    first.stop()
    seconds = threading.Event()
    seconds.wait(1)
    second = FaultServer(port)
    try:
        result = server.get("runs_get", id=run, wait_seconds=60, timeout=90)
        assert result["status"] == "completed" and result["steps"]["generated"]["done"] == 12
    finally:
        second.stop()


def test_cancelling_does_not_wait_for_the_retries_of_a_silent_provider(
    guarded: Callable[..., Server], faults: FaultServer
) -> None:
    server = guarded("--request-timeout", "2")
    faults.unscripted = fault.silence
    faults.script(0, fault.status(429, {"Retry-After": "100"}), model=MODEL)
    run = plan(server, faults, 20, concurrency=4)
    server.get("runs_generate", id=run, wait_seconds=0)
    faults.wait_for_call("rows")
    began = time.monotonic()
    server.get("runs_cancel", id=run)
    result = server.get("runs_get", id=run, wait_seconds=30)
    assert time.monotonic() - began < 5
    assert result["status"] == "cancelled"
    assert max(faults.asked.values()) == 1


def test_the_end_of_input_and_signals_do_not_wait_for_a_silent_provider(
    guarded: Callable[..., Server], faults: FaultServer
) -> None:
    for end in (lambda server: server.process.stdin.close(), lambda server: server.process.terminate()):
        faults.reset()
        faults.unscripted = fault.silence
        server = guarded()
        run = plan(server, faults, 20, concurrency=4)
        server.get("runs_generate", id=run, wait_seconds=0)
        faults.wait_for_call("rows")
        began = time.monotonic()
        end(server)
        assert server.process.wait(10) == 0
        assert time.monotonic() - began < 2


@pytest.mark.parametrize("value", ["0", "soon", "4000", "-1", "nan", "60s"])
def test_a_request_timeout_that_is_none_is_refused(start: Callable[..., Server], value: str) -> None:
    server = start("--request-timeout", value, handshake=None)
    assert server.process.wait(10) == 64
    assert "--request-timeout" in server.errors()
