"""The program started by hand, with a terminal as its standard input."""

import os
import pathlib
import pty
import subprocess

from server import BINARY


def started(home: pathlib.Path, *options: str) -> str:
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
    os.write(controller, b"\x04")
    said = process.communicate(timeout=10)
    os.close(controller)
    assert process.returncode == 0 and said[0] == b""
    return said[1].decode()


def test_who_starts_it_by_hand_is_told_what_it_waits_for(home: pathlib.Path) -> None:
    assert "waiting for an MCP client" in started(home) and "--help" in started(home)


def test_errors_alone_are_errors_alone(home: pathlib.Path) -> None:
    assert started(home, "--log-level", "error") == ""
