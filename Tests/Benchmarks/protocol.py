#!/usr/bin/env python3
"""What the protocol costs, measured in one run beside a small server on the official Python SDK.

    python Tests/Benchmarks/protocol.py            # needs a release build, and PyPI mcp for the peer

The client is as cheap as it can be made: raw pipes, lines encoded beforehand, answers counted by their line feeds.
"""

import json
import os
import pathlib
import select
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("COMPLETION_KIT_BINARY", str(ROOT / ".build" / "release" / "completion-kit"))
PEER = str(pathlib.Path(__file__).with_name("python_sdk_peer.py"))

STARTS = 20
IN_FLIGHT = 64
ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


def line(id: int, method: str, params: dict | None = None) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": id, "method": method, "params": params or {}}).encode() + b"\n"


INITIALIZE = line(
    0, "initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "benchmark", "version": "1"}}
)
INITIALIZED = b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n'


class Peer:
    """A spawned server and its two pipes."""

    def __init__(self, command: list[str], folder: str) -> None:
        environment = {"HOME": folder, "PATH": "/usr/bin:/bin", "COMPLETION_KIT_STORE": f"{folder}/store.json"}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, cwd="/", bufsize=0
        )
        self.input, self.output = self.process.stdin.fileno(), self.process.stdout.fileno()
        self.buffer = b""

    def ask(self, request: bytes) -> bytes:
        """Writes one line and gives the answer. Notifications are skipped: whoever took one for the answer would be ahead."""
        os.write(self.input, request)
        while b'"method":' in (answer := self.next_line())[:40]:
            pass
        return answer

    def next_line(self) -> bytes:
        while b"\n" not in self.buffer:
            data = os.read(self.output, 1 << 16)
            if not data:
                raise RuntimeError(f"{self.process.args[0]} ended with {self.process.wait()}")
            self.buffer += data
        answer, _, self.buffer = self.buffer.partition(b"\n")
        return answer

    def handshake(self) -> None:
        self.ask(INITIALIZE)
        os.write(self.input, INITIALIZED)

    def close(self) -> None:
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def start_to_answer(command: list[str], folder: str) -> float:
    """Median milliseconds from spawning to the initialize response."""
    times = []
    for _ in range(STARTS):
        began = time.perf_counter()
        peer = Peer(command, folder)
        peer.ask(INITIALIZE)
        times.append((time.perf_counter() - began) * 1000)
        peer.close()
    return statistics.median(times)


def resident_mebibytes(command: list[str], folder: str) -> float:
    """Resident memory after the handshake and tools/list."""
    peer = Peer(command, folder)
    peer.handshake()
    peer.ask(line(1, "tools/list"))
    if sys.platform == "linux":
        status = pathlib.Path(f"/proc/{peer.process.pid}/status").read_text()
        kibibytes = next(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmRSS"))
    else:
        kibibytes = int(subprocess.check_output(["ps", "-o", "rss=", "-p", str(peer.process.pid)]))
    peer.close()
    return kibibytes / 1024


def round_trip(command: list[str], folder: str, method: str, count: int) -> float:
    """Median microseconds from a request to its answer: `ping` after a handshake, else what needs none."""
    peer = Peer(command, folder)
    params = {"_meta": ENVELOPE}
    if method == "ping":
        peer.handshake()
        params = {}
    requests = [line(10 + n, method, params) for n in range(count + 200)]
    times = []
    for request in requests:
        began = time.perf_counter()
        answer = peer.ask(request)
        times.append((time.perf_counter() - began) * 1_000_000)
    assert "result" in json.loads(answer), answer
    peer.close()
    # The first ones warm up.
    return statistics.median(times[200:])


def calls(count: int) -> list[bytes]:
    return [line(10 + n, "tools/call", {"name": "prompts_get", "arguments": {"id": 1}}) for n in range(count)]


def ready_peer(command: list[str], folder: str) -> Peer:
    peer = Peer(command, folder)
    peer.handshake()
    if command[0] == BINARY:
        prompt = {"name": "summarizer", "template": "Summarize: {{text}}", "llm_model": "gpt-4.1"}
        peer.ask(line(1, "tools/call", {"name": "prompts_create", "arguments": prompt}))
    for request in calls(200):
        answer = peer.ask(request)
    result = json.loads(answer)["result"]
    assert not result.get("isError") and "summarizer" in result["content"][0]["text"], result
    return peer


def one_at_a_time(command: list[str], folder: str, count: int) -> float:
    """Calls a second, each sent when the one before is answered."""
    peer = ready_peer(command, folder)
    requests = calls(count)
    began = time.perf_counter()
    for request in requests:
        peer.ask(request)
    seconds = time.perf_counter() - began
    peer.close()
    return count / seconds


def in_flight(command: list[str], folder: str, count: int) -> float:
    """Calls a second with up to 64 unanswered."""
    peer = ready_peer(command, folder)
    requests = calls(count)
    sent = answered = 0
    began = time.perf_counter()
    while answered < count:
        batch = requests[sent : answered + IN_FLIGHT]
        if batch:
            data = b"".join(batch)
            while data:
                data = data[os.write(peer.input, data) :]
            sent += len(batch)
        answered += os.read(peer.output, 1 << 18).count(b"\n")
        while select.select([peer.output], [], [], 0)[0] and answered < count:
            answered += os.read(peer.output, 1 << 18).count(b"\n")
    seconds = time.perf_counter() - began
    peer.close()
    return count / seconds


def main() -> None:
    ours, theirs = [BINARY], [sys.executable, PEER]
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            ("start to initialize response, median ms", start_to_answer, (), (), 20, "at most"),
            ("resident when idle, MiB", resident_mebibytes, (), (), 30, "at most"),
            ("ping, median us", round_trip, ("ping", 20_000), ("ping", 3_000), 200, "at most"),
            ("server/discover, median us", round_trip, ("server/discover", 20_000), ("server/discover", 3_000), 200, "at most"),
            ("prompts_get one at a time, calls/s", one_at_a_time, (20_000,), (3_000,), 5_000, "at least"),
            (f"prompts_get {IN_FLIGHT} in flight, calls/s", in_flight, (60_000,), (3_000,), 20_000, "at least"),
        ]
        print(f"{'':42} {'completion-kit':>15} {'Python SDK':>12}   reach")
        for name, measure, own_arguments, peer_arguments, reach, direction in rows:
            own = measure(ours, folder, *own_arguments)
            other = measure(theirs, folder, *peer_arguments)
            met = own <= reach if direction == "at most" else own >= reach
            print(f"{name:42} {own:15,.1f} {other:12,.1f}   {direction} {reach:,} {'' if met else 'MISSED'}", flush=True)


if __name__ == "__main__":
    main()
