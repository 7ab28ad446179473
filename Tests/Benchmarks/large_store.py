#!/usr/bin/env python3
"""What a client sees of a large store: time to the first answer, memory, pages, a comparison, and the lock during a fold.

    swift build -c release && python Tests/Benchmarks/large_store.py [--responses 100000 300000 1000000] [--runs 5000]
        [--datasets 1000] [--build .build/release] [--rounds 7]

Each store has runs of 10,000 responses, unless `--runs` says otherwise. It is measured as its writer left it, with a journal,
and again after a fold: a removed key makes the program rewrite the file at once. Milliseconds are medians of the rounds, after
a first one that is left out; those to the first answer are the least of them with `--least`, for a machine that others use too.
"""

import argparse
import fcntl
import json
import os
import pathlib
import statistics
import struct
import subprocess
import tempfile
import threading
import time

BUILD = pathlib.Path(__file__).resolve().parents[2] / ".build" / "release"


class Client:
    """The program on a store, asked one request at a time."""

    def __init__(self, store: str, home: str):
        self.process = subprocess.Popen(
            [BUILD / "completion-kit", "--store", store],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"HOME": home, "PATH": "/usr/bin"},
        )
        self.number = 0

    def request(self, method: str, params: dict) -> dict:
        self.number += 1
        line = {"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}
        self.process.stdin.write(json.dumps(line).encode() + b"\n")
        self.process.stdin.flush()
        while True:
            answer = json.loads(self.process.stdout.readline())
            if answer.get("id") == self.number:
                return answer["result"]

    def initialize(self) -> None:
        client = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "benchmark", "version": "1"}}
        self.request("initialize", client)
        self.process.stdin.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
        self.request("tools/list", {})

    def call(self, tool: str, **arguments) -> dict:
        result = self.request("tools/call", {"name": tool, "arguments": arguments})
        assert not result.get("isError"), result
        return result["structuredContent"]

    def timed(self, tool: str, rounds: int = 5, **arguments) -> float:
        """Milliseconds of a call, the median of some after a first one."""
        self.call(tool, **arguments)
        times = []
        for _ in range(rounds):
            began = time.perf_counter()
            self.call(tool, **arguments)
            times.append((time.perf_counter() - began) * 1000)
        return statistics.median(times)

    def resident(self, field: str = "VmRSS") -> int:
        """Resident bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split(f"{field}:")[1].split()[0]) * 1024

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def first_answer(store: str, home: str) -> tuple[float, int]:
    """Milliseconds from start to the first answer that needs the store, and resident bytes after it."""
    began = time.perf_counter()
    client = Client(store, home)
    client.initialize()
    client.call("runs_list")
    elapsed = (time.perf_counter() - began) * 1000
    resident = client.resident()
    client.close()
    return elapsed, resident


class LockWatch:
    """The longest time for which another process holds the transaction lock of a store, in milliseconds."""

    GET_LOCK = 36  # F_OFD_GETLK

    def __init__(self, store: str):
        self.file = os.open(store + ".lock", os.O_RDWR | os.O_CREAT)
        self.longest = 0.0
        self.is_over = False
        self.thread = threading.Thread(target=self.watch)

    def is_held(self) -> bool:
        lock = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 1, 0)
        return struct.unpack("hhqqi4x", fcntl.fcntl(self.file, self.GET_LOCK, lock))[0] != fcntl.F_UNLCK

    def watch(self) -> None:
        since = None
        while not self.is_over:
            now = time.perf_counter()
            if not self.is_held():
                since = None
            else:
                since = since or now
                self.longest = max(self.longest, (now - since) * 1000)

    def __enter__(self) -> "LockWatch":
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.is_over = True
        self.thread.join()
        os.close(self.file)


def fold(store: str, home: str) -> tuple[float, float]:
    """Milliseconds of a call that makes the program fold, and of the longest time for which it holds the lock."""
    client = Client(store, home)
    client.initialize()
    made = client.call("provider_credentials_create", provider="openai", name="k", api_key="sk-test-0123456789abcdef")
    with LockWatch(store) as watch:
        began = time.perf_counter()
        client.call("provider_credentials_delete", id=made["id"], confirm=True)
        elapsed = (time.perf_counter() - began) * 1000
    client.close()
    return elapsed, watch.longest


def describe(name: str, store: str, home: str, idle: float, options: argparse.Namespace) -> None:
    size = os.path.getsize(store)
    first_answer(store, home)
    answers = [first_answer(store, home) for _ in range(options.rounds)]
    milliseconds = (min if options.least else statistics.median)(elapsed for elapsed, _ in answers)
    memory = max(resident for _, resident in answers) - idle
    client = Client(store, home)
    client.initialize()
    newest = client.call("runs_list", limit=1)["runs"][0]["id"]
    pages = {
        "runs_list": client.timed("runs_list", limit=50),
        "responses_list": client.timed("responses_list", run_id=newest, limit=50),
        "datasets_list": client.timed("datasets_list", limit=50),
    }
    compare = client.timed("runs_compare", run_ids=[newest - 1, newest]) if newest > 1 else float("nan")
    began = time.perf_counter()
    client.call("search", query="no such text in any record", kinds=["responses"])
    search = (time.perf_counter() - began) * 1000
    after = client.resident() - idle
    peak = client.resident("VmHWM") - idle
    client.close()
    worst = max(pages, key=pages.get)
    print(
        f"| {name} | {size / 2**20:.0f} | {milliseconds:.0f} | {memory / 2**20:.0f} = {memory / size:.2f} x | "
        f"{pages[worst]:.1f} ({worst}) | {compare:.0f} | {search:.0f} | {after / 2**20:.0f} | {peak / 2**20:.0f} |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--responses", type=int, nargs="+", default=[100_000])
    parser.add_argument("--runs", type=int)
    parser.add_argument("--datasets", type=int, default=1)
    parser.add_argument("--build", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--least", action="store_true")
    options = parser.parse_args()
    global BUILD
    BUILD = (options.build or BUILD).resolve()
    print(
        "| store | MiB | start to first answer, ms | memory above idle, MiB | slowest list page, ms | compare, ms "
        "| search page, ms | memory after all that, MiB | peak, MiB |\n|---|---|---|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as home:
        none = os.path.join(home, "none.json")
        idle = statistics.median(first_answer(none, home)[1] for _ in range(options.rounds))
        for responses in options.responses:
            runs = options.runs or max(1, responses // 10_000)
            store = os.path.join(home, f"{responses}.json")
            make = [BUILD / "store-benchmark", "make", store, str(responses), str(runs), str(options.datasets)]
            subprocess.run(make, check=True)
            name = f"{responses:,} responses, {runs:,} runs, {options.datasets:,} datasets"
            describe(name, store, home, idle, options)
            elapsed, longest = fold(store, home)
            describe("the same, folded", store, home, idle, options)
            print(f"| fold of {name} | | {elapsed:.0f} ms, lock held {longest:.0f} ms at most | | | | | | |", flush=True)
            os.remove(store)


if __name__ == "__main__":
    main()
