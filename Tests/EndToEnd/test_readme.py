"""The README's first command prints what the README shows."""

import pathlib
import subprocess

from server import BINARY, ROOT, environment


def test_the_first_run_prints_what_the_readme_shows(home: pathlib.Path) -> None:
    with open(ROOT / "Tests" / "EndToEnd" / "first_run.jsonl", "rb") as lines:
        run = subprocess.run(
            [BINARY], stdin=lines, capture_output=True, env=environment(home, home / "store.json"), cwd="/", timeout=60
        )
    assert run.returncode == 0 and run.stderr == b""
    shown = [line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith('{"jsonrpc"')]
    assert len(shown) == 3
    assert run.stdout.decode().splitlines()[-3:] == shown
