"""Providers that fail: the run says why, the rows stay, the key is never shown."""

import json
import pathlib
import socket
from collections.abc import Callable

import pytest
from fault_server import FaultServer
from server import Server

KEY = "sk-never-to-be-shown-0123456789abcdef"
ROWS = 12


def prepare(server: Server, address: str, provider: str = "openai") -> int:
    """A run of twelve rows with a provider at this address; gives its id."""
    server.secrets.append(KEY)
    credential = server.get("provider_credentials_create", provider=provider, api_key=KEY, api_endpoint=address)
    rows = "".join(f"question {n},Paris\n" for n in range(ROWS))
    prompt = server.get("prompts_create", name="p", template="{{ question }}", llm_model="stub-1")
    dataset = server.get("datasets_create", name="d", csv_data="question,expected_output\n" + rows)
    run = server.get(
        "runs_create",
        prompt_id=prompt["id"],
        dataset_id=dataset["id"],
        provider_credential_id=credential["id"],
        scoring="ExactMatch",
        concurrency=4,
    )
    assert run["status"] == "pending"
    return run["id"]


def generate(server: Server, run: int, **arguments) -> dict:
    result = server.call("runs_generate", id=run, wait_seconds=50, timeout=90, **arguments)
    assert not result.get("isError"), result["content"]
    return server.get("runs_get", id=run)


def provider_names() -> list[str]:
    """The vendors that tools offer, but for the one whose customers have the model in their address."""
    tools = json.loads((pathlib.Path(__file__).parents[2] / "tools.json").read_text())
    create = next(tool for tool in tools if tool["name"] == "provider_credentials_create")
    return [name for name in create["inputSchema"]["properties"]["provider"]["enum"] if name != "azure_foundry"]


PROVIDERS = provider_names()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_good_provider_gives_text_usage_and_latency(server: Server, faults: FaultServer, provider: str) -> None:
    run = generate(server, prepare(server, faults.address("ok"), provider))
    assert (run["status"], run["responses_count"], run["avg_score"]) == ("completed", ROWS, 1)
    assert run["usage"] == {"prompt_tokens": 7 * ROWS, "completion_tokens": ROWS, "total_tokens": 8 * ROWS}
    responses = server.get("responses_list", run_id=run["id"])["responses"]
    assert [response["row_index"] for response in responses] == list(range(ROWS))
    assert {response["response_text"] for response in responses} == {"Paris"}
    assert all(response["latency_ms"] >= 0 for response in responses)
    calls = faults.calls_of("ok")
    assert len(calls) == ROWS
    assert {call["headers"].get("x-api-key", call["headers"].get("authorization")) for call in calls} == (
        {KEY} if provider == "anthropic" else {f"Bearer {KEY}"}
    )


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("401", ["401", "key"]),
        ("403", ["403"]),
        ("404", ["404", "model"]),
        ("500", ["500"]),
        ("html", ["JSON"]),
        ("cut", ["JSON"]),
        ("empty", []),
    ],
)
@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_failing_provider_fails_the_run_with_a_reason(
    start: Callable[..., Server], faults: FaultServer, provider: str, fault: str, words: list[str]
) -> None:
    server = start()
    run = generate(server, prepare(server, faults.address(fault), provider))
    assert run["status"] == "failed"
    reason = run["error_message"]
    assert [word for word in words if word not in reason] == [], reason
    assert KEY not in reason and KEY[:16] not in reason
    if fault in ("401", "403", "404"):
        assert len(faults.calls_of(fault)) < ROWS, "calls were burned on a wrong key or model"
    before = server.contents()
    assert server.finish() == 0
    again = start()
    assert again.contents() == before

    # The way on: another address, and the same run is resumed.
    again.secrets.append(KEY)
    again.get("provider_credentials_update", id=1, api_endpoint=faults.address("ok"), api_key=KEY)
    run = generate(again, run["id"])
    assert (run["status"], run["responses_count"], run["avg_score"]) == ("completed", ROWS, 1)
    assert not run["error_message"]


def test_a_refused_connection_fails_the_run_with_a_reason(server: Server) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound but not listening: every connection is refused, and nobody else gets the port
        port = nobody.getsockname()[1]
        run = generate(server, prepare(server, f"http://127.0.0.1:{port}"))
    assert run["status"] == "failed"
    assert "127.0.0.1" in run["error_message"], run["error_message"]
    assert server.get("responses_list", run_id=run["id"], status="completed")["total"] == 0


