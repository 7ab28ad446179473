"""Prompts that providers keep in their caches, and service tiers, against a server that counts both."""

import pytest
from metered_runs import Plan, credential, make, outcome
from metered_server import MeteredServer
from server import Server


@pytest.fixture
def provider() -> MeteredServer:
    server = MeteredServer()
    yield server
    server.stop()


@pytest.mark.parametrize("model", ["gpt-5.6-terra", "gpt-5.2", "claude-sonnet-5"])
def test_a_judged_run_reads_most_of_its_prompts_from_the_cache(server: Server, provider: MeteredServer, model: str):
    """500 rows, and a rubric of 2,000 tokens: the reach is 70 % of the prompt tokens."""
    id = credential(server, provider, model)
    found = outcome(server, provider, make(server, Plan(model, judge=model), id))
    books, run = found.books, found.run
    assert books.calls == 1_000
    assert books.read / books.prompt >= 0.7, books
    usage = run["usage"]
    assert (usage["prompt_tokens"], usage["cached_tokens"]) == (books.prompt, books.read)
    assert usage.get("cache_write_tokens", 0) == books.written
    assert run["total_cost"] == pytest.approx(books.dollars, rel=1e-5)
    # What was saved is what plain input would have cost more.
    plain = {"gpt-5.6-terra": (2, 0.2, 2.5), "gpt-5.2": (1.75, 0.175, 1.75), "claude-sonnet-5": (2, 0.2, 2.5)}[model]
    saved = (books.read * (plain[0] - plain[1]) + books.written * (plain[0] - plain[2])) / 1e6
    assert run["cache_saving"] == pytest.approx(saved, rel=1e-5)
    # One call pays for keeping the rubric.
    if model == "claude-sonnet-5":
        assert books.written < 3_000
    # Nothing is known of the lengths of answers before the first run: a guess, which says so and contains the truth.
    low, high = found.estimate["estimated_cost_range"]
    assert low <= books.dollars <= high and "guess" in found.estimate["estimated_cost_basis"]
    assert found.estimate["estimated_cost_parts"]["cache_saving"] == pytest.approx(saved, rel=0.2)


def test_a_cache_that_is_never_read_is_a_loss_and_said_to_be_one(server: Server, provider: MeteredServer):
    id = credential(server, provider, "claude-sonnet-5")
    run_id = make(server, Plan("claude-sonnet-5", rows=3, system_tokens=1_500, concurrency=1), id)
    provider.kept_texts = NeverKept()
    provider.forget = lambda: None
    run = outcome(server, provider, run_id).run
    assert run["usage"]["cache_write_tokens"] > 4_000 and run["cache_saving"] < 0


class NeverKept(set):
    def add(self, _) -> None:
        """Everything is lost at once."""


def test_flex_halves_the_cost_and_waits_for_capacity(server: Server, provider: MeteredServer):
    provider.flex_capacity = 0.7
    id = credential(server, provider, "gpt-5.2")
    found = outcome(server, provider, make(server, Plan("gpt-5.2", rows=12, tier="flex"), id))
    assert found.books.tiers == {"flex": 12} and found.books.refused > 0
    assert {body["service_tier"] for body in provider.bodies} == {"flex"}
    assert found.run["total_cost"] == pytest.approx(found.books.dollars, rel=1e-5)
    assert found.run["service_tier"] == "flex" and found.run["failed"] == 0
    usual = server.get("runs_create", like_run=found.run["id"], prompt_id=found.run["prompt_id"], service_tier="default")
    other = outcome(server, provider, usual["id"])
    # How answers were served is no reason not to compare them, and explains what they cost.
    compared = server.get("runs_compare", run_ids=[found.run["id"], usual["id"]])["statistics"][0]
    assert compared["differs"]["service_tier"] == ["flex", "default"]
    assert other.run["total_cost"] == pytest.approx(2 * found.run["total_cost"], rel=0.01)


def test_flex_without_capacity_falls_back_where_that_is_allowed_and_says_so(server: Server, provider: MeteredServer):
    provider.flex_capacity = 0
    id = credential(server, provider, "gpt-5.2")
    found = outcome(server, provider, make(server, Plan("gpt-5.2", rows=4, tier="flex_or_default"), id))
    assert found.books.tiers == {"default": 4}
    assert found.run["total_cost"] == pytest.approx(found.books.dollars, rel=1e-5)
    assert any("flex" in warning.lower() and "default" in warning for warning in found.run["warnings"])


def test_a_tier_that_the_vendor_has_not_is_refused_before_the_first_call(server: Server, provider: MeteredServer):
    id = credential(server, provider, "claude-sonnet-5")
    run_id = make(server, Plan("claude-sonnet-5", rows=4), id)
    settings = {"like_run": run_id, "name": "at flex", "service_tier": "flex"}
    for refusal in (server.fault("runs_create", **settings), server.fault("runs_update", id=run_id, service_tier="flex")):
        assert "no service tier flex" in refusal and "auto, default" in refusal
    assert not provider.bodies


def test_a_tier_without_a_known_price_has_no_estimate_and_says_why(server: Server, provider: MeteredServer):
    id = credential(server, provider, "gpt-5.2")
    run_id = make(server, Plan("gpt-5.2", rows=4, tier="scale", settings={"max_cost": 1}), id)
    run = server.get("runs_get", id=run_id)
    assert run["estimated_cost"] is None and "estimated_cost_range" not in run
    assert any("scale" in warning and "max_cost cannot be kept" in warning for warning in run["warnings"])
    assert "scale" in server.fault("runs_generate", id=run_id) and not provider.bodies
    # Priority has a price, which is that of this model twice.
    usual = server.get("runs_update", id=run_id, service_tier="default")["estimated_cost"]
    assert server.get("runs_update", id=run_id, service_tier="priority")["estimated_cost"] == pytest.approx(2 * usual, rel=0.02)


@pytest.mark.parametrize("capacity", [0, 0.5, 1])
def test_the_range_of_a_run_that_may_fall_back_holds_both_prices(server: Server, provider: MeteredServer, capacity: float):
    provider.flex_capacity = 1
    id = credential(server, provider, "gpt-5.2")
    known = outcome(server, provider, make(server, Plan("gpt-5.2", rows=12, tier="flex_or_default"), id)).run
    provider.flex_capacity = capacity
    again = server.get("runs_create", like_run=known["id"], prompt_id=known["prompt_id"])["id"]
    found = outcome(server, provider, again)
    low, high = found.estimate["estimated_cost_range"]
    assert low <= found.books.dollars <= high, (low, high, found.books)
    assert low <= known["total_cost"] and 2 * known["total_cost"] <= high
