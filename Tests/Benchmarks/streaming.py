"""How fast streamed text is forwarded, and what a long stream costs in memory, beside a plain Python reader.

    python streaming.py [--binary PATH] [--rounds 200] [--megabytes 50] [--rate 1]

A stub on 127.0.0.1 streams Chat Completions and stamps when it wrote the first text. The server's progress message with that
text is stamped as its line is read from the pipe, so the time includes both pipes and the reader. The plain reader is httpx. The long stream comes at `--rate` megabytes a second (0: as fast
as it is read); 1 is about 5,000 tokens a second.
"""

import argparse
import json
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
EVENT = (
    'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"stub-1","choices":[{"index":0,'
    '"delta":{"content":"%s"},"finish_reason":null}]}\n\n'
)
END = (
    'data: {"id":"chatcmpl-1","model":"stub-1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],'
    '"usage":{"prompt_tokens":1,"completion_tokens":1}}\n\ndata: [DONE]\n\n'
)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


class Stub:
    """Answers each request with a stream: its head, a pause, the first text, and as many megabytes as the model's name says."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.written: list[float] = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            connection, _ = self.listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection: socket.socket) -> None:
        reader = connection.makefile("rb")
        while line := reader.readline():
            length = 0
            while (line := reader.readline().strip()) != b"":
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            body = json.loads(reader.read(length))
            megabytes = int(body["model"].removeprefix("stub-"))
            connection.sendall(HEAD)
            time.sleep(0.01)
            self.written.append(time.monotonic())
            connection.sendall(self.chunk(EVENT % "first"))
            piece = self.chunk(EVENT % "ab") * 16
            began = time.monotonic()
            for number in range(megabytes * 1_048_576 // len(piece)):
                connection.sendall(piece)
                if self.rate:
                    due = began + number * len(piece) / self.rate / 1_048_576
                    time.sleep(max(0, due - time.monotonic()))
            connection.sendall(self.chunk(END) + b"0\r\n\r\n")

    @staticmethod
    def chunk(text: str) -> bytes:
        data = text.encode()
        return b"%x\r\n%s\r\n" % (len(data), data)


class Kit:
    """The program, spoken to in lines."""

    def __init__(self, binary: pathlib.Path, home: str, address: str) -> None:
        environment = {"HOME": home, "PATH": "/usr/bin:/bin", "COMPLETION_KIT_STORE": f"{home}/store.json"}
        self.process = subprocess.Popen([binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self.last = 0
        self.request("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "b", "version": "1"}})
        self.call("provider_credentials_create", provider="openai", api_key="sk-local", api_endpoint=address)

    def request(self, method: str, params: dict) -> tuple[dict, float | None, int]:
        """The answer, when its first progress message came, and how many came."""
        self.last += 1
        line = json.dumps({"jsonrpc": "2.0", "id": self.last, "method": method, "params": params})
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        first, count = None, 0
        for line in self.process.stdout:
            now = time.monotonic()
            message = json.loads(line)
            if "id" in message:
                return message["result"], first, count
            first, count = first or now, count + 1
        raise RuntimeError("the server ended")

    def call(self, tool: str, **arguments) -> tuple[dict, float | None, int]:
        result, first, count = self.request(
            "tools/call", {"name": tool, "arguments": arguments, "_meta": {"progressToken": self.last}}
        )
        assert not result["isError"], result
        return result["structuredContent"], first, count

    def stream(self, megabytes: int) -> tuple[dict, float | None, int]:
        return self.call(
            "chat_completions_create",
            model=f"stub-{megabytes}",
            stream=True,
            provider_credential_id=1,
            messages=[{"role": "user", "content": "go"}],
        )

    def memory(self) -> tuple[float, float]:
        return memory(self.process.pid)


def memory(pid: int | str) -> tuple[float, float]:
    """Resident memory now and at its highest, in MiB."""
    fields = dict(line.split(":", 1) for line in open(f"/proc/{pid}/status"))
    return tuple(int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))


READER = """
import httpx, json, sys, time
address, megabytes, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
body = {"model": f"stub-{megabytes}", "stream": True, "messages": [{"role": "user", "content": "go"}]}
with httpx.Client(timeout=600) as client:
    for _ in range(rounds):
        text, first = [], None
        began = time.monotonic()
        with client.stream("POST", address + "/v1/chat/completions", json=body) as response:
            for line in response.iter_lines():
                if line.startswith("data: ") and line != "data: [DONE]":
                    part = json.loads(line[6:])["choices"][0]["delta"].get("content")
                    if part:
                        first = first or time.monotonic()
                        text.append(part)
        print(json.dumps([first, time.monotonic() - began, len("".join(text))]), flush=True)
fields = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps([int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM")]))
"""


def plain_reader(address: str, megabytes: int, rounds: int) -> tuple[list[list[float]], list[float]]:
    command = [sys.executable, "-c", READER, address, str(megabytes), str(rounds)]
    lines = [json.loads(line) for line in subprocess.run(command, capture_output=True, check=True).stdout.splitlines()]
    return lines[:-1], lines[-1]


def quantiles(milliseconds: list[float]) -> str:
    ordered = sorted(milliseconds)
    return f"median {statistics.median(ordered):.2f} ms, p95 {ordered[int(len(ordered) * 0.95)]:.2f} ms"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build" / "release" / "completion-kit")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--rate", type=float, default=1)
    options = parser.parse_args()
    stub = Stub(options.rate)
    with tempfile.TemporaryDirectory() as home:
        kit = Kit(options.binary, home, stub.address)
        for _ in range(10):
            kit.stream(0)
        stub.written.clear()
        firsts = [kit.stream(0)[1] for _ in range(options.rounds)]
        delays = [(first - written) * 1000 for first, written in zip(firsts, stub.written)]
        print(f"completion-kit, first text forwarded after it was written: {quantiles(delays)} ({len(delays)} streams)")
        stub.written.clear()
        rounds, _ = plain_reader(stub.address, 0, options.rounds)
        delays = [(first - written) * 1000 for (first, _, _), written in zip(rounds, stub.written)]
        print(f"httpx, first text read after it was written: {quantiles(delays)} ({len(delays)} streams)")

        print(f"completion-kit before the long stream: {kit.memory()[0]:.1f} MiB resident")
        for megabytes in (options.megabytes // 10, options.megabytes):
            began = time.monotonic()
            answer, _, count = kit.stream(megabytes)
            seconds = time.monotonic() - began
            now, highest = kit.memory()
            print(
                f"completion-kit, {megabytes} MB of events: {seconds:.2f} s, {megabytes / seconds:.0f} MB/s, {count} progress messages,"
                f" {now:.1f} MiB resident after, {highest:.1f} MiB at its highest"
            )
        kit.process.stdin.close()
        kit.process.wait(30)
        for megabytes in (options.megabytes // 10, options.megabytes):
            [[_, seconds, length]], (_, highest) = plain_reader(stub.address, megabytes, 1)
            print(
                f"httpx, {megabytes} MB of events: {seconds:.2f} s, {megabytes / seconds:.0f} MB/s, {length} characters of text,"
                f" {highest:.1f} MiB at its highest"
            )


if __name__ == "__main__":
    main()
