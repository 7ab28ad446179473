"""Misbehaviour of servers below HTTP: the process continues in little memory, and the error names the remedy."""

import gzip
import itertools
import json
import pathlib
import sys
from collections.abc import Callable, Iterable

import pytest
from raw_server import certificate, raw
from server import Server

ANSWER = json.dumps(
    {
        "id": "c", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Paris"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
).encode()
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(ANSWER), ANSWER)
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nTransfer-Encoding: chunked\r\n\r\n"
PEAK = 80_000_000


def ask(server: Server, address: str, stream: bool = False, **credential: str) -> tuple[str, bool]:
    """The text of a chat's answer, and whether it is an error."""
    credential = server.get(
        "provider_credentials_create", provider="openai", api_key="k-0123456789", api_endpoint=address, **credential
    )
    result = server.call(
        "chat_completions_create", model="m", messages=[{"role": "user", "content": "hi"}], stream=stream,
        provider_credential_id=credential["id"], timeout=90,
    )
    return result["content"][0]["text"], bool(result.get("isError"))


def peak(server: Server) -> int:
    """The peak memory of the process in bytes; 0 if the system does not report it."""
    if not sys.platform.startswith("linux"):
        return 0
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def endless(head: bytes, piece: bytes) -> Callable[[], Iterable[bytes]]:
    """A gigabyte of the same piece."""
    return lambda: itertools.chain([head], itertools.repeat(piece, 1_000_000_000 // len(piece)))


def bomb() -> Iterable[bytes]:
    """A gigabyte of blanks in a megabyte of gzip."""
    body = gzip.compress(b" " * 1_000_000_000, 1)
    return [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body), body]


EVENT = b'data: {"choices":[{"index":0,"delta":{"content":"' + b"word " * 2_000 + b'"}}]}\n\n'
SILENT = b": a sign of life\n\n" * 1_000

FLOODS = {
    "a whole answer": (endless(CHUNKED % b"application/json", chunk(b" " * 65_536)), "larger than"),
    "an announced answer": (
        endless(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n", b" " * 65_536), "larger than",
    ),
    "events with text": (endless(CHUNKED % b"text/event-stream", chunk(EVENT)), "larger than"),
    "events without text": (endless(CHUNKED % b"text/event-stream", chunk(SILENT)), "larger than"),
    "one event": (endless(CHUNKED % b"text/event-stream", chunk(b"data: " + b"x" * 65_536)), "larger than"),
    "gzip": (bomb, "larger than"),
    "header fields": (endless(b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"x" * 1_000 + b"\r\n"), "header fields"),
    "one header field": (endless(b"HTTP/1.1 200 OK\r\nX-A: ", b"x" * 65_536), "header fields"),
    "informational answers": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), "header fields"),
}


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_flood_is_refused_once_and_in_little_memory(server: Server, flood: str, stream: bool) -> None:
    pieces, words = FLOODS[flood]
    with raw(pieces) as provider:
        text, is_error = ask(server, f"http://127.0.0.1:{provider.port}", stream)
        assert is_error and words in text, text
        assert len(provider.requests) == 1, "it was asked again"
    assert peak(server) < PEAK
    assert server.get("tags_list")["total"] == 0


def test_sixteen_floods_at_once_are_refused(server: Server) -> None:
    pieces, _ = FLOODS["header fields"]
    with raw(pieces) as provider:
        credential = server.get(
            "provider_credentials_create", provider="openai", api_key="k-0123456789",
            api_endpoint=f"http://127.0.0.1:{provider.port}",
        )
        prompt = server.get("prompts_create", name="p", template="{{ q }}", llm_model="m")
        dataset = server.get("datasets_create", name="d", csv_data="q\n" + "".join(f"q{n}\n" for n in range(16)))
        run = server.get(
            "runs_create", prompt_id=prompt["id"], dataset_id=dataset["id"], concurrency=16,
            provider_credential_id=credential["id"],
        )
        server.call("runs_generate", id=run["id"], wait_seconds=50, timeout=90)
        assert server.get("runs_get", id=run["id"])["status"] == "failed"
        assert len(provider.requests) <= 16
    assert peak(server) < PEAK


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("declared", [b"", b"Trailer: X-T\r\n"], ids=["undeclared", "declared"])
def test_a_trailer_does_no_harm(server: Server, declared: bytes, stream: bool) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + declared + b"Transfer-Encoding: chunked\r\n\r\n"
    with raw(lambda: [head, chunk(ANSWER), b"0\r\nX-T: 1\r\n\r\n"]) as provider:
        text, is_error = ask(server, f"http://127.0.0.1:{provider.port}", stream)
    assert not is_error and "Paris" in text, text


