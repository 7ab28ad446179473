"""Runs whose rows are answered by batches of OpenAI and of Anthropic, also where answers, processes and results get lost."""

import random
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from batch_server import BatchServer
from server import Server

VENDORS = ["openai", "anthropic"]
ROWS = 40
KILLS = 12
SEED = 20261127


@pytest.fixture
def provider() -> Iterator[BatchServer]:
    server = BatchServer()
    yield server
    server.stop()


def plan(server: Server, provider: BatchServer, vendor: str, rows: int = ROWS, text: str = "row {n}", **settings) -> int:
    server.get(
        "provider_credentials_create", provider=vendor, api_key="sk-batches-0123456789", api_endpoint=provider.address()
    )
    server.get("prompts_create", name="p", template="Say something of {{ t }}.", llm_model="stub-1", provider_credential_id=1)
    lines = "".join(f"{text.format(n=n)}\n" for n in range(rows))
    server.get("datasets_create", name="d", csv_data="t\n" + lines)
    return server.get("runs_create", prompt_id=1, dataset_id=1, batch=True, **settings)["id"]


def generate(server: Server, run: int, seconds: float = 60) -> dict:
    return server.get("runs_generate", id=run, wait_seconds=seconds, timeout=seconds + 30)


def answers(server: Server, run: int) -> dict[int, str]:
    """The texts by row; every row is there once."""
    found: dict[int, str] = {}
    cursor: dict = {}
    while True:
        page = server.get("responses_list", run_id=run, limit=500, fields=["id", "row_index", "response_text"], **cursor)
        for response in page["responses"]:
            if response["id"] is not None:
                assert response["row_index"] not in found, "a row is there twice"
                found[response["row_index"]] = response["response_text"]
        if not page.get("next_cursor"):
            return found
        cursor = {"cursor": page["next_cursor"]}


def check_whole(server: Server, run: int, rows: int = ROWS) -> None:
    found = answers(server, run)
    assert sorted(found) == list(range(rows))
    for row, text in found.items():
        assert text.endswith(f"Say something of row {row}."), (row, text)


def check_paid_once(provider: BatchServer, rows: int = ROWS) -> None:
    """No row was answered twice, except for a plain call that was under way when its program was killed."""
    assert provider.control()["accepted"] == 1
    with provider.lock:
        assert max(provider.batch_answers.values()) == 1
        assert not set(provider.batch_answers) & set(provider.plain_answers)
        assert len(provider.batch_answers) + len(provider.plain_answers) == rows


@pytest.mark.parametrize("vendor", VENDORS)
def test_all_rows_but_the_first_are_answered_by_a_batch(server: Server, provider: BatchServer, vendor: str) -> None:
    run = plan(server, provider, vendor)
    result = generate(server, run)
    assert result["status"] == "completed" and result["batch"] is True
    assert result["latency"] == {"p50_ms": None, "p95_ms": None}
    check_whole(server, run)
    (batch,) = result["batches"]
    assert batch["status"] == "collected" and batch["total"] == batch["finished"] == ROWS - 1 and "next_poll_at" not in batch
    report = provider.control()
    assert report["plain_calls"] == 1 and report["batch_answers"] == ROWS - 1 and report["accepted"] == 1
    responses = server.get("responses_list", run_id=run, fields=["row_index", "latency_ms"])["responses"]
    assert len(responses) > 5 and [response["row_index"] for response in responses if response["latency_ms"]] == [0]
    assert server.finish() == 0


@pytest.mark.parametrize("vendor", VENDORS)
def test_faults_on_the_way_cost_nothing_twice(server: Server, provider: BatchServer, vendor: str) -> None:
    provider.control(lose_submissions=1, fail_polls=2, limit_polls=1, cut_downloads=1, cut_lines=1, noise=True)
    run = plan(server, provider, vendor)
    assert generate(server, run, 120)["status"] == "completed"
    check_whole(server, run)
    report = provider.control()
    assert report["accepted"] == 1 and report["answered_twice"] == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_judge_reads_the_answers_of_a_batch(server: Server, provider: BatchServer, vendor: str) -> None:
    server.get("metrics_create", name="good")
    run = plan(server, provider, vendor, rows=8, metric_ids=[1], judge_model="stub-1", probe=False)
    result = generate(server, run)
    assert result["status"] == "completed" and result["scored"] == 8, result


