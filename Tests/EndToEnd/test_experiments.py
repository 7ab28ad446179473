"""Experiments: from creation to verdict, with two servers on one store, and through a crash."""

import threading
import time
from collections.abc import Callable

import pytest
from fault_server import FaultServer
from server import Server

KEY = "sk-never-to-be-shown-0123456789abcdef"


def experiment(server: Server, model: str = "echo", **settings) -> int:
    """An experiment on two versions of one prompt; gives its id."""
    first = server.get("prompts_create", name="greeting", template="Say {{ text }}.", llm_model=model)
    made = server.get("experiments_create", name="seed", prompt_ids=[first["id"], other(server, model)], **settings)
    return made["id"]


def other(server: Server, model: str) -> int:
    return server.get("prompts_create", name="greeting", template="Shout {{ text }}!", llm_model=model)["id"]


def provider(server: Server, address: str, **prices: float) -> int:
    server.secrets.append(KEY)
    return server.get("provider_credentials_create", provider="openai", api_key=KEY, api_endpoint=address, **prices)["id"]


def outcomes(object: dict) -> int:
    return object["outcomes"]["positive"] + object["outcomes"]["negative"]


def test_the_life_of_an_experiment(start: Callable[..., Server], faults: FaultServer) -> None:
    server = start()
    provider(server, faults.address("ok"))
    baseline = server.get("prompts_create", name="capital", template="Capital of {{ country }}?", llm_model="stub-1")
    run = server.get("runs_create", prompt_id=baseline["id"], dataset_id=dataset(server))
    server.get("runs_generate", id=run["id"])
    draft = server.get("prompts_update", id=baseline["id"], template="The capital of {{ country }}, in a word?")
    assert (draft["version_number"], draft["current"]) == (2, False)

    id = server.get(
        "experiments_create", name="one word", prompt_ids=[baseline["id"], draft["id"]], allocation="adaptive"
    )["id"]
    assert "no outcomes" in server.get("experiments_get", id=id)["verdict"]
    def answer_and_judge(call: int) -> list[int]:
        result = server.get(
            "experiments_generate",
            experiment_id=id,
            inputs={"country": "France"},
            num_samples=10,
            seed=call,
            user="visitor 1",
            session_id="s-1",
            metadata={"page": "home"},
            raw=True,
        )
        assert len(result["data"]) == len(result["provider_responses"]) == 10
        assert result["usage"] == {
            "prompt_tokens": 70, "generation_tokens": 10, "total_tokens": 80, "reasoning_tokens": 0,
        }  # fmt: skip
        assert (result["project_id"], result["session_id"]) == (None, "s-1")
        assert result["provider_request"]["user"] == "visitor 1"
        for datum in result["data"]:
            assert datum["output"] == "Paris"
            # The draft is liked four times out of five, the baseline once.
            liked = datum["id"] % 5 != 0 if datum["model_config_id"] == draft["id"] else datum["id"] % 5 == 0
            server.get("experiments_feedback", generation_id=datum["id"], outcome="positive" if liked else "negative")
        return [datum["model_config_id"] for datum in result["data"]]

    last = [answer_and_judge(call) for call in range(8)][-1]
    assert last.count(draft["id"]) >= 8
    object = server.get("experiments_get", id=id)
    assert "earns more and proves less" in object["verdict"] and object["warnings"]
    # The verdict needs outcomes of both versions. Which version answers is drawn by chance: with 60 outcomes of each
    # at least, no draw leaves it open.
    server.get("experiments_update", id=id, allocation="fixed")
    for call in range(8, 20):
        answer_and_judge(call)
    object = server.get("experiments_get", id=id)
    assert (object["samples"], outcomes(object), object["outcomes"]["none"]) == (200, 200, 0)
    assert (object["verdict_word"], object["leader"]) == ("enough", draft["id"])
    assert object["verdict"].startswith(f"Enough evidence: capital v2 (prompt {draft['id']}) is the best")
    assert object["verdict"].endswith(f"prompts_publish with id {draft['id']} publishes it.")
    assert abs(sum(version["probability_best"] for version in object["versions"]) - 1) < 1e-5

    server.get("prompts_publish", id=draft["id"])
    server.get("experiments_update", id=id, status="completed")
    assert server.get("experiments_get", id=id)["verdict"].endswith("It is published already.")
    assert "is completed" in server.fault("experiments_generate", experiment_id=id, inputs={"country": "Spain"})
    before = server.get("experiments_get", id=id)
    assert server.finish() == 0
    assert KEY not in server.store.read_text().replace(f'"api_key":"{KEY}"', "")
    again = start()
    again.secrets.append(KEY)
    assert again.get("experiments_get", id=id) == before
    shown = again.get("experiments_get", id=id, generation_id=1)
    assert shown["provider_response"]["object"] == "chat.completion" and shown["metadata"] == {"page": "home"}
    assert again.get("experiments_delete", id=id)["removed"] == {"experiments": 1, "generations": 200}


