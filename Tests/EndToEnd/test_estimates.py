"""What a run is said to cost before it begins, and what it costs then."""

import pathlib

import pytest
import real_model
from metered_runs import Outcome, Plan, credential, make, outcome
from metered_batches import MeteredBatchServer
from metered_server import MeteredServer
from server import Server

# An estimate may be wrong by so much once anything is known of the lengths of answers.
MARGIN = 0.2


@pytest.fixture
def provider() -> MeteredServer:
    server = MeteredServer()
    yield server
    server.stop()


def error(found: Outcome) -> float:
    return found.estimate["estimated_cost"] / found.books.dollars - 1


def holds(found: Outcome) -> bool:
    """Whether the range that was given contains what the run cost."""
    low, high = found.estimate["estimated_cost_range"]
    return low * 0.999 <= found.books.dollars <= high * 1.001


PLANS = [
    Plan("gpt-5.2", rows=40),
    Plan("gpt-5.2", judge="gpt-5.2", rows=40, rubric_tokens=600),
    Plan("gpt-5.2", judge="gpt-5.2", rows=40),
    Plan("gpt-5.2", rows=40, system_tokens=1_500),
    Plan("gpt-5.6-terra", judge="gpt-5.6-terra", rows=40, system_tokens=1_500),
    Plan("claude-sonnet-5", judge="claude-sonnet-5", rows=40, system_tokens=1_500),
    Plan("gpt-5.2", judge="gpt-5.2", rows=40, tier="flex"),
]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: f"{plan.model} {plan.judge} {plan.system_tokens} {plan.tier}")
def test_the_first_estimate_is_a_guess_that_contains_the_truth_and_the_next_is_right(
    server: Server, provider: MeteredServer, plan: Plan
) -> None:
    id = credential(server, provider, plan.model)
    first = outcome(server, provider, run_id := make(server, plan, id))
    assert holds(first) and "guess" in first.estimate["estimated_cost_basis"]
    again = outcome(server, provider, server.get("runs_create", like_run=run_id, prompt_id=first.run["prompt_id"])["id"])
    print(f"\n{plan}: first {error(first):+.0%}, again {error(again):+.0%}")
    assert holds(again) and abs(error(again)) < MARGIN
    assert "guess" not in again.estimate["estimated_cost_basis"]
    parts = again.estimate["estimated_cost_parts"]
    assert "cache_saving" not in parts or abs(parts["cache_saving"]) > 1e-9, parts
    assert parts["generation"] + parts.get("judge", 0) == pytest.approx(again.estimate["estimated_cost"], rel=0.01)
    assert parts.get("judge", 0) == pytest.approx(again.books.judging, rel=MARGIN)


@pytest.mark.parametrize("model", ["gpt-5.2", "claude-sonnet-5"])
def test_a_run_in_batches_costs_what_is_said(server: Server, model: str) -> None:
    provider = MeteredBatchServer()
    try:
        id = credential(server, provider, model)
        first = outcome(server, provider, run_id := make(server, Plan(model, judge=model, rows=40, batch=True), id))
        assert holds(first) and first.books.tiers == {"default": 41, "batch": 39}
        assert first.run["total_cost"] == pytest.approx(first.books.dollars, rel=1e-5)
        again = outcome(
            server, provider, server.get("runs_create", like_run=run_id, prompt_id=first.run["prompt_id"])["id"]
        )
        print(f"\n{model} in batches: first {error(first):+.0%}, again {error(again):+.0%}")
        assert holds(again) and abs(error(again)) < MARGIN
        generation = again.books.dollars - again.books.judging
        assert again.estimate["estimated_cost_parts"]["generation"] == pytest.approx(generation, rel=MARGIN)
    finally:
        provider.stop()


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3, 0.6, 1.2])
def test_batches_stay_within_max_cost(server: Server, share: float) -> None:
    """The ceiling is a share of what all rows cost if every answer has 60 tokens, which none has."""
    provider = MeteredBatchServer()
    try:
        id = credential(server, provider, "gpt-5.2")
        prompt_tokens, rows = 40, 200
        most = rows * (prompt_tokens * 1.75 + 60 * 14) / 1e6 / 2
        settings = {"max_tokens": 60, "max_cost": round(share * most, 6)}
        run_id = make(server, Plan("gpt-5.2", rows=rows, batch=True, settings=settings), id)
        provider.forget()
        run = server.get("runs_generate", id=run_id, wait_seconds=50, timeout=80)
        assert run["status"] in ("completed", "failed"), run
        assert provider.books.dollars <= settings["max_cost"]
        batches = [len(batch.requests) for batch in provider.batches.values()]
        print(f"\n{share}: {provider.books.dollars:.5f} of {settings['max_cost']}, batches of {batches}, {run['status']}")
        assert len(batches) <= 8 and all(count >= 10 for count in batches[:-1])
        assert run["status"] == ("completed" if share >= 0.3 else "failed")
        assert run["status"] == "completed" or "Stopped at max_cost" in run["error_message"]
    finally:
        provider.stop()


QUESTIONS = pathlib.Path(__file__).with_name("questions.csv")


def test_a_real_model_costs_what_its_own_earlier_answers_foretell(start, model_address: str) -> None:
    """The first run is a guess; the second, of other rows, is known from the first."""
    server = start(secrets=("local-models-need-no-key",))
    header, *questions = QUESTIONS.read_text().splitlines(keepends=True)
    credential_id = server.get(
        "provider_credentials_create",
        provider="openai",
        name="local",
        api_key="local-models-need-no-key",
        api_endpoint=model_address,
        input_price=1,
        output_price=4,
    )["id"]
    prompt = server.get(
        "prompts_create",
        name="quiz",
        template="A question about {{ topic }}: {{ question }} Answer in one sentence.",
        llm_model=real_model.NAME,
        provider_credential_id=credential_id,
        temperature=0,
        max_tokens=60,
    )
    metric = server.get("metrics_create", name="Correctness", instruction="Does it agree with the expected output?")
    half = len(questions) // 2
    for rows, is_first in ((questions[:half], True), (questions[half:], False)):
        dataset = server.get("datasets_create", name="facts", csv_data=header + "".join(rows))["id"]
        settings = {"judge_model": f"local/{real_model.NAME}", "judge_max_tokens": 120, "probe": False}
        run = server.get(
            "runs_create", prompt_id=prompt["id"], dataset_id=dataset, metric_ids=[metric["id"]], concurrency=4, **settings
        )
        before = server.get("runs_get", id=run["id"])
        low, high = before["estimated_cost_range"]
        run = server.get("runs_generate", timeout=300, id=run["id"], wait_seconds=280)
        assert run["status"] == "completed"
        cost, likely = run["total_cost"], before["estimated_cost"]
        print(f"\n{len(rows)} rows: said {likely} ({low} to {high}), cost {cost}: {likely / cost - 1:+.0%}")
        assert low <= cost <= high and "guess" in before["estimated_cost_basis"]
        assert is_first or likely == pytest.approx(cost, rel=MARGIN)