@pytest.mark.parametrize("vendor", VENDORS)
def test_expired_rows_are_submitted_again_alone(server: Server, provider: BatchServer, vendor: str) -> None:
    provider.control(next_batches=[{"expire": 0.5}])
    run = plan(server, provider, vendor)
    result = generate(server, run)
    assert result["status"] == "failed" and "expired" in result["error_message"]
    left = ROWS - result["responses_count"]
    assert 0 < left < ROWS - 1 and result["batches"][0]["expired"] == left
    result = generate(server, run)
    assert result["status"] == "completed" and result["error_message"] is None
    check_whole(server, run)
    report = provider.control()
    assert report["answered_twice"] == [] and report["batches"][1]["total"] == left - 1


def test_a_rejected_batch_tells_the_reason(server: Server, provider: BatchServer) -> None:
    provider.control(next_batches=[{"reject": True}])
    run = plan(server, provider, "openai")
    result = generate(server, run)
    assert result["status"] == "failed" and "not parseable" in result["error_message"], result["error_message"]
    assert "row_index 1" in result["error_message"]
    assert generate(server, run)["status"] == "completed"
    check_whole(server, run)


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_waiting_run_is_cancelled_at_the_provider(server: Server, provider: BatchServer, vendor: str) -> None:
    provider.control(hold=True)
    run = plan(server, provider, vendor)
    result = generate(server, run, 2)
    assert result["status"] == "waiting" and len(result["batches"]) == 1
    assert result["batches"][0]["id"] and "next_poll_at" in result["batches"][0]
    listed = server.get("runs_list", status="running")["runs"]
    assert [item["id"] for item in listed] == [run]
    for tool, arguments in [
        ("runs_delete", {"id": run, "confirm": True}),
        ("datasets_delete", {"id": 1, "confirm": True}),
        ("prompts_delete", {"id": 1, "confirm": True}),
        ("provider_credentials_delete", {"id": 1, "confirm": True}),
        ("datasets_update", {"id": 1, "csv_data": "t\nother\n"}),
        ("runs_generate", {"id": run, "restart": True}),
        ("runs_update", {"id": run, "temperature": 0.5}),
    ]:
        sentence = server.fault(tool, **arguments)
        assert "runs_cancel" in sentence or tool == "runs_update", (tool, sentence)
    server.get("runs_cancel", id=run)
    provider.control(hold=False)
    result = server.get("runs_get", id=run, wait_seconds=60)
    assert result["status"] == "cancelled" and provider.control()["cancels"] == 1
    assert result["responses_count"] == len(answers(server, run))
    server.get("runs_delete", id=run, confirm=True)


@pytest.mark.parametrize("vendor", VENDORS)
def test_two_programs_share_a_waiting_run(start: Callable[..., Server], provider: BatchServer, vendor: str) -> None:
    provider.control(hold=True)
    first = start()
    run = plan(first, provider, vendor)
    assert generate(first, run, 2)["status"] == "waiting"
    second = start()
    result = second.get("runs_get", id=run)
    assert result["status"] == "waiting" and result["batches"][0]["total"] == ROWS - 1
    # The one that submitted it ends, and the other one goes on when it is asked.
    assert first.finish() == 0
    assert second.get("runs_get", id=run, wait_seconds=1)["status"] == "waiting"
    provider.control(hold=False, finish=True)
    result = second.get("runs_get", id=run, wait_seconds=60)
    assert result["status"] == "completed"
    check_whole(second, run)
    assert provider.control()["accepted"] == 1