def dataset(server: Server) -> int:
    return server.get("datasets_create", name="d", csv_data="country\nFrance\n")["id"]


def test_two_servers_generate_and_judge_at_once(start: Callable[..., Server]) -> None:
    servers = [start(), start()]
    id = experiment(servers[0], allocation="adaptive")
    calls, samples = 15, 4
    generated: list[list[int]] = [[], []]
    problems: list[BaseException] = []

    def work(number: int) -> None:
        try:
            server = servers[number]
            for _ in range(calls):
                data = server.get("experiments_generate", experiment_id=id, inputs={"text": "x"}, num_samples=samples)
                for datum in data["data"]:
                    generated[number].append(datum["id"])
                    server.get("experiments_feedback", generation_id=datum["id"], outcome="positive")
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems, problems
    total = 2 * calls * samples
    assert sorted(generated[0] + generated[1]) == list(range(1, total + 1))
    # Each says of the other's generations what it said of its own, and then changes its mind.
    for generation in generated[0][:10]:
        servers[1].get("experiments_feedback", generation_id=generation, outcome="negative")
    for server in servers:
        object = server.get("experiments_get", id=id)
        assert (object["samples"], object["outcomes"]) == (total, {"positive": total - 10, "negative": 10, "none": 0})
    assert [server.finish() for server in servers] == [0, 0]


@pytest.mark.parametrize("round", range(5))
def test_what_was_acknowledged_survives_a_kill(start: Callable[..., Server], round: int) -> None:
    server = start()
    id = experiment(server)
    acknowledged: dict[int, dict] = {}
    for _ in range(2 + round):
        data = server.get("experiments_generate", experiment_id=id, inputs={"text": "x"}, num_samples=10)["data"]
        acknowledged |= {datum["id"]: datum for datum in data}
        server.get("experiments_feedback", generation_id=data[0]["id"], outcome="negative")
    arguments = {"experiment_id": id, "inputs": {"text": "y"}, "num_samples": 20}
    for _ in range(20):
        server.begin("tools/call", {"name": "experiments_generate", "arguments": arguments})
    server.process.kill()
    server.process.wait()
    again = start()
    object = again.get("experiments_get", id=id)
    assert object["samples"] >= len(acknowledged) and outcomes(object) == 2 + round
    for number, datum in acknowledged.items():
        shown = again.get("experiments_get", id=id, generation_id=number)
        assert (shown["output"], shown["prompt_id"]) == (datum["output"], datum["model_config_id"])
    assert again.get("experiments_generate", experiment_id=id, inputs={"text": "z"})["data"][0]["id"] > object["samples"]


