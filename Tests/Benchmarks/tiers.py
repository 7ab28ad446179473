#!/usr/bin/env python3
"""What a judged run costs and takes: plain, cached, flex and in batches, against a server of canned answers that counts tokens.

    swift build -c release && python Tests/Benchmarks/tiers.py [ROWS]

Answers take 50 ms, three times as long at flex. A batch ends after two polls, and its answers are judged by calls. A way of running that is added to WAYS is measured like the others.
`plain` is the same run on a server whose cache never keeps anything and charges nothing for that; its prices are those
of the lists, as for all of them.
"""

import pathlib
import sys
import tempfile
import time
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))

from metered_batches import MeteredBatchServer  # noqa: E402
from metered_runs import Outcome, Plan, credential, make, outcome  # noqa: E402
from metered_server import MeteredServer  # noqa: E402
from server import Server  # noqa: E402


@dataclass
class Way:
    """A way of running: the tier that is asked for, and whether the server keeps prompts."""

    name: str
    tier: str | None = None
    caches: bool = True
    batch: bool = False


WAYS = [Way("plain", caches=False), Way("cached"), Way("flex", tier="flex"), Way("batch", batch=True)]
MODELS = ["gpt-5.6-terra", "gpt-5.2", "claude-sonnet-5"]


def measure(model: str, way: Way, rows: int) -> tuple[Outcome, float] | None:
    if way.tier and model.startswith("claude-"):
        return None
    provider = MeteredBatchServer(latency=0.05) if way.batch else MeteredServer(latency=0.05, caches=way.caches)
    home = pathlib.Path(tempfile.mkdtemp())
    server = Server(home, home / "store.json")
    try:
        plan = Plan(model, judge=model, rows=rows, tier=way.tier, batch=way.batch)
        run_id = make(server, plan, credential(server, provider, model))
        began = time.perf_counter()
        return outcome(server, provider, run_id), time.perf_counter() - began
    finally:
        server.stop()
        provider.stop()


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    print(f"{rows} rows, judged by a rubric of 2,000 tokens, 8 calls at once")
    print("| model | way | dollars | time | calls | prompt read from the cache | saved | estimated before |")
    print("|---|---|---|---|---|---|---|---|")
    for model in MODELS:
        for way in WAYS:
            if measured := measure(model, way, rows):
                found, seconds = measured
                books, run = found.books, found.run
                assert abs(run["total_cost"] / books.dollars - 1) < 1e-4, (run["total_cost"], books.dollars)
                low, high = found.estimate["estimated_cost_range"]
                print(
                    f"| {model} | {way.name} | {books.dollars:.4f} | {seconds:.1f} s | {books.calls} "
                    f"| {books.read / books.prompt:.0%} | {run.get('cache_saving', 0):.4f} "
                    f"| {found.estimate['estimated_cost']} ({low} to {high}) |"
                )


if __name__ == "__main__":
    main()
