"""Chat completions: whole and streamed, in both shapes of API, from providers that stream well and badly, and from a real model."""

from collections.abc import Callable, Iterator

import pytest
import real_model
from server import Server
from stream_server import TEXT, USAGE, StreamServer

KEY = "sk-never-to-be-shown-0123456789abcdef"
PROVIDERS = ["openai", "anthropic", "ollama", "openrouter"]


@pytest.fixture(scope="module")
def stream_server() -> Iterator[StreamServer]:
    server = StreamServer()
    yield server
    server.stop()


@pytest.fixture
def streams(stream_server: StreamServer) -> StreamServer:
    stream_server.reset()
    return stream_server


def credential(server: Server, address: str, provider: str = "openai") -> int:
    server.secrets.append(KEY)
    return server.get("provider_credentials_create", provider=provider, api_key=KEY, api_endpoint=address)["id"]


def begin(server: Server, credential: int, content: str = "What is the capital of France?", **arguments) -> int:
    """Starts a streamed completion with the progress token `chat`."""
    given = {
        "model": "stub-1",
        "messages": [{"role": "user", "content": content}],
        "stream": True,
        "provider_credential_id": credential,
        **arguments,
    }
    return server.begin(
        "tools/call", {"name": "chat_completions_create", "arguments": given, "_meta": {"progressToken": "chat"}}
    )


def text_of(completion: dict) -> str:
    return completion["choices"][0]["message"]["content"]


def forwarded(server: Server) -> str:
    """All text of the progress messages, whose progress must increase."""
    steps = server.progress("chat")
    assert [step["progress"] for step in steps] == sorted({step["progress"] for step in steps})
    return "".join(step["message"] for step in steps)


@pytest.mark.parametrize("fault", ["ok", "bytes", "busy", "whole"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_stream_comes_in_progress_and_as_a_whole(server: Server, streams: StreamServer, provider: str, fault: str) -> None:
    request = begin(server, credential(server, streams.address(fault), provider), temperature=0.5, max_tokens=50)
    result = server.answer(request)["result"]
    assert not result["isError"], result
    completion = result["structuredContent"]
    assert text_of(completion) == TEXT == forwarded(server)
    assert completion["object"] == "chat.completion"
    assert completion["choices"][0]["finish_reason"] == "stop"
    assert completion["usage"] == {"prompt_tokens": USAGE[0], "completion_tokens": USAGE[1], "total_tokens": sum(USAGE)}
    assert 0 <= completion["first_text_ms"] <= completion["latency_ms"]
    assert completion["attempts"] == (3 if fault == "busy" else 1)
    call = streams.calls_of(fault)[-1]
    assert call["body"]["stream"] is True and call["body"]["temperature"] == 0.5
    assert call["path"] == ("v1/messages" if provider == "anthropic" else "v1/chat/completions")
    assert server.finish() == 0


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
@pytest.mark.parametrize(("fault", "words"), [("cut", "broke"), ("error", "Overloaded")])
def test_a_stream_that_breaks_off_gives_the_text_so_far(
    server: Server, streams: StreamServer, provider: str, fault: str, words: str
) -> None:
    request = begin(server, credential(server, streams.address(fault), provider))
    result = server.answer(request)["result"]
    assert result["isError"] is True
    sentence = result["content"][0]["text"]
    assert words in sentence and "It was cut off after" in sentence, sentence
    so_far = sentence.split("The text so far:\n")[1]
    assert so_far == forwarded(server) != ""
    assert TEXT.startswith(so_far)
    assert len(streams.calls_of(fault)) == 1, "what has begun is not tried again"
    assert server.request("ping")["result"] == {}


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_stream_that_falls_silent_ends_with_the_text_so_far(
    start: Callable[..., Server], streams: StreamServer, provider: str
) -> None:
    server = start("--request-timeout", "1")
    result = server.answer(begin(server, credential(server, streams.address("stall"), provider)))["result"]
    assert result["isError"] is True
    sentence = result["content"][0]["text"]
    assert "sent nothing for 1 seconds" in sentence and "It was cut off after" in sentence, sentence
    assert sentence.split("The text so far:\n")[1] == forwarded(server) != ""
    streams.wait_for_close("stall", 1)
    assert server.finish() == 0


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_cancelling_closes_the_connection_at_once(server: Server, streams: StreamServer, provider: str) -> None:
    request = begin(server, credential(server, streams.address("stall"), provider))
    server.wait(lambda: server.progress("chat"), "the first text")
    server.cancel(request)
    streams.wait_for_close("stall", 1)
    assert server.request("ping")["result"] == {}
    assert TEXT.startswith(forwarded(server))
    assert server.finish() == 0


def test_the_first_text_comes_while_the_rest_is_awaited(server: Server, streams: StreamServer) -> None:
    request = begin(server, credential(server, streams.address("hold")))
    server.wait(lambda: server.progress("chat"), "the first text")
    first = forwarded(server)
    assert TEXT.startswith(first) and first != TEXT
    assert server.request("ping")["result"] == {}, "nothing waits for the stream"
    streams.release()
    assert text_of(server.answer(request)["result"]["structuredContent"]) == TEXT
    assert forwarded(server) == TEXT


def test_input_that_ends_during_a_stream_ends_it(server: Server, streams: StreamServer) -> None:
    begin(server, credential(server, streams.address("hold")))
    server.wait(lambda: server.progress("chat"), "the first text")
    streams.release()
    assert server.finish() == 0
    assert forwarded(server) == TEXT


def test_a_session_outlives_the_server(start: Callable[..., Server], streams: StreamServer) -> None:
    server = start()
    request = begin(server, credential(server, streams.address("ok")), session_id="talk")
    assert server.answer(request)["result"]["structuredContent"]["session_messages"] == 2
    assert server.finish() == 0
    again = start(secrets=(KEY,))
    completion = again.get(
        "chat_completions_create", session_id="talk", messages=[{"role": "user", "content": "And of Spain?"}], stream=True
    )
    assert completion["session_messages"] == 4
    sent = streams.calls_of("ok")[-1]["body"]
    assert [message["role"] for message in sent["messages"]] == ["user", "assistant", "user"]
    assert sent["messages"][1]["content"] == TEXT
    assert sent["model"] == "stub-1"


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_real_model_answers(start, model_address: str, provider: str, streaming: bool, capsys) -> None:
    server = start()
    request = begin(
        server,
        credential(server, model_address, provider),
        content="Name three colours.",
        model=real_model.NAME,
        stream=streaming,
        max_tokens=24,
        temperature=0,
    )
    result = server.answer(request, timeout=120)["result"]
    assert not result["isError"], result
    completion = result["structuredContent"]
    assert text_of(completion).strip()
    assert completion["choices"][0]["finish_reason"] in ("stop", "length")
    assert completion["usage"]["completion_tokens"] > 0 and completion["usage"]["prompt_tokens"] > 0
    assert forwarded(server) == (text_of(completion) if streaming else "")
    with capsys.disabled():
        print(f"\n{provider}, {'streamed' if streaming else 'whole'}: {server.progress('chat')}\n{completion}")
