"""The program started by hand, with a terminal as its standard input."""

import json
import os
import pathlib
import pty
import subprocess

from server import BINARY


def started(home: pathlib.Path, *options: str, typed: bytes = b"") -> str:
    """The program's output on standard error from its start to the end of its input."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [BINARY, "--store", home / "store.json", *options],
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"HOME": str(home)},
    )
    os.close(terminal)
    os.write(controller, typed + b"\x04")
    said = process.communicate(timeout=10)
    os.close(controller)
    assert process.returncode == 0
    answers = [json.loads(line) for line in said[0].splitlines()]
    assert len(answers) == typed.count(b"\n") and all("error" in answer for answer in answers)
    return said[1].decode()


def test_who_starts_it_by_hand_reads_three_lines(home: pathlib.Path) -> None:
    what, add, help = started(home).splitlines()
    assert "MCP server" in what and "prompts" in what and "Ctrl-D" in what
    assert add.endswith(f"claude mcp add completion-kit -- {BINARY.absolute()}")
    assert "--help" in help and "--try" in help


def test_a_line_that_is_no_message_gets_one_hint(home: pathlib.Path) -> None:
    lines = started(home, typed=b"help\nhello?\n").splitlines()
    assert len(lines) == 4 and "--try" in lines[3] and "Ctrl-D" in lines[3]


def test_errors_alone_are_errors_alone(home: pathlib.Path) -> None:
    assert started(home, "--log-level", "error", typed=b"help\n") == ""


def test_a_misspelt_option_gets_a_hint(home: pathlib.Path) -> None:
    for written, meant in [("--stor", "--store"), ("help", "--help"), ("--readonly", "--read-only")]:
        said = subprocess.run([BINARY, written], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert said.returncode == 64 and f"Did you mean {meant}?" in said.stderr
