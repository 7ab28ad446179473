#!/usr/bin/env python3
"""Two builds of the program side by side: whether a change has made it slower.

    git worktree add /tmp/before COMMIT && (cd /tmp/before && swift build -c release) && swift build -c release
    python Tests/Benchmarks/versions.py /tmp/before/.build/release .build/release [--rounds 7]

The arguments are two folders with `completion-kit` and `store-benchmark`. The builds take turns, because the machine's speed
drifts; each figure is the median of its rounds, and the ratio that of the pairs. Needs nginx (see runs.py).
"""

import argparse
import pathlib
import statistics
import tempfile
import time
import typing

import large_store
import runs


def calls(kit: runs.Kit, tool: str, arguments: typing.Callable[[int], dict], count: int) -> float:
    """Calls of a tool a second, one at a time."""
    began = time.perf_counter()
    for _ in range(count):
        kit.call(tool, **arguments(kit.number))
    return count / (time.perf_counter() - began)


def kit(build: pathlib.Path, folder: pathlib.Path) -> runs.Kit:
    runs.BUILD = build
    return runs.Kit(folder, "http://127.0.0.1:1")


def rows(build: pathlib.Path, folder: pathlib.Path, provider: runs.Provider) -> float:
    """Rows of a run a second: 2,000 rows, 32 in flight, answered at once."""
    runs.BUILD = build
    return runs.kit(folder, provider.address(""))


def opening(build: pathlib.Path, store: str, home: str) -> float:
    """Openings a second of a store with 100,000 responses, from the start of the process to its first answer."""
    large_store.BUILD = build
    return 1000 / large_store.first_answer(store, home)[0]


def compare(name: str, builds: list[pathlib.Path], rounds: int, measure) -> None:
    for build in builds:
        measure(build)
    pairs = []
    for number in range(rounds):
        # The order alternates as well.
        order = builds if number % 2 == 0 else builds[::-1]
        figures = {build: measure(build) for build in order}
        pairs.append([figures[build] for build in builds])
    before, after = (statistics.median(column) for column in zip(*pairs))
    ratio = statistics.median(new / old for old, new in pairs)
    print(f"| {name} | {before:,.1f}/s | {after:,.1f}/s | {ratio:.3f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("before", type=pathlib.Path)
    parser.add_argument("after", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    builds = [options.before.resolve(), options.after.resolve()]
    print("| what | before | after | after / before |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        provider = runs.Provider(folder)
        try:
            compare("2,000 rows, 32 in flight", builds, 3 * options.rounds, lambda build: rows(build, folder, provider))
        finally:
            provider.stop()
        for tool, arguments, count in (
            ("prompts_get", lambda _: {"id": 1}, 250),
            # A durable commit each.
            ("tags_create", lambda number: {"name": f"tag {number}"}, 100),
        ):
            kits = {build: kit(build, folder) for build in builds}
            # Short turns of two running servers: the machine's speed changes within seconds.
            compare(
                f"{tool}, one at a time", builds, 20 * options.rounds,
                lambda build: calls(kits[build], tool, arguments, count),
            )
            for server in kits.values():
                server.stop()
        # The older program makes the store, so that both can read it.
        store = str(folder / "large.json")
        large_store.subprocess.run([builds[0] / "store-benchmark", "make", store], check=True)
        compare("openings, 100,000 responses", builds, 3 * options.rounds, lambda build: opening(build, store, name))


if __name__ == "__main__":
    main()
