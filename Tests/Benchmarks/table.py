#!/usr/bin/env python3
"""One table of everything that is measured, each figure beside its limit or a peer of the same run.

    swift build -c release && python3 Tests/Benchmarks/table.py [--readme] [--quick] [--only start,protocol]

`--readme` writes the table into the README. The parts take turns with what they are compared with, because a machine's
speed drifts. Needs nginx (see runs.py); peers from PyPI are measured where they are installed: mcp, aiohttp, httpx, inspect-ai.
"""

import argparse
import datetime
import importlib.util
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import typing

import large_store
import protocol
import runs
import streaming

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
START, END = "<!-- measurements: python3 Tests/Benchmarks/table.py --readme -->", "<!-- end of measurements -->"


class Row(typing.NamedTuple):
    what: str
    figure: str
    beside: str


def number(value: float) -> str:
    """Three significant digits, with a separator of thousands."""
    if value >= 1000:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.3g}"


def has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


class Bench:
    """What the parts share: a folder, a provider, and how often they repeat."""

    def __init__(self, folder: pathlib.Path, quick: bool) -> None:
        self.folder, self.quick = folder, quick
        self.rounds = 3 if quick else 9

    # MARK: Protocol

    def start(self) -> typing.Iterator[Row]:
        return self.beside_the_sdk([
            ("start to first answer", "ms", protocol.start_to_answer, (), ()),
            ("resident memory when idle", "MiB", protocol.resident_mebibytes, (), ()),
        ])

    def protocol(self) -> typing.Iterator[Row]:
        calls = 4_000 if self.quick else 20_000
        return self.beside_the_sdk([
            ("`ping`", "µs", protocol.round_trip, ("ping", calls), ("ping", 2_000)),
            ("`prompts_get`, one at a time", "calls/s", protocol.one_at_a_time, (calls,), (2_000,)),
            ("`prompts_get`, 64 in flight", "calls/s", protocol.in_flight, (2 * calls,), (2_000,)),
        ])

    def beside_the_sdk(self, parts: list) -> typing.Iterator[Row]:
        for what, unit, measure, own, other in parts:
            ours = statistics.median(measure([protocol.BINARY], str(self.folder), *own) for _ in range(3))
            beside = "the official Python SDK is not installed"
            if has("mcp"):
                theirs = measure([sys.executable, protocol.PEER], str(self.folder), *other)
                beside = f"{number(theirs)} {unit}: a server with one tool on the official Python SDK"
            yield Row(what, f"{number(ours)} {unit}", beside)

    # MARK: Store

    def commits(self) -> typing.Iterator[Row]:
        """Durable changes through a whole call, and the same bytes appended to a file and synced."""
        kit = runs.Kit(self.folder, "http://127.0.0.1:1")
        store, plain = kit.folder / "store.json", kit.folder / "plain"
        count = 100 if self.quick else 250
        pairs = []
        with open(plain, "wb", buffering=0) as file:
            for turn in range(self.rounds + 1):
                size = store.stat().st_size
                # Made and read beforehand and afterwards, so that the client's JSON is not measured.
                requests = [kit.request("tags_create", name=f"tag {turn} {index}") for index in range(count)]
                began = time.perf_counter()
                answers = [kit.exchange(request) for request in requests]
                ours = count / (time.perf_counter() - began)
                for answer in answers:
                    kit.result(answer)
                line = os.urandom(max(store.stat().st_size - size, count) // count)
                began = time.perf_counter()
                for _ in range(count):
                    file.write(line)
                    os.fdatasync(file.fileno())
                pairs.append((ours, count / (time.perf_counter() - began)))
        kit.stop()
        ours, limit = (statistics.median(column) for column in zip(*pairs[1:]))
        share = statistics.median(a / b for a, b in pairs[1:])
        yield Row(
            "durable changes through whole calls, one at a time", f"{number(ours)}/s",
            f"{share:.0%} of appending and syncing the same bytes ({number(limit)}/s)")

    def opening(self) -> typing.Iterator[Row]:
        home = str(self.folder)
        idle = [large_store.first_answer(os.path.join(home, "none.json"), home) for _ in range(5)]
        for count in [100_000] if self.quick else [100_000, 300_000, 1_000_000]:
            store = os.path.join(home, "large.json")
            subprocess.run([large_store.BUILD / "store-benchmark", "make", store, str(count)], check=True)
            size = os.path.getsize(store)
            found = [large_store.first_answer(store, home) for _ in range(5)]
            pathlib.Path(store).unlink()
            milliseconds = statistics.median(elapsed for elapsed, _ in found)
            memory = max(resident for _, resident in found) - statistics.median(resident for _, resident in idle)
            yield Row(
                f"start to first answer with {count:,} responses ({size / 2**20:.0f} MiB)", f"{number(milliseconds)} ms",
                f"memory above an empty store: {number(memory / 2**20)} MiB, {memory / size:.2f} times the file")

    # MARK: Runs

    def rows(self) -> typing.Iterator[Row]:
        address = self.provider.address("")
        curl = runs.BUILD / "curl-loop"
        measures = {"kit": lambda: runs.kit(self.folder, address)}
        if curl.exists():
            measures["curl"] = lambda: self.curl_loop(curl, address)
        figures = take_turns(measures, self.rounds)
        beside = "curl-loop is not built"
        if "curl" in figures:
            beside = f"{number(figures['curl'])}/s: a loop in C on libcurl that keeps nothing"
        yield Row("2,000 rows, 32 in flight, on the disk", f"{number(figures['kit'])}/s", beside)

        questions = self.folder / "rows.jsonl"
        questions.write_text("".join(
            json.dumps({"input": runs.question(row), "target": runs.expected(row)}) + "\n" for row in range(runs.ROWS)))
        measures = {"kit": lambda: runs.whole_process(self.folder, address)}
        peers = {"aiohttp": "a loop on aiohttp that keeps nothing", "inspect": "inspect-ai"}
        for name in ["aiohttp"] if self.quick else peers:
            if runs.peer(name, address, questions, self.folder) is not None:
                measures[name] = lambda name=name: runs.peer(name, address, questions, self.folder)
        figures = take_turns(measures, 3)
        beside = "; ".join(f"{number(figures[name])}/s: {text}" for name, text in peers.items() if name in figures)
        yield Row("the same, whole process", f"{number(figures['kit'])}/s", beside or "no peer is installed")

    def curl_loop(self, program: pathlib.Path, address: str) -> float:
        command = [program, f"{address}/v1/chat/completions", str(runs.ROWS), str(runs.CONCURRENCY)]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    def judged(self) -> typing.Iterator[Row]:
        """Rows with two judged metrics, against a provider that takes 50 ms for each call."""
        kit = runs.Kit(self.folder, self.provider.address("/ms50"))
        # Its answers are a judge's. The rows' must be others, because a judge that quotes one is not believed.
        kit.call("provider_credentials_create", provider="ollama", api_endpoint=self.provider.address("/judged"))
        count = 96 if self.quick else 480
        metrics = [kit.call("metrics_create", name=name, instruction=f"Is it {name}?")["id"] for name in ("clear", "short")]
        text = "input\n" + "".join(f"{runs.question(row)}\n" for row in range(count))
        dataset = kit.call("datasets_create", name="judged", csv_data=text)["id"]
        run = kit.call(
            "runs_create", prompt_id=1, dataset_id=dataset, metric_ids=metrics, judge_model="ollama/judge",
            concurrency=runs.CONCURRENCY, probe=False)["id"]
        began = time.perf_counter()
        done = kit.call("runs_generate", id=run, wait_seconds=600)
        elapsed = time.perf_counter() - began
        kit.stop()
        assert done["status"] == "completed", done
        assert done["steps"]["judged"] == {"done": 2 * count, "total": 2 * count, "failed": 0}, done
        calls = 3 * count
        ideal = calls * 0.05 / runs.CONCURRENCY
        yield Row(
            f"{count} rows with two judged metrics at 50 ms a call, 32 in flight", f"{number(count / elapsed)}/s",
            f"{ideal / elapsed:.0%} of what the latency allows ({number(count / ideal)}/s)")

    def growth(self) -> typing.Iterator[Row]:
        kit = runs.Kit(self.folder, self.provider.address(""))
        kit.run(runs.ROWS)
        count = 4_000 if self.quick else 20_000
        before = kit.resident(), (kit.folder / "store.json").stat().st_size
        kit.run(count)
        memory = (kit.resident() - before[0]) / count
        stored = ((kit.folder / "store.json").stat().st_size - before[1]) / count
        kit.stop()
        yield Row(f"memory a response, after a run of {count:,} rows", f"{number(memory)} bytes", f"{number(stored)} bytes in the file")

    # MARK: Streaming

    def stream(self) -> typing.Iterator[Row]:
        stub = streaming.Stub(1)
        rounds = 50 if self.quick else 200
        home = self.folder / "streaming"
        home.mkdir()
        kit = streaming.Kit(runs.BUILD / "completion-kit", str(home), stub.address)
        for _ in range(10):
            kit.stream(0)
        stub.written.clear()
        firsts = [kit.stream(0)[1] for _ in range(rounds)]
        ours = statistics.median((first - written) * 1000 for first, written in zip(firsts, stub.written))
        kit.process.stdin.close()
        kit.process.wait(30)
        beside = "httpx is not installed"
        if has("httpx"):
            stub.written.clear()
            found, _ = streaming.plain_reader(stub.address, 0, rounds)
            theirs = statistics.median((first - written) * 1000 for (first, _, _), written in zip(found, stub.written))
            beside = f"{number(theirs)} ms: a plain reader on httpx"
        yield Row("streamed text, from the provider's write to the client's read", f"{number(ours)} ms", beside)


PARTS = ["start", "protocol", "commits", "opening", "rows", "judged", "growth", "stream"]


def take_turns(measures: dict[str, typing.Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of each, measured in turn; the first round warms up."""
    found: dict[str, list[float]] = {name: [] for name in measures}
    for turn in range(rounds + 1):
        for name in list(measures) if turn % 2 == 0 else list(measures)[::-1]:
            value = measures[name]()
            if turn > 0:
                found[name].append(value)
    return {name: statistics.median(values) for name, values in found.items()}


def machine() -> str:
    """The processor, the memory, the system and the day."""
    model = platform.processor() or platform.machine()
    cpu = pathlib.Path("/proc/cpuinfo")
    if cpu.exists():
        names = [line.split(":", 1)[1].strip() for line in cpu.read_text().splitlines() if line.startswith("model name")]
        model = names[0] if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} processors ({model}), {memory:.0f} GiB, {platform.system()} {platform.release().split('-')[0]}, "
        f"{datetime.date.today().isoformat()}"
    )


def write_readme(table: str) -> None:
    text = README.read_text()
    before, _, rest = text.partition(START)
    _, found, after = rest.partition(END)
    if not found:
        sys.exit(f"README.md has no {START}")
    README.write_text(f"{before}{START}\n\n{table}\n{END}{after}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--readme", action="store_true", help="write the table into README.md")
    options.add_argument("--quick", action="store_true", help="fewer rounds, the fast peers, the smallest store")
    options.add_argument("--only", help=f"some of {', '.join(PARTS)}")
    chosen = options.parse_args()
    parts = chosen.only.split(",") if chosen.only else PARTS
    if shutil.which("nginx") is None:
        sys.exit("nginx is missing (Debian: nginx-light, libnginx-mod-http-echo)")
    lines = ["| what | completion-kit | beside |", "|---|---|---|"]
    print(f"load before: {os.getloadavg()[0]:.1f}", *lines, sep="\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="table-") as name:
        bench = Bench(pathlib.Path(name), chosen.quick)
        bench.provider = runs.Provider(bench.folder)
        try:
            for part in parts:
                for row in getattr(bench, part)():
                    lines.append(f"| {row.what} | {row.figure} | {row.beside} |")
                    print(lines[-1], flush=True)
        finally:
            bench.provider.stop()
    table = "\n".join([f"{machine()}:", "", *lines, ""])
    print(f"\n{machine()}")
    if chosen.readme:
        write_readme(table)


if __name__ == "__main__":
    main()