def test_models_and_settings_without_batches_are_refused(server: Server, provider: BatchServer) -> None:
    run = plan(server, provider, "openai", rows=3)
    assert "no batch API" in server.fault("runs_create", like_run=run, model="echo")
    server.get("runs_create", like_run=run, batch=False, temperature=0.5)
    sentence = server.fault("runs_create", like_run=run, stop_against=2, temperature=0.5, scoring="ExactMatch")
    assert "batch" in sentence and "stop_against" in sentence
    server.get("metrics_create", name="quick", check={"kind": "latency", "max": 100})
    assert "latency" in server.fault("runs_create", like_run=run, metric_ids=[1], temperature=0.5)
    # A server that has none says so before anything is paid, and what to do.
    provider.control(batches=False)
    for _ in range(2):
        result = generate(server, run)
        assert result["status"] == "failed" and "runs_update with batch: false" in result["error_message"], result
    assert provider.control()["plain_calls"] == 0
    server.get("runs_update", id=run, batch=False)
    assert generate(server, run)["status"] == "completed"
    check_whole(server, run, 3)


def test_batch_is_turned_off_for_a_run_with_answers(server: Server, provider: BatchServer) -> None:
    provider.control(next_batches=[{"expire": 0.5}])
    run = plan(server, provider, "openai")
    assert generate(server, run)["status"] == "failed"
    assert "temperature" in server.fault("runs_update", id=run, batch=False, temperature=0.5)
    server.get("runs_update", id=run, batch=False)
    assert generate(server, run)["status"] == "completed"
    check_whole(server, run)
    report = provider.control()
    assert report["accepted"] == 1 and report["answered_twice"] == []


def test_a_forgotten_batch_is_not_paid_twice(start: Callable[..., Server], provider: BatchServer) -> None:
    # It takes more than a minute, for which the provider must say so.
    provider.control(hold=True)
    server = start()
    run = plan(server, provider, "openai")
    waiting = generate(server, run, 3)
    assert waiting["status"] == "waiting"
    for part in ["waiting for 1 batch", "since ", "next asked at ", "ending by "]:
        assert part in waiting["progress_message"], waiting["progress_message"]
    # A new run would pay for the rows that are at the provider.
    assert "runs_cancel" in server.fault("runs_update", id=run, batch=False)
    provider.control(forgets=True)
    result = server.get("runs_get", id=run, wait_seconds=200, timeout=230)
    assert result["status"] == "failed" and result["batches"][0]["status"] == "lost", result
    assert "may have been billed" in result["error_message"] and f"like_run {run}" in result["error_message"]
    # Nothing of it happens again by itself.
    assert server.finish() == 0
    server = start()
    assert generate(server, run)["batches"][0]["status"] == "lost"
    assert "batch_" in server.fault("runs_update", id=run, batch=False)
    assert provider.control()["accepted"] == 1
    # The advice works as it is written.
    provider.control(hold=False)
    with provider.lock:
        provider.settings["forgets"] = False
        kept, provider.batches = provider.batches, {}
    other = server.get("runs_create", like_run=run, reuse=True)["id"]
    assert generate(server, other)["status"] == "completed"
    check_whole(server, other)
    # The provider finds it again.
    with provider.lock:
        provider.batches |= kept
    result = generate(server, run)
    assert result["status"] == "completed" and provider.control()["accepted"] == 2
    check_whole(server, run)


def test_a_lost_submission_is_found_in_a_list_in_any_order(server: Server, provider: BatchServer) -> None:
    with provider.lock:
        for number in range(150):
            old = provider.add("openai", [(f"old-{number}", {"model": "stub-1", "messages": []})])
            old.now = 1
    provider.control(lose_submissions=1, oldest_first=True)
    run = plan(server, provider, "openai")
    assert generate(server, run, 100)["status"] == "completed"
    report = provider.control()
    assert report["accepted"] == 151 and report["answered_twice"] == []


def test_the_key_may_change_while_a_run_waits_and_the_address_may_not(server: Server, provider: BatchServer) -> None:
    provider.control(hold=True)
    run = plan(server, provider, "openai")
    assert generate(server, run, 3)["status"] == "waiting"
    sentence = server.fault(
        "provider_credentials_update", id=1, api_key="sk-other", api_endpoint="http://127.0.0.1:9/v1"
    )
    assert f"run {run}" in sentence and "runs_cancel" in sentence
    server.get("provider_credentials_update", id=1, api_key="sk-renewed-0123456789")
    provider.control(hold=False)
    assert server.get("runs_get", id=run, wait_seconds=60)["status"] == "completed"
    assert "sk-renewed-0123456789" in provider.control()["keys"]


