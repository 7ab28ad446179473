"""Faults of networks, proxies and certificates: they stay with their request and are attributed correctly."""

import contextlib
import gzip
import itertools
import json
import pathlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator

import pytest
from forwarder import forwarding
from raw_server import certificate, raw
from server import Server
from test_transport import ANSWER, CHUNKED, OK, ask, chunk

LONG_REFUSAL = b"HTTP/1.1 407 No\r\nContent-Length: 100000000000\r\n\r\n"


def credential(server: Server, address: str, **fields: str) -> str:
    return server.get(
        "provider_credentials_create", provider="openai", api_key="k-0123456789", api_endpoint=address, **fields
    )["id"]


def question(credential_id: str) -> dict:
    return {
        "name": "chat_completions_create",
        "arguments": {
            "model": "m", "messages": [{"role": "user", "content": "hi"}], "provider_credential_id": credential_id,
        },
    }


def timed(action: Callable[[], object]) -> float:
    start = time.monotonic()
    action()
    return time.monotonic() - start


# MARK: Names


def can_enter_namespaces() -> bool:
    return bool(shutil.which("unshare")) and subprocess.run(["unshare", "-mn", "true"], capture_output=True).returncode == 0


SILENT_RESOLVER = """
import os, pathlib, socket, subprocess, sys, threading
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
configuration = pathlib.Path(sys.argv[1]) / "resolv.conf"
configuration.write_text("nameserver 127.0.0.1\\n")
subprocess.run(["mount", "--bind", configuration, "/etc/resolv.conf"], check=True)
silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
silent.bind(("127.0.0.1", 53))
sys.path.insert(0, os.path.dirname(sys.argv[2]))
import test_transport_faults
getattr(test_transport_faults, sys.argv[3])(pathlib.Path(sys.argv[1]))
"""


def without_names(home: pathlib.Path, check: Callable[[pathlib.Path], None]) -> None:
    """Runs a function of this module where no name lookup is ever answered."""
    if not can_enter_namespaces():
        pytest.skip("needs unshare and its rights")
    command = ["unshare", "-mn", sys.executable, "-B", "-c", SILENT_RESOLVER, str(home), __file__, check.__name__]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr[-2_000:]


@contextlib.contextmanager
def running(home: pathlib.Path, *options: str, **variables: str) -> Iterator[Server]:
    server = Server(home, home / "data" / "store.json", *options, variables=variables)
    try:
        yield server
    finally:
        server.stop()


def slow_names_hold_up_nobody(home: pathlib.Path) -> None:
    with running(home) as server, raw(lambda: [OK]) as provider:
        local = credential(server, f"http://127.0.0.1:{provider.port}")
        addresses = [credential(server, f"https://models-{number}.example.com") for number in range(40)]
        for address in addresses:
            server.begin("tools/call", question(address))
        for _ in range(5):
            assert timed(lambda: server.request("ping")) < 1
            assert timed(lambda: server.get("tags_list")) < 1
            assert timed(lambda: server.request("tools/call", question(local))) < 2


def a_slow_name_ends_at_the_timeout(home: pathlib.Path) -> None:
    with running(home, "--request-timeout", "1") as server:
        start = time.monotonic()
        text, is_error = ask(server, "https://models.example.com")
        # The system gives up after ten seconds, perhaps before the last attempt.
        assert is_error and ("not resolved within 1 second" in text or "name is unknown" in text), text
        assert time.monotonic() - start < 30


def a_cancelled_lookup_of_a_proxy_holds_up_nobody(home: pathlib.Path) -> None:
    with running(home, https_proxy="http://proxy.example.com:3128") as server, raw(lambda: [OK]) as provider:
        local = credential(server, f"http://127.0.0.1:{provider.port}")
        asked = server.begin("tools/call", question(credential(server, "https://8.8.8.8")))
        time.sleep(0.3)
        server.cancel(asked)
        assert timed(lambda: server.request("tools/call", question(local))) < 2


