#!/usr/bin/env python3
"""What a client waits for when it starts the program, and what an idle copy costs it.

    python Tests/Benchmarks/startup.py dynamic=.build/release/completion-kit static=.build/published/*/completion-kit --bare

Each argument is a program with a name for its row. `--bare` adds two Swift programs that link the same libraries, dynamically and
statically, and answer the first line they read. The programs take turns, because the machine's speed drifts; each figure is the
median of its rounds. The first answer is that of `initialize`. Memory is measured after `tools/list`: resident is everything, private
is what another copy needs again.
"""

import argparse
import json
import os
import pathlib
import select
import statistics
import subprocess
import tempfile
import time

BARE = """
import Dispatch
import FoundationEssentials
import Glibc
import Synchronization

@main enum Main {
  static let count = Mutex(0)
  static func main() async {
    _ = DispatchQueue(label: "bare")
    while let line = readLine() {
      let number = count.withLock { $0 += 1; return $0 }
      print("{\\"jsonrpc\\":\\"2.0\\",\\"id\\":\\(number),\\"result\\":{\\"now\\":\\"\\(Date().timeIntervalSince1970)\\",\\"bytes\\":\\(line.utf8.count)}}")
      fflush(nil)
    }
  }
}
"""

INITIALIZE = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "startup", "version": "1"}}
MESSAGES = [
    {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": INITIALIZE},
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
    {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
]


def line(message: dict) -> bytes:
    return json.dumps(message).encode() + b"\n"


def memory(process: int) -> dict[str, float]:
    """Megabytes (MiB) of a process: resident, shared with others as a part, and its own."""
    rows = pathlib.Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    figures = {name: int(rest.split()[0]) / 1024 for name, rest in (row.split(":") for row in rows)}
    return {"resident": figures["Rss"], "private": figures["Private_Clean"] + figures["Private_Dirty"]}


def start(program: str, home: str) -> dict[str, float]:
    """One start: milliseconds to the first answer and to that of tools/list, and memory when idle."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, close_fds=False, env={"HOME": home, "PATH": "/usr/bin"})
    os.write(process.stdin.fileno(), line(MESSAGES[0]))
    # One read is enough: the whole line is written at once.
    first = os.read(process.stdout.fileno(), 1 << 20)
    answered = time.perf_counter()
    assert first.endswith(b"\n") and b'"result"' in first, first
    os.write(process.stdin.fileno(), line(MESSAGES[1]) + line(MESSAGES[2]))
    received = b""
    while not received.endswith(b"\n"):
        received += os.read(process.stdout.fileno(), 1 << 20)
    listed = time.perf_counter()
    select.select([process.stdout], [], [], 0.1)
    figures = {"first": (answered - began) * 1000, "list": (listed - began) * 1000, **memory(process.pid)}
    process.stdin.close()
    process.stdout.close()
    process.wait(5)
    return figures


def bare(folder: pathlib.Path) -> dict[str, str]:
    """Builds the programs that do nothing but answer."""
    (folder / "Bare.swift").write_text(BARE)
    programs = {}
    for name, flags in [("bare, dynamic", []), ("bare, static", ["-static-stdlib", "-Xlinker", "-s", "-Xlinker", "--gc-sections"])]:
        programs[name] = str(folder / name.replace(", ", "-"))
        command = ["swiftc", "-O", "-parse-as-library", *flags, "-o", programs[name], "Bare.swift"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return programs


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("programs", nargs="+", help="NAME=PATH")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--bare", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        programs = {name: os.path.abspath(path) for name, path in (one.split("=", 1) for one in options.programs)}
        if options.bare:
            programs |= bare(pathlib.Path(home))
        sizes = {name: os.path.getsize(path) / 1e6 for name, path in programs.items()}
        rounds: dict[str, list[dict[str, float]]] = {name: [] for name in programs}
        for number in range(options.rounds + 1):
            for name, program in programs.items():
                figures = start(program, home)
                # The first start reads the file from the disk.
                if number > 0:
                    rounds[name].append(figures)
    columns = ["first", "list", "resident", "private"]
    print("| program | size, MB | first answer, ms | fastest | tools/list, ms | resident, MiB | private, MiB |")
    print("|---|---|---|---|---|---|---|")
    for name, found in rounds.items():
        first, listed, resident, private = (statistics.median(one[column] for one in found) for column in columns)
        fastest = min(one["first"] for one in found)
        print(f"| {name} | {sizes[name]:.1f} | {first:.2f} | {fastest:.2f} | {listed:.2f} | {resident:.1f} | {private:.1f} |")


if __name__ == "__main__":
    main()