@pytest.mark.parametrize(
    "kind, words",
    [
        ("expired", ["expired"]),
        ("self-signed", ["self-signed", "ca_file", "SSL_CERT_FILE"]),
        ("wrong host", ["another host name"]),
        ("good", ["authority", "ca_file", "SSL_CERT_FILE"]),
    ],
)
def test_a_certificate_that_is_not_trusted_is_told_and_not_tried_again(
    start: Callable[..., Server], home: pathlib.Path, kind: str, words: list[str]
) -> None:
    context, authority = certificate(home, kind)
    trusted = {"SSL_CERT_FILE": str(authority)} if kind in ("expired", "wrong host") else {}
    server = start(variables=trusted)
    with raw(lambda: [OK], context) as provider:
        text, is_error = ask(server, f"https://localhost:{provider.port}")
        assert provider.requests == []
    assert is_error and [word for word in words if word not in text] == [], text


def test_a_stream_whose_tls_is_cut_off_keeps_its_text_and_is_not_whole(
    start: Callable[..., Server], home: pathlib.Path
) -> None:
    context, authority = certificate(home, "good")
    server = start(variables={"SSL_CERT_FILE": str(authority)})
    event = b'data: {"choices":[{"index":0,"delta":{"content":"Paris"}}]}\n\n'
    with raw(lambda: [CHUNKED % b"text/event-stream", chunk(event)], context) as provider:
        text, is_error = ask(server, f"https://localhost:{provider.port}", stream=True)
        assert len(provider.requests) == 1, "it was asked again after its text had been shown"
    assert is_error and "broke" in text and "Paris" in text, text


def test_a_private_authority_can_be_trusted(start: Callable[..., Server], home: pathlib.Path) -> None:
    context, authority = certificate(home, "good")
    server = start(variables={"SSL_CERT_FILE": str(authority)})
    with raw(lambda: [OK], context) as provider:
        text, is_error = ask(server, f"https://localhost:{provider.port}")
    assert not is_error and "Paris" in text, text


def test_a_credential_trusts_its_own_authority_and_no_other_credential_does(server: Server, home: pathlib.Path) -> None:
    context, authority = certificate(home, "good")
    with raw(lambda: [OK], context) as provider:
        address = f"https://localhost:{provider.port}"
        for stream in (False, True):
            # Kept connections must not carry the trust of one credential over to another.
            text, is_error = ask(server, address, stream, ca_file=str(authority))
            assert not is_error and "Paris" in text, text
            text, is_error = ask(server, address, stream)
            assert is_error and "ca_file" in text, text


def test_a_file_of_authorities_that_is_not_there_is_named(start: Callable[..., Server], home: pathlib.Path) -> None:
    context, _ = certificate(home, "good")
    server = start(variables={"SSL_CERT_FILE": "/nowhere/authority.pem"})
    with raw(lambda: [OK], context) as provider:
        text, is_error = ask(server, f"https://localhost:{provider.port}")
    assert is_error and "/nowhere/authority.pem" in text, text


def test_a_server_that_speaks_no_tls_is_told(server: Server) -> None:
    with raw(lambda: [OK]) as provider:
        text, is_error = ask(server, f"https://localhost:{provider.port}")
    assert is_error and "http://" in text, text


@pytest.mark.parametrize("variable", ["http_proxy", "https_proxy", "all_proxy", "ALL_PROXY", "HTTPS_PROXY"])
@pytest.mark.parametrize("encrypted", [False, True], ids=["http", "https"])
def test_this_machine_is_never_reached_through_a_proxy(
    start: Callable[..., Server], home: pathlib.Path, variable: str, encrypted: bool
) -> None:
    context, authority = certificate(home, "good") if encrypted else (None, "")
    with raw(lambda: [OK], context) as provider, raw(lambda: [OK]) as proxy:
        server = start(variables={variable: f"http://127.0.0.1:{proxy.port}", "SSL_CERT_FILE": str(authority)})
        text, is_error = ask(server, f"{'https' if encrypted else 'http'}://localhost:{provider.port}")
        assert not is_error and proxy.requests == [], text


def test_other_hosts_are_reached_through_the_proxy_which_may_refuse(start: Callable[..., Server]) -> None:
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with raw(lambda: [refusal]) as proxy:
        server = start(variables={"https_proxy": f"http://127.0.0.1:{proxy.port}"})
        text, is_error = ask(server, "https://models.example.com")
        assert is_error and "the proxy answered 407" in text, text
        assert proxy.requests[0].startswith(b"CONNECT models.example.com:443")
        assert not any(b"k-0123456789" in request for request in proxy.requests)


def test_a_host_that_no_proxy_names_is_reached_directly(start: Callable[..., Server]) -> None:
    with raw(lambda: [OK]) as proxy:
        server = start(variables={"https_proxy": f"http://127.0.0.1:{proxy.port}", "NO_PROXY": "example.invalid"})
        text, is_error = ask(server, "https://models.example.invalid")
        assert is_error and "the host name is unknown" in text and proxy.requests == [], text