def test_a_kill_loses_no_sample_that_was_reported(start: Callable[..., Server], faults: FaultServer) -> None:
    server = start()
    provider(server, faults.address("ok"))
    id = experiment(server, model="stub-1")
    params = {
        "name": "experiments_generate",
        "arguments": {"experiment_id": id, "inputs": {"text": "x"}, "num_samples": 20},
        "_meta": {"progressToken": "p"},
    }
    server.begin("tools/call", params)
    server.wait(lambda: server.notifications, "progress")
    reported = int(server.progress("p")[-1]["progress"])
    server.process.kill()
    server.process.wait()
    again = start()
    kept = again.get("experiments_get", id=id)["samples"]
    assert kept >= reported >= 1
    # What is there is listed with its place in the call that was cut off, and counts once beside a repeat of the call.
    listed = again.get("experiments_get", id=id, generations=True)["generations"]
    assert len(listed) == kept and len({each["index"] for each in listed}) == kept
    repeat = again.get("experiments_generate", **params["arguments"])["data"]
    assert not {each["id"] for each in repeat} & {each["id"] for each in listed}
    assert again.get("experiments_get", id=id)["samples"] == kept + len(repeat) == kept + 20


def test_calls_that_a_kill_cut_off_are_of_unknown_cost(start: Callable[..., Server], faults: FaultServer) -> None:
    server = start()
    provider(server, faults.address("hold"), input_price=1, output_price=1)
    id = experiment(server, model="stub-1")
    arguments = {"experiment_id": id, "inputs": {"text": "x"}, "num_samples": 3}
    server.begin("tools/call", {"name": "experiments_generate", "arguments": arguments})
    deadline = time.monotonic() + 30
    while len(faults.calls_of("hold")) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    server.process.kill()
    server.process.wait()
    faults.release()
    again = start()
    shown = again.get("experiments_get", id=id)
    assert (shown["samples"], shown["uncounted_calls"], shown["total_cost"]) == (0, 3, None)
    assert any("3 calls is unknown" in warning for warning in shown["warnings"])


def test_a_cancelled_call_keeps_what_is_paid_for(server: Server, faults: FaultServer) -> None:
    provider(server, faults.address("hold"))
    id = experiment(server, model="stub-1")
    arguments = {"experiment_id": id, "inputs": {"text": "x"}, "num_samples": 4}
    request = server.begin("tools/call", {"name": "experiments_generate", "arguments": arguments})
    faults.wait_for_call("hold")
    server.cancel(request)
    assert server.request("ping")["result"] == {}
    faults.release()
    # Calls that have begun count as of unknown cost until they are answered, even before the provider has heard of them.
    while True:
        known = server.get("experiments_get", id=id)
        if known["uncounted_calls"] == 0 and known["samples"] == len(faults.calls_of("hold")) > 0:
            break
    assert server.finish() == 0


def test_a_failing_provider_is_named_and_its_key_is_not(server: Server, faults: FaultServer) -> None:
    provider(server, faults.address("401"))
    id = experiment(server, model="stub-1")
    reason = server.fault("experiments_generate", experiment_id=id, inputs={"text": "x"}, num_samples=2)
    assert "All 2 samples failed" in reason and "401" in reason and KEY not in reason
    assert server.get("experiments_get", id=id)["failed"] == 2
    assert server.finish() == 0


def test_without_spending_only_free_models_generate(start: Callable[..., Server], faults: FaultServer) -> None:
    server = start("--no-spend")
    elsewhere = server.get("provider_credentials_create", provider="ollama", api_endpoint="https://models.example")["id"]
    here = provider(server, faults.address("ok"))
    stub, free = experiment(server, model="stub-1"), experiment(server)
    reason = server.fault(
        "experiments_generate", experiment_id=stub, inputs={"text": "x"}, provider_credential_id=elsewhere
    )
    assert "--no-spend" in reason
    assert len(server.get("experiments_generate", experiment_id=free, inputs={"text": "x"})["data"]) == 1
    assert faults.calls_of("ok") == []
    local = server.get("experiments_generate", experiment_id=stub, inputs={"text": "x"}, provider_credential_id=here)
    assert len(local["data"]) == len(faults.calls_of("ok")) == 1
    # A gateway to a provider that bills is on this machine as well; its price tells it from a free model.
    server.get("provider_credentials_update", id=here, input_price=3, output_price=15)
    reason = server.fault(
        "experiments_generate", experiment_id=stub, inputs={"text": "x"}, provider_credential_id=here
    )
    assert "--no-spend" in reason and len(faults.calls_of("ok")) == 1


