"""The published program where nothing is installed but the C library and libcurl."""

import json
import os
import pathlib
import subprocess
from http.server import BaseHTTPRequestHandler

import pytest
from empty_root import EmptyRoot, libraries, library
from local_server import LocalServer, send_completion
from server import BINARY

INITIALIZE = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "empty root", "version": "1"}}
CURLS = ["libcurl.so.4", "libcurl-gnutls.so.4"]


def is_static() -> bool:
    return not any("libswift" in name for name in libraries(BINARY)) if os.path.exists("/sbin/ldconfig") else False


pytestmark = pytest.mark.skipif(
    os.name != "posix" or not hasattr(os, "geteuid") or os.geteuid() != 0 or not is_static(),
    reason="needs root for chroot, and a binary that .ci/release made")


class Model(BaseHTTPRequestHandler):
    """A model that always answers Paris."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        send_completion(self, "Paris", "local-model")

    def log_message(self, *arguments) -> None:
        pass


def call(name: str, /, **arguments) -> tuple[str, dict]:
    return "tools/call", {"name": name, "arguments": arguments}


def program(root: EmptyRoot, *requests: tuple[str, dict]) -> subprocess.CompletedProcess:
    messages = [("initialize", INITIALIZE), *requests]
    lines = [json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) for number, (method, params) in enumerate(messages)]
    return subprocess.run(
        root.command("--in-order"), input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=60,
        env={"HOME": "/root", "PATH": "/"})


def answers(root: EmptyRoot, *requests: tuple[str, dict]) -> list[dict]:
    """Results of requests, one after another, to a program in the root."""
    with root.running() as can_run:
        if not can_run:
            pytest.skip("/proc cannot be mounted here")
        result = program(root, *requests)
    assert result.returncode == 0, result.stderr
    found = [json.loads(line) for line in result.stdout.splitlines()]
    return [answer["result"] for answer in found if "id" in answer]


def run_of(model: str, **credential) -> list[tuple[str, dict]]:
    """The requests of a run of two rows on a model."""
    return [
        call("prompts_create", name="capital", template="The capital of {{ country }} is", llm_model=model),
        call("datasets_create", name="capitals", csv_data="country,expected_output\nFrance,Paris\nPeru,Lima\n"),
        call("runs_create", prompt_id=1, dataset_id=1, scoring="Contains", **credential),
        call("runs_generate", id=1),
        call("responses_list", run_id=1),
    ]


@pytest.mark.parametrize("curl", CURLS)
def test_it_answers_runs_echo_and_calls_a_server(tmp_path: pathlib.Path, curl: str) -> None:
    if library(curl) is None:
        pytest.skip(f"{curl} is not installed here")
    root = EmptyRoot(tmp_path, BINARY, curl)
    print(f"needs {root.needed}; {curl} needs {len(root.added_by_curl)} more: {root.added_by_curl}")
    model = LocalServer(Model)
    model.start()
    try:
        found = answers(
            root, ("tools/list", {}),
            call("provider_credentials_create", name="local", provider="openai", api_endpoint=model.address("v1"), api_key="k-0123456789"),
            *run_of("local/some-model"))
    finally:
        model.stop()
    assert len(found[1]["tools"]) > 50
    run = found[-2]["structuredContent"]
    assert run["status"] == "completed", run
    responses = found[-1]["structuredContent"]["responses"]
    assert [response["response_text"] for response in responses] == ["Paris", "Paris"]


def test_without_libcurl_all_but_calls_works_and_the_error_says_what_to_install(tmp_path: pathlib.Path) -> None:
    root = EmptyRoot(tmp_path, BINARY, None)
    assert not [name for name in root.needed if "swift" in name or "curl" in name]
    found = answers(root, *run_of("echo"))
    assert found[-2]["structuredContent"]["status"] == "completed"
    found = answers(
        root, call("provider_credentials_create", name="local", provider="openai", api_endpoint="http://127.0.0.1:9/v1", api_key="k-0123456789"),
        call("chat_completions_create", model="local/some-model", messages=[{"role": "user", "content": "x"}]))
    assert found[-1]["isError"]
    text = found[-1]["content"][0]["text"]
    assert "libcurl is not installed" in text and "libcurl4" in text


def test_without_proc_it_refuses_to_start_and_says_why(tmp_path: pathlib.Path) -> None:
    result = program(EmptyRoot(tmp_path, BINARY, None))
    assert result.returncode == 71 and result.stdout == ""
    assert "/proc" in result.stderr