def test_a_limit_that_changes_while_a_run_waits_is_said_to_count_later(server: Server, provider: BatchServer) -> None:
    provider.control(hold=True)
    prices = {"input_price": 1, "output_price": 1}
    run = plan(server, provider, "openai", rows=8, max_tokens=50, max_cost=5)
    assert "max_cost cannot be kept" in server.fault("runs_generate", id=run)
    server.get("provider_credentials_update", id=1, **prices)
    assert generate(server, run, 3)["status"] == "waiting"
    warnings = server.get("runs_update", id=run, max_cost=0.000001)["warnings"]
    assert "from the next start" in warnings[0] and "paid whatever max_cost is" in warnings[0], warnings
    server.get("runs_cancel", id=run)
    cancelling = server.get("runs_get", id=run)
    assert cancelling["status"] != "waiting" or "cancelling" in cancelling["progress_message"], cancelling


def test_the_judge_is_said_to_be_asked_live(server: Server, provider: BatchServer) -> None:
    server.get("metrics_create", name="good")
    provider.control(hold=True)
    run = plan(server, provider, "openai", rows=8, metric_ids=[1], judge_model="stub-1", probe=False)
    assert any("asked live" in warning for warning in server.get("runs_get", id=run)["warnings"])
    result = generate(server, run, 3)
    assert result["status"] == "waiting" and "asked live" in result["progress_message"]


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_program_killed_at_any_moment_goes_on(start: Callable[..., Server], provider: BatchServer, vendor: str) -> None:
    dice = random.Random(f"{SEED}-{vendor}")
    provider.control(polls=6, noise=True)
    server = start()
    run = plan(server, provider, vendor)
    kills = 0
    while True:
        status = server.get("runs_get", id=run)["status"]
        if status in ("pending", "failed"):
            # A kill before the submission leaves a run that is resumed by hand.
            server.begin("tools/call", {"name": "runs_generate", "arguments": {"id": run, "wait_seconds": 0}})
        if kills == KILLS:
            break
        time.sleep(dice.choice([dice.uniform(0, 0.03), dice.uniform(0, 0.3), dice.uniform(0, 1.5)]))
        server.process.kill()
        server.process.wait()
        server.stop()
        kills += 1
        server = start()
    result = server.get("runs_get", id=run, wait_seconds=120, timeout=150)
    if result["status"] == "failed":
        result = generate(server, run)
    assert result["status"] == "completed", result
    check_whole(server, run)
    check_paid_once(provider)
    assert result["responses_count"] == ROWS and result["failed"] == 0
    assert server.finish() == 0


def test_a_copy_of_a_store_reads_answers_and_pays_on_demand(
    start: Callable[..., Server], tmp_path: Path, provider: BatchServer
) -> None:
    first = start(store=tmp_path / "one" / "store.json")
    first.get("metrics_create", name="good")
    provider.control(hold=True)
    run = plan(first, provider, "anthropic", rows=8, metric_ids=[1], judge_model="stub-1", probe=False)
    assert generate(first, run, 3)["status"] == "waiting"
    assert first.finish() == 0
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    provider.control(hold=False)
    copy = start(store=tmp_path / "two" / "store.json")
    result = copy.get("runs_get", id=run, wait_seconds=60, timeout=90)
    assert result["status"] == "failed" and result["responses_count"] == 8 and result["scored"] == 1, result
    # The first row was asked and judged before.
    assert "copy" in result["error_message"] and provider.control()["plain_calls"] == 2
    # The original goes on by itself, and the copy when it is told to.
    first = start(store=tmp_path / "one" / "store.json")
    assert first.get("runs_get", id=run, wait_seconds=60, timeout=90)["scored"] == 8
    assert generate(copy, run)["scored"] == 8
    assert provider.control()["accepted"] == 1
    assert first.finish() == 0 and copy.finish() == 0
