"""The README's first command prints what the README shows, and prompts and resources say what it shows of them."""

import json
import pathlib
import subprocess

from server import BINARY, ROOT, Server, environment

README = (ROOT / "README.md").read_text()


def first_run(home: pathlib.Path) -> subprocess.CompletedProcess:
    with open(ROOT / "Tests" / "EndToEnd" / "first_run.jsonl", "rb") as lines:
        return subprocess.run(
            [BINARY], stdin=lines, capture_output=True, env=environment(home, home / "store.json"), cwd="/", timeout=60
        )


def test_the_first_run_prints_what_the_readme_shows(home: pathlib.Path) -> None:
    run = first_run(home)
    assert run.returncode == 0 and run.stderr == b""
    shown = [line for line in README.splitlines() if line.startswith('{"jsonrpc"')]
    assert len(shown) == 3
    lines = run.stdout.decode().splitlines()
    assert lines[-3:] == shown
    verdict = json.loads(lines[-1])["result"]["structuredContent"]["statistics"][0]["verdict"]
    assert f"```text\n{verdict}\n```" in README


def test_the_report_begins_and_the_prompt_ends_as_the_readme_shows(home: pathlib.Path, start) -> None:
    first_run(home)
    server: Server = start(store=home / "store.json")
    report = server.request("resources/read", {"uri": "completion-kit://runs/1/report.md"})["result"]["contents"][0]
    rest = README.partition("````markdown\n")[2]
    assert report["text"].startswith(rest.partition("````\n")[0])
    prompt = server.request("prompts/get", {"name": "improve_prompt", "arguments": {"run": "baseline"}})["result"]
    task = "Your task:\n" + README.partition("```text\nYour task:\n")[2].partition("```\n")[0].rstrip("\n")
    assert len(task) > 500 and prompt["messages"][0]["content"]["text"].endswith(task)
