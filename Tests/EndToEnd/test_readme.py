"""What the README and the guide show is what the program does: the first command, the picture, and the conversation."""

import json
import os
import pathlib
import re
import subprocess
from collections.abc import Iterator

import picture
from server import BINARY, ROOT, Server, environment

README = (ROOT / "README.md").read_text()
GUIDE = (ROOT / ".github" / "GUIDE.md").read_text()


def test_the_first_command_prints_what_the_readme_shows(home: pathlib.Path) -> None:
    arguments = re.search(r"\$ swift run completion-kit (.+)\n", README)[1].split()
    assert arguments == ["--try"]
    shown = README.partition("$ swift run")[2].partition("```text\n")[2].partition("```\n")[0]
    for _ in range(2):
        # Without a home folder or a network there is nothing that it could read or ask.
        run = subprocess.run(
            [BINARY, *arguments], stdin=subprocess.DEVNULL, capture_output=True, env={"HOME": str(home)}, cwd="/", timeout=60
        )
        assert run.returncode == 0 and run.stderr == b""
        assert run.stdout.decode() == shown
    assert list(home.iterdir()) == []


def test_the_picture_shows_what_the_first_command_prints() -> None:
    assert picture.PATH.read_text() == picture.drawn(picture.first_evaluation())


def conversation() -> Iterator[tuple[str, dict, dict]]:
    """The calls of the README's conversation with what they give."""
    section = README.partition("\n## A first conversation\n")[2].partition("\n## ")[0]
    calls = re.findall(r"^CALL  (\w+) (\{.*\})\nGIVES (\{.*\})$", section, re.M)
    assert len(calls) == section.count("CALL  ") >= 10
    for tool, arguments, given in calls:
        yield tool, json.loads(arguments), json.loads(given)


def is_part(shown: object, whole: object) -> bool:
    """Whether everything shown is in the whole; objects and lists may have more at their ends."""
    if isinstance(shown, dict) and isinstance(whole, dict):
        return all(key in whole and is_part(value, whole[key]) for key, value in shown.items())
    if isinstance(shown, list) and isinstance(whole, list):
        return len(shown) == len(whole) and all(map(is_part, shown, whole))
    return shown == whole


def test_the_conversation_goes_as_the_readme_shows(server: Server) -> None:
    for tool, arguments, given in conversation():
        result = server.get(tool, **arguments)
        assert given and is_part(given, result), (tool, given, result)


def test_the_gate_passes_the_better_version_and_no_other(home: pathlib.Path) -> None:
    section = README.partition("\n## Scripts and CI\n")[2].partition("\n## ")[0]
    command = section.partition("```sh\n")[2].partition("```\n")[0]
    (home / "bin").mkdir()
    (home / "bin" / "completion-kit").symlink_to(BINARY)
    path = f"{home / 'bin'}:{os.environ['PATH']}"
    codes = []
    for run_ids in ["[1,2]", "[2,1]"]:
        changed = command.replace('"run_ids":[1,2]', f'"run_ids":{run_ids}')
        run = subprocess.run(
            ["sh", "-c", changed], stdin=subprocess.DEVNULL, capture_output=True, cwd=ROOT, timeout=60,
            env={"HOME": str(home), "PATH": path, "TMPDIR": str(home)},
        )
        answers = [json.loads(line) for line in run.stdout.splitlines()]
        assert len(answers) == 8 and not any(answer["result"].get("isError") for answer in answers), run
        codes.append((run.returncode, answers[-1]["result"]["structuredContent"]["gate"]["passed"]))
    assert codes == [(0, True), (1, False)]


def first_run(home: pathlib.Path) -> subprocess.CompletedProcess:
    with open(ROOT / "Tests" / "EndToEnd" / "first_run.jsonl", "rb") as lines:
        return subprocess.run(
            [BINARY], stdin=lines, capture_output=True, env=environment(home, home / "store.json"), cwd="/", timeout=60
        )


def test_the_report_begins_and_the_prompt_ends_as_the_guide_shows(home: pathlib.Path, start) -> None:
    run = first_run(home)
    assert run.returncode == 0 and run.stderr == b""
    server: Server = start(store=home / "store.json")
    report = server.request("resources/read", {"uri": "completion-kit://runs/1/report.md"})["result"]["contents"][0]
    rest = GUIDE.partition("````markdown\n")[2]
    assert report["text"].startswith(rest.partition("````\n")[0])
    prompt = server.request("prompts/get", {"name": "improve_prompt", "arguments": {"run": "baseline"}})["result"]
    task = "Your task:\n" + GUIDE.partition("```text\nYour task:\n")[2].partition("```\n")[0].rstrip("\n")
    assert len(task) > 500 and prompt["messages"][0]["content"]["text"].endswith(task)