def test_a_model_no_provider_answers_for_names_what_could_be_meant(server: Server) -> None:
    prompt = server.get("prompts_create", name="p", template="hello", llm_model="mystery-9000")
    result = server.call("runs_create", prompt_id=prompt["id"])
    if not result.get("isError"):
        result = server.call("runs_generate", id=result["structuredContent"]["id"], wait_seconds=20)
    sentence = result["content"][0]["text"]
    assert "openai/mystery-9000" in sentence and "provider_credential_id" in sentence, sentence
    assert server.request("ping")["result"] == {}


def test_a_key_is_never_shown(start: Callable[..., Server], faults: FaultServer) -> None:
    server = start(secrets=(KEY,))
    created = server.get("provider_credentials_create", provider="openai", api_key=KEY, api_endpoint=faults.address("ok"))
    assert created["key_source"] == "stored"
    assert "api_key" not in created
    server.get("provider_credentials_get", id=1)
    server.get("provider_credentials_list")
    assert "api_key" in server.fault("provider_credentials_update", id=1, api_endpoint="https://example.com/v1")
    assert server.fault("provider_credentials_create", provider="openai", api_key=[KEY, KEY])
    assert server.finish() == 0


@pytest.mark.parametrize(
    "address",
    [
        "ftp://127.0.0.1",
        "http://example.com/v1",
        "http://169.254.169.254/latest",
        "http://10.0.0.1:8080",
        "https://user:password@example.com",
        "http://0xa9fea9fe/",
        "not a url",
        "http://",
    ],
)
def test_an_address_that_must_not_be_called_is_refused(server: Server, address: str) -> None:
    assert server.fault("provider_credentials_create", provider="openai", api_key=KEY, api_endpoint=address)
    assert server.get("provider_credentials_list")["total"] == 0


def test_cancelling_the_request_cancels_the_run_and_keeps_what_is_there(
    start: Callable[..., Server], faults: FaultServer
) -> None:
    server = start()
    run = prepare(server, faults.address("hold"))
    request = server.begin(
        "tools/call",
        {"name": "runs_generate", "arguments": {"id": run, "wait_seconds": 60}, "_meta": {"progressToken": "held"}},
    )
    faults.wait_for_call("hold")
    assert server.request("ping")["result"] == {}
    assert server.get("runs_get", id=run)["status"] == "running"
    server.cancel(request)
    assert server.request("ping")["result"] == {}, "the cancellation was read"
    faults.release()
    after = server.get("runs_get", id=run, wait_seconds=30)
    assert after["status"] == "cancelled"
    assert after["responses_count"] <= ROWS
    assert generate(server, run)["status"] == "completed"
    assert len(faults.calls_of("hold")) == ROWS


def test_a_run_nobody_waits_for_goes_on(start: Callable[..., Server], faults: FaultServer) -> None:
    server = start()
    run = prepare(server, faults.address("hold"))
    assert server.get("runs_generate", id=run, wait_seconds=0)["status"] == "running"
    faults.wait_for_call("hold")
    faults.release()
    assert server.get("runs_get", id=run, wait_seconds=30)["status"] == "completed"


def test_input_that_ends_during_a_run_leaves_it_resumable(start: Callable[..., Server], faults: FaultServer) -> None:
    server = start()
    run = prepare(server, faults.address("hold"))
    server.get("runs_generate", id=run, wait_seconds=0)
    faults.wait_for_call("hold")
    assert server.finish() == 0
    faults.release()
    again = start()
    assert again.get("runs_get", id=run)["status"] in ("failed", "cancelled")
    assert generate(again, run)["status"] == "completed"


@pytest.mark.parametrize(
    ("provider", "sent", "warned"),
    [
        ("openai", {"temperature": 0, "seed": 7}, []),
        ("groq", {"temperature": 1e-8, "seed": 7}, []),
        ("mistral", {"temperature": 0, "random_seed": 7}, []),
        ("deepseek", {}, ["temperature", "seed"]),
    ],
)
def test_each_vendor_is_asked_in_its_own_words(
    server: Server, faults: FaultServer, provider: str, sent: dict, warned: list[str]
) -> None:
    credential = server.get(
        "provider_credentials_create", provider=provider, api_key=KEY, api_endpoint=faults.address("ok")
    )
    answer = server.get(
        "chat_completions_create",
        model="stub-1",
        messages=[{"role": "user", "content": "Hello"}],
        temperature=0,
        seed=7,
        provider_credential_id=credential["id"],
    )
    body = json.loads(faults.calls_of("ok")[-1]["body"])
    assert body == {"model": "stub-1", "messages": [{"role": "user", "content": "Hello"}], **sent}
    # The stand-in's model has no price.
    warnings = [text for text in answer["warnings"] if not text.startswith("The cost of 1 answer is not known")]
    assert [warning.split(" ")[0] for warning in warnings] == warned