def a_proxy_is_asked_soon_where_names_are_unknown(home: pathlib.Path) -> None:
    stamps: list[float] = []

    def refusal() -> list[bytes]:
        stamps.append(time.monotonic())
        return [b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"]

    with raw(refusal) as proxy, running(home, https_proxy=f"http://127.0.0.1:{proxy.port}") as server:
        address, start = credential(server, "https://models.example.com"), time.monotonic()
        for _ in range(3):
            server.request("tools/call", question(address))
        assert len(stamps) >= 3 and stamps[0] - start < 4 and stamps[2] - stamps[0] < 2, stamps


@pytest.mark.parametrize(
    "check",
    [
        slow_names_hold_up_nobody, a_slow_name_ends_at_the_timeout, a_cancelled_lookup_of_a_proxy_holds_up_nobody,
        a_proxy_is_asked_soon_where_names_are_unknown,
    ],
    ids=lambda check: check.__name__,
)
def test_without_names(home: pathlib.Path, check: Callable[[pathlib.Path], None]) -> None:
    without_names(home, check)


# MARK: Connections


@pytest.mark.skipif(not shutil.which("node"), reason="needs node")
def test_a_retry_leaves_an_http2_connection_that_died_without_a_word(
    start: Callable[..., Server], home: pathlib.Path
) -> None:
    _, authority = certificate(home, "good")
    (home / "answer").write_bytes(ANSWER)
    script = pathlib.Path(__file__).with_name("http2_server.js")
    command = ["node", str(script), str(home / "server.pem"), str(home / "answer")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as node:
        try:
            assert node.stdout
            with forwarding(int(node.stdout.readline())) as forwarder:
                server = start("--request-timeout", "2")
                address = credential(server, f"https://localhost:{forwarder.port}", ca_file=str(authority))
                for _ in range(2):
                    assert not server.request("tools/call", question(address))["result"].get("isError")
                assert forwarder.connections == 1
                forwarder.kill_silently()
                # One after the other, so that there is always one that still waits for the dead connection.
                asked = []
                for _ in range(6):
                    asked.append(server.begin("tools/call", question(address)))
                    time.sleep(0.2)
                for number in asked:
                    result = server.answer(number, timeout=60)["result"]
                    assert not result.get("isError"), result
                    assert json.loads(result["content"][0]["text"])["attempts"] <= 2
        finally:
            node.kill()


def test_tls_that_is_cut_off_in_a_whole_answer_is_no_answer(start: Callable[..., Server], home: pathlib.Path) -> None:
    context, authority = certificate(home, "good")
    server = start(variables={"SSL_CERT_FILE": str(authority)})
    with raw(lambda: [CHUNKED % b"application/json", chunk(ANSWER)], context) as provider:
        text, is_error = ask(server, f"https://localhost:{provider.port}")
    assert is_error and "broke" in text, text


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_head_of_a_byte_a_second_ends_at_the_timeout(start: Callable[..., Server], stream: bool) -> None:
    def pieces() -> Iterable[bytes]:
        for byte in OK:
            yield bytes([byte])
            time.sleep(1)

    server = start("--request-timeout", "2")
    with raw(pieces) as provider:
        began = time.monotonic()
        server.request("tools/call", question(credential(server, f"http://127.0.0.1:{provider.port}")), timeout=90)
        assert time.monotonic() - began < 60


# MARK: Certificates


@pytest.mark.parametrize("by", ["SSL_CERT_FILE", "ca_file"])
def test_a_file_of_authorities_takes_the_place_of_the_systems(home: pathlib.Path, by: str) -> None:
    if not can_enter_namespaces() or not pathlib.Path("/etc/ssl/certs").is_dir():
        pytest.skip("needs unshare and its rights")
    code = f"import sys; sys.path.insert(0, sys.argv[1]); import test_transport_faults as t; t.pinned(sys.argv[2], {by!r})"
    folder = str(pathlib.Path(__file__).parent)
    command = ["unshare", "-m", sys.executable, "-B", "-c", code, folder, str(home)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr[-2_000:]


def pinned(folder: str, by: str) -> None:
    """The system trusts the server's authority, but another one is configured."""
    home = pathlib.Path(folder)
    context, authority = certificate(home, "good")
    other = home / "other.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
         home / "other.key", "-out", other, "-subj", "/CN=Another authority"], check=True, capture_output=True,
    )
    system = home / "system"
    system.mkdir()
    shutil.copy(authority, system / "ca-certificates.crt")
    subprocess.run(["openssl", "rehash", system], check=True)
    subprocess.run(["mount", "--bind", system, "/etc/ssl/certs"], check=True)
    with raw(lambda: [OK], context) as provider:
        address = f"https://localhost:{provider.port}"
        with running(home) as server:
            assert not ask(server, address)[1], "the system trusts it"
        with running(home, **({by: str(other)} if by == "SSL_CERT_FILE" else {})) as server:
            text, is_error = ask(server, address, **({by: str(other)} if by == "ca_file" else {}))
            assert is_error and "authority" in text, text


def test_a_file_of_authorities_is_read_again(server: Server, home: pathlib.Path) -> None:
    context, authority = certificate(home, "good")
    (home / "elsewhere").mkdir()
    _, other = certificate(home / "elsewhere", "good")
    named = home / "named.pem"
    with raw(lambda: [OK], context) as provider:
        shutil.copy(other, named)
        address = credential(server, f"https://localhost:{provider.port}", ca_file=str(named))
        result = server.request("tools/call", question(address))["result"]
        # The same name with another key, as after an authority was made anew.
        assert result.get("isError") and "ca_file" in result["content"][0]["text"], result
        shutil.copy(authority, named)
        assert not server.request("tools/call", question(address))["result"].get("isError")


# MARK: Bodies


@pytest.mark.parametrize("status", [401, 429])
def test_an_errors_status_counts_without_its_body(server: Server, status: int) -> None:
    body = gzip.compress(b"")
    head = b"HTTP/1.1 %d No\r\nContent-Encoding: gzip\r\nRetry-After: 0\r\nContent-Length: %d\r\n\r\n"
    with raw(lambda: [head % (status, len(body)), body]) as provider:
        text, is_error = ask(server, f"http://127.0.0.1:{provider.port}")
    assert is_error and "broke" not in text and ("key" in text if status == 401 else "limit" in text), text


# MARK: Proxies


@pytest.mark.parametrize("status", [b"403 Forbidden", b"502 Bad Gateway"])
def test_a_proxy_that_refuses_with_a_page_is_told(start: Callable[..., Server], status: bytes) -> None:
    page = b"<html>" + b"no " * 1_000
    refusal = b"HTTP/1.1 %b\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%b" % (status, len(page), page)
    with raw(lambda: [refusal]) as proxy:
        server = start(variables={"https_proxy": f"http://127.0.0.1:{proxy.port}"})
        text, is_error = ask(server, "https://8.8.8.8")
    assert is_error and f"the proxy answered {status[:3].decode()}" in text and "html" not in text, text


def test_a_proxys_long_refusal_holds_up_nobody(start: Callable[..., Server]) -> None:
    endless = lambda: itertools.chain([LONG_REFUSAL], itertools.repeat(b"x" * 65_536))  # noqa: E731
    with raw(endless) as proxy, raw(lambda: [OK]) as provider:
        server = start("--request-timeout", "5", variables={"https_proxy": f"http://127.0.0.1:{proxy.port}"})
        local = credential(server, f"http://127.0.0.1:{provider.port}")
        asked = server.begin("tools/call", question(credential(server, "https://8.8.8.8")))
        time.sleep(0.5)
        assert timed(lambda: server.request("tools/call", question(local))) < 2
        result = server.answer(asked)["result"]
        assert result.get("isError") and "the proxy answered 407" in result["content"][0]["text"], result


@pytest.mark.parametrize("cancels", [False, True], ids=["timeout", "cancelled"])
def test_a_proxy_whose_head_never_ends_holds_up_nobody(start: Callable[..., Server], cancels: bool) -> None:
    def endless() -> Iterable[bytes]:
        yield b"HTTP/1.1 100 Continue\r\n\r\n"
        while True:
            yield b"HTTP/1.1 100 Continue\r\n\r\n" * 100

    with raw(endless) as proxy, raw(lambda: [OK]) as provider:
        server = start("--request-timeout", "2", variables={"https_proxy": f"http://127.0.0.1:{proxy.port}"})
        local = credential(server, f"http://127.0.0.1:{provider.port}")
        asked = server.begin("tools/call", question(credential(server, "https://8.8.8.8")))
        time.sleep(0.5)
        if cancels:
            server.cancel(asked)
        assert timed(lambda: server.request("tools/call", question(local))) < 4


@pytest.mark.parametrize(
    "scheme, pieces",
    [("http", []), ("https", [b"HTTP/1.1 400 Bad\r\n\r\n"]), ("http", None)],
    ids=["closed", "no TLS", "refused"],
)
def test_trouble_at_the_proxy_is_told_to_be_the_proxys(
    start: Callable[..., Server], scheme: str, pieces: list[bytes] | None
) -> None:
    with raw(lambda: pieces or []) as proxy:
        port = proxy.port
        if pieces is None:
            proxy.stop()
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
        server = start(variables={"https_proxy": f"{scheme}://user:secret@127.0.0.1:{port}"})
        text, is_error = ask(server, "https://8.8.8.8")
    assert is_error and "the proxy" in text and "https_proxy" in text and "secret" not in text, text
