"""Which server a model's name leads to, where a local one is stored beside a key of the environment."""

from collections.abc import Callable

from fault_server import FaultServer
from server import Server

KEY = "sk-proj-Zq8wV3nLr7TtYx2BKm5P"
# External requests end here, because nothing listens.
NO_NETWORK = {"https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}


def local(server: Server, faults: FaultServer, **more) -> int:
    return server.get("provider_credentials_create", provider="openai", api_endpoint=faults.address("ok"), **more)["id"]


def asking(model: str, **more) -> dict:
    return {"model": model, "messages": [{"role": "user", "content": "Hi"}], **more}


def test_with_a_key_for_the_vendor_its_models_never_reach_the_local_server(
    start: Callable[..., Server], faults: FaultServer
) -> None:
    server = start("--request-timeout", "1", variables={"OPENAI_API_KEY": KEY, **NO_NETWORK})
    local(server, faults, name="box", api_key="ollama")
    for model in ("gpt-4.1", "openai/gpt-4.1"):
        assert "api.openai.com" in server.fault("chat_completions_create", **asking(model))
    assert "no key for Anthropic" in server.fault("chat_completions_create", **asking("claude-haiku-4-5"))
    assert faults.calls_of("ok") == []
    answer = server.get("chat_completions_create", **asking("box/gpt-4.1"))
    assert len(faults.calls_of("ok")) == 1
    assert any("list price" in warning for warning in answer["warnings"])


def test_the_environment_is_listed_and_its_key_never_shown(start: Callable[..., Server], faults: FaultServer) -> None:
    server = start(variables={"OPENAI_API_KEY": KEY})
    local(server, faults)
    listed = server.get("provider_credentials_list")
    assert [(row["id"], row["key_source"]) for row in listed["provider_credentials"]] == [(1, "none"), (None, "environment")]
    assert KEY[8:] not in str(listed)


def test_a_tool_call_alone_carries_no_key_off(start: Callable[..., Server], faults: FaultServer) -> None:
    create = {"provider": "openai", "api_endpoint": faults.address("ok"), "api_key": "env:STRIPE_API_KEY"}
    variables = {"STRIPE_API_KEY": KEY}
    server = start(variables=variables)
    assert "--allow-key STRIPE_API_KEY=127.0.0.1" in server.fault("provider_credentials_create", **create)
    assert server.finish() == 0
    server = start("--allow-key", "OTHER=llm.example,STRIPE_API_KEY=127.0.0.1", variables=variables)
    assert server.get("provider_credentials_create", **create)["key_source"] == "environment"
    server.get("chat_completions_create", **asking("m"))
    assert len(faults.calls_of("ok")) == 1
