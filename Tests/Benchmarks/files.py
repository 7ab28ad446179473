#!/usr/bin/env python3
"""Time and memory of a dataset that is made from a file, and the bytes that a tag on it writes.

    swift build -c release && python Tests/Benchmarks/files.py

The memory is that of the whole program at its highest above the idle one, as a multiple of the file. Reading the file by
Python's own parser stands beside it.
"""

import csv
import json
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))

from server import Server  # noqa: E402

WORDS = "the quick brown fox jumps over a lazy dog and asks for 2.50 dollars, please".split()


def lines(path: pathlib.Path, rows: int) -> None:
    with path.open("w") as file:
        for row in range(rows):
            text = " ".join(WORDS[(row + n) % len(WORDS)] for n in range(18))
            file.write(json.dumps({"input": text, "expected_output": f"answer {row}", "price": 2.5, "row": row}) + "\n")


def table(path: pathlib.Path, size: int) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["input", "expected_output", "note"])
        row = 0
        while file.tell() < size:
            for _ in range(1000):
                text = " ".join(WORDS[(row + n) % len(WORDS)] for n in range(60))
                writer.writerow([text, f"answer {row}", 'a "quoted" note\nof two lines'])
                row += 1


def memory(server: Server, name: str) -> int:
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split(f"{name}:")[1].split()[0]) * 1024


def python_reads(path: pathlib.Path) -> float:
    began = time.perf_counter()
    with path.open(newline="") as file:
        count = sum(1 for _ in csv.reader(file)) if path.suffix == ".csv" else sum(1 for line in file if json.loads(line))
    assert count
    return time.perf_counter() - began


def measure(name: str, make) -> None:
    home = pathlib.Path(tempfile.mkdtemp())
    path = home / name
    make(path)
    time.sleep(0.5)
    store = home / "store.json"
    server = Server(home, store, "--files", str(home))
    server.get("datasets_list")
    idle = memory(server, "VmRSS")
    began = time.perf_counter()
    made = server.get("datasets_create", name="d", path=name)
    seconds = time.perf_counter() - began
    size = path.stat().st_size
    peak = memory(server, "VmHWM") - idle
    before = store.stat().st_size
    server.get("datasets_update", id=made["id"], tag_names=["large"])
    print(
        f"| {name} | {size / 2**20:.1f} MiB, {made['row_count']:,} rows | {seconds:.2f} s | {python_reads(path):.2f} s "
        f"| {peak / size:.2f} | {store.stat().st_size - before} of {before:,} bytes |",
        flush=True,
    )
    server.stop()


def main() -> None:
    print("| file | size | time | Python's parser alone | memory / file | a tag writes |\n|---|---|---|---|---|---|")
    measure("rows.jsonl", lambda path: lines(path, 100_000))
    measure("table.csv", lambda path: table(path, 198 * 2**20))


if __name__ == "__main__":
    main()