def test_a_reading_server_offers_only_what_reads(start: Callable[..., Server]) -> None:
    names = {tool["name"] for tool in start("--read-only", "--toolsets", "experiments").tools()}
    assert names == {"experiments_list", "experiments_get"}


def test_a_version_that_fails_loses_by_its_failures(start: Callable[..., Server], faults: FaultServer) -> None:
    server = start()
    good, bad = provider(server, faults.address("ok")), provider(server, faults.address("401"))
    ids = [
        server.get(
            "prompts_create", name=name, template="Say {{ text }}.", llm_model="stub-1", provider_credential_id=credential
        )["id"]
        for name, credential in [("sound", good), ("broken", bad)]
    ]
    id = server.get("experiments_create", name="e", prompt_ids=ids)["id"]
    answers = []
    for seed in range(4):
        result = server.get("experiments_generate", experiment_id=id, inputs={"text": "x"}, num_samples=20, seed=seed)
        answers += [datum["id"] for datum in result["data"]]
        assert {failure["model_config_id"] for failure in result["failures"]} == {ids[1]}
    object = server.get("experiments_get", id=id)
    # Without any outcome nothing counts, and the failures are told of.
    assert (object["verdict_word"], object["failed"]) == ("not_enough", 80 - len(answers))
    assert "failed in" in object["verdict"]
    # The server's model has no price, so nothing is known of what the answers cost.
    failures, cost = object["warnings"]
    assert "failed in" in failures and f"{len(answers)} generations is not known" in cost and "at least" not in cost
    # The outcomes come late, and the last answers' first.
    for answer in reversed(answers):
        server.get("experiments_feedback", generation_id=answer, outcome="positive")
    object = server.get("experiments_get", id=id)
    sound, broken = object["versions"]
    assert (object["verdict_word"], object["leader"], sound["rate"]) == ("enough", ids[0], 1)
    assert broken["failed"] == broken["failed_counted"] == 80 - len(answers) and broken["rate"] == 0
    assert broken["outcomes"] == {"positive": 0, "negative": 0, "none": 0}
    assert server.finish() == 0
    again = start()
    again.secrets.append(KEY)
    assert again.get("experiments_get", id=id) == object
    corrected = again.get("experiments_feedback", generation_id=answers[-1], outcome="negative")
    assert "last outcome" in corrected["note"] and corrected["outcomes"]["negative"] == 1


def test_the_order_of_outcomes_survives_a_restart(start: Callable[..., Server]) -> None:
    server = start()
    id = experiment(server)
    data = [
        datum
        for seed in range(3)
        for datum in server.get(
            "experiments_generate", experiment_id=id, inputs={"text": "x"}, num_samples=20, seed=seed
        )["data"]
    ]
    for datum in reversed(data):
        outcome = "positive" if datum["id"] % 3 else "negative"
        result = server.get("experiments_feedback", generation_id=datum["id"], outcome=outcome)
        assert "note" not in result
    before = server.get("experiments_get", id=id)
    assert server.finish() == 0
    again = start()
    assert again.get("experiments_get", id=id) == before
    # A removed outcome that is recorded again counts in the rates, and no more as evidence.
    again.get("experiments_feedback", generation_id=data[-1]["id"], outcome="none")
    again.get("experiments_feedback", generation_id=data[-1]["id"], outcome="positive" if data[-1]["id"] % 3 else "negative")
    after = again.get("experiments_get", id=id)
    assert [version["outcomes"] for version in after["versions"]] == [version["outcomes"] for version in before["versions"]]
    assert "1 outcome was changed or removed" in after["verdict"]
