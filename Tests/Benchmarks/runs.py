#!/usr/bin/env python3
"""Runs beside their limits and their peers, in one go.

    swift build -c release && python Tests/Benchmarks/runs.py [--quick]

A local nginx answers with canned Chat Completions, at once or after 50 or 200 ms (Debian: nginx-light,
libnginx-mod-http-echo). Every contender sends the same 2,000 rows at 32 in flight and compares the answers with what is
expected: completion-kit, which has every row on the disk when it ends; our transport alone (transport-benchmark), which keeps nothing;
and, where they are installed (PyPI), a loop on aiohttp, one on the openai SDK, inspect-ai 0.3.285 and pydantic-evals. The
first two take turns, because the machine's moods change; the figure is the median of the rounds.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build" / "release"
PEERS = pathlib.Path(__file__).resolve().with_name("peers")
PORT = 8067
CONCURRENCY = 32
ROWS = 2000
ANSWER = (
    '{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"gpt-4o-mini","choices":[{"index":0,'
    '"message":{"role":"assistant","content":"Paris","refusal":null},"logprobs":null,"finish_reason":"stop"}],'
    '"usage":{"prompt_tokens":24,"completion_tokens":1,"total_tokens":25}}'
)
# The same answer in a judge's form; nginx reads two backslashes as one.
JUDGED_ANSWER = ANSWER.replace('"content":"Paris"', '"content":"{\\\\"reasons\\\\":\\\\"Fine.\\\\",\\\\"score\\\\":4}"')
NGINX = """
load_module /usr/lib/nginx/modules/ngx_http_echo_module.so;
worker_processes 1; daemon off; pid nginx.pid; error_log stderr crit;
events {{ worker_connections 2048; }}
http {{
  access_log off; keepalive_requests 1000000000; keepalive_timeout 600s; default_type application/json;
  client_body_buffer_size 64k; client_body_temp_path a; proxy_temp_path b; fastcgi_temp_path c; uwsgi_temp_path d; scgi_temp_path e;
  map $uri $canned {{ default '{answer}'; ~^/judged '{judged}'; }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = /v1/chat/completions {{ return 200 $canned; }}
    location = /ms50/v1/chat/completions {{ echo_read_request_body; echo_sleep 0.05; echo -n $canned; }}
    location = /judged/v1/chat/completions {{ echo_read_request_body; echo_sleep 0.05; echo -n $canned; }}
    location = /ms200/v1/chat/completions {{ echo_read_request_body; echo_sleep 0.2; echo -n $canned; }}
  }}
}}
"""


def question(row: int) -> str:
    return f"Question {row}: what is the capital of France? Answer with one word."


def expected(row: int) -> str:
    """Three of four rows are right, so that a contender which does not look at the answers is found out."""
    return "London" if row % 4 == 0 else "Paris"


class Provider:
    """nginx with canned answers."""

    def __init__(self, folder: pathlib.Path) -> None:
        (folder / "nginx.conf").write_text(NGINX.format(answer=ANSWER, judged=JUDGED_ANSWER, port=PORT))
        self.process = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)])
        time.sleep(0.5)
        assert self.process.poll() is None, "nginx did not start"

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{PORT}{path}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


class Kit:
    """completion-kit with a prompt and a provider."""

    def __init__(self, folder: pathlib.Path, address: str) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=folder))
        self.process = subprocess.Popen(
            [BUILD / "completion-kit", "--store", self.folder / "store.json"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"HOME": str(self.folder), "PATH": "/usr/bin"},
        )
        self.number = 0
        self.call("provider_credentials_create", provider="openai", api_key="x", api_endpoint=address)
        self.call("prompts_create", name="p", template="{{ input }}", llm_model="gpt-4o-mini")

    def call(self, tool: str, **arguments) -> dict:
        return self.result(self.exchange(self.request(tool, **arguments)))

    def request(self, tool: str, **arguments) -> tuple[int, bytes]:
        """The number and the line of a call."""
        self.number += 1
        call = {"name": tool, "arguments": arguments}
        line = {"jsonrpc": "2.0", "id": self.number, "method": "tools/call", "params": call}
        return self.number, json.dumps(line).encode() + b"\n"

    def exchange(self, request: tuple[int, bytes]) -> bytes:
        """Sends a call; returns the line of its answer."""
        number, line = request
        self.process.stdin.write(line)
        self.process.stdin.flush()
        beginning = b'{"jsonrpc":"2.0","id":%d,' % number
        while not (answer := self.process.stdout.readline()).startswith(beginning):
            assert answer, "the server has ended"
        return answer

    def result(self, answer: bytes) -> dict:
        message = json.loads(answer)
        assert not message["result"].get("isError"), message
        return message["result"]["structuredContent"]

    def resident(self) -> int:
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024

    def run(self, rows: int) -> float:
        """Rows a second of one run, from the call to its answer."""
        csv = "input,expected_output\n" + "".join(f"{question(row)},{expected(row)}\n" for row in range(rows))
        dataset = self.call("datasets_create", name="d", csv_data=csv)["id"]
        run = self.call(
            "runs_create", prompt_id=1, dataset_id=dataset, scoring="ExactMatch", concurrency=CONCURRENCY,
            system_prompt="You are concise.", temperature=0, max_tokens=16,
        )["id"]
        began = time.perf_counter()
        done = self.call("runs_generate", id=run, wait_seconds=600)
        elapsed = time.perf_counter() - began
        assert done["status"] == "completed" and done["avg_score"] == 0.75, done
        return rows / elapsed

    def stop(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def bare(address: str, rows: int = ROWS) -> float:
    output = subprocess.run(
        [BUILD / "transport-benchmark", f"{address}/v1/chat/completions", str(rows), str(CONCURRENCY)],
        check=True, capture_output=True, text=True,
    )
    return float(output.stdout)


def kit(folder: pathlib.Path, address: str, rows: int = ROWS) -> float:
    server = Kit(folder, address)
    try:
        return server.run(rows)
    finally:
        server.stop()


def whole_process(folder: pathlib.Path, address: str) -> float:
    """Rows a second of completion-kit from the start of the process to its end, as its peers are measured."""
    began = time.perf_counter()
    server = Kit(folder, address)
    server.run(ROWS)
    server.stop()
    return ROWS / (time.perf_counter() - began)


def peer(name: str, address: str, rows_file: pathlib.Path, folder: pathlib.Path) -> float | None:
    """Rows a second of a peer, the whole process; None where it is not installed."""
    needs = {"aiohttp": "aiohttp", "openai": "openai", "inspect": "inspect_ai", "pydantic": "pydantic_evals"}[name]
    if importlib.util.find_spec(needs) is None:
        return None
    environment = {
        **os.environ, "ROWS": str(rows_file), "OPENAI_API_KEY": "x", "OPENAI_BASE_URL": f"{address}/v1",
        "CONCURRENCY": str(CONCURRENCY), "INSPECT_LOG_DIR": str(folder / "logs"), "NO_COLOR": "1",
    }
    command = [sys.executable, str(PEERS / f"{name}_rows.py")]
    if name == "inspect":
        # It finds tasks below the working folder only.
        shutil.copy(PEERS / "inspect_rows.py", folder)
        command = [
            str(pathlib.Path(sys.executable).with_name("inspect")), "eval", "inspect_rows.py", "--model",
            "openai/gpt-4o-mini", "--max-connections", str(CONCURRENCY), "--display", "none",
        ]
    began = time.perf_counter()
    subprocess.run(command, check=True, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return ROWS / (time.perf_counter() - began)


def line(name: str, figure: str, reach: str = "") -> None:
    print(f"| {name} | {figure} | {reach} |", flush=True)


def immediate(folder: pathlib.Path, provider: Provider, rounds: int) -> float:
    address = provider.address("")
    bare(address), kit(folder, address)
    pairs = [(kit(folder, address), bare(address)) for _ in range(rounds)]
    ours, limit = (statistics.median(column) for column in zip(*pairs))
    share = statistics.median(a / b for a, b in pairs)
    line("2,000 rows, answered at once", f"{ours:.0f}/s = {share:.0%} of the bare transport ({limit:.0f}/s)", "85 %")
    return ours


def delayed(folder: pathlib.Path, provider: Provider, rounds: int) -> None:
    for milliseconds, reach in ((50, 0.95), (200, 0.97)):
        ideal = CONCURRENCY / (milliseconds / 1000)
        address = provider.address(f"/ms{milliseconds}")
        ours = statistics.median(kit(folder, address) for _ in range(rounds))
        limit = bare(address)
        figure = f"{ours:.1f}/s = {ours / ideal:.1%} of {ideal:.0f}/s (the bare transport {limit / ideal:.1%})"
        line(f"the same after {milliseconds} ms", figure, f"{reach:.0%}")


def large(folder: pathlib.Path, provider: Provider) -> None:
    small = statistics.median(kit(folder, provider.address("")) for _ in range(3))
    server = Kit(folder, provider.address(""))
    server.run(ROWS)
    before = server.resident()
    rate = server.run(20_000)
    grown = (server.resident() - before) / 20_000
    server.stop()
    text = len(question(10_000)) + len(expected(1)) + len("Paris")
    line("20,000 rows: time a row", f"{1e6 / rate:.0f} us, {small / rate - 1:+.0%} to 2,000 rows", "within 10 %")
    line("memory a response", f"{grown:.0f} bytes, {grown - text:.0f} beyond its text", "3,072")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="fewer rounds, no peers")
    quick = options.parse_args().quick
    if shutil.which("nginx") is None:
        sys.exit("nginx is missing (Debian: nginx-light, libnginx-mod-http-echo)")
    with tempfile.TemporaryDirectory(prefix="runs-") as name:
        folder = pathlib.Path(name)
        provider = Provider(folder)
        try:
            print(f"load before: {os.getloadavg()[0]:.1f}\n| what | figure | reach |\n|---|---|---|")
            immediate(folder, provider, 3 if quick else 9)
            delayed(folder, provider, 1 if quick else 3)
            large(folder, provider)
            if not quick:
                rows_file = folder / "rows.jsonl"
                rows_file.write_text(
                    "".join(json.dumps({"input": question(row), "target": expected(row)}) + "\n" for row in range(ROWS))
                )
                address = provider.address("")
                ours = statistics.median(whole_process(folder, address) for _ in range(3))
                line("whole process, at once: completion-kit", f"{ours:.0f}/s")
                for each in ("aiohttp", "openai", "pydantic", "inspect"):
                    rate = peer(each, address, rows_file, folder)
                    figure = "not installed" if rate is None else f"{rate:.0f}/s: completion-kit is {ours / rate:.1f} times as fast"
                    line(f"whole process, at once: {each}", figure, "40 times" if each == "inspect" else "")
        finally:
            provider.stop()


if __name__ == "__main__":
    main()
