#!/usr/bin/env python3
"""What a client sees of a store with 100,000 responses: time from start to the first tools/call answer, and memory.

    swift build -c release && python Tests/Benchmarks/large_store.py
"""

import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

BUILD = pathlib.Path(__file__).resolve().parents[2] / ".build" / "release"


def first_answer(store: str, home: str) -> tuple[float, int]:
    """Milliseconds from start to the first answer, and resident bytes after it."""
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "runs_list", "arguments": {}}}
    began = time.perf_counter()
    process = subprocess.Popen(
        [BUILD / "completion-kit", "--store", store],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"HOME": home, "PATH": "/usr/bin"},
    )
    process.stdin.write(json.dumps(call).encode() + b"\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    elapsed = (time.perf_counter() - began) * 1000
    assert not answer["result"].get("isError"), answer
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    resident = int(status.split("VmRSS:")[1].split()[0]) * 1024
    process.stdin.close()
    process.wait()
    return elapsed, resident


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        store = os.path.join(home, "large.json")
        subprocess.run([BUILD / "store-benchmark", "make", store], check=True)
        size = os.path.getsize(store)
        idle = [first_answer(os.path.join(home, "none.json"), home) for _ in range(7)]
        large = [first_answer(store, home) for _ in range(7)]
        milliseconds = statistics.median(elapsed for elapsed, _ in large)
        memory = max(resident for _, resident in large) - statistics.median(resident for _, resident in idle)
        print(f"file: {size / 2**20:.1f} MiB, 100,000 responses")
        print(f"start to first tools/call answer: {milliseconds:.0f} ms (empty store {statistics.median(e for e, _ in idle):.0f} ms; reach 300 ms)")
        print(f"memory above the idle server: {memory / 2**20:.1f} MiB = {memory / size:.2f} times the file (reach 1.5)")


if __name__ == "__main__":
    main()
