"""What a client leaves in options and the environment when it does not fill in a variable."""

import json
import pathlib
import subprocess

import pytest
from server import BINARY, environment

REQUEST = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {
        "name": "prompts_create",
        "arguments": {"name": "p", "template": "a\u2028b\u2029c", "llm_model": "echo"},
    },
}


def run(home: pathlib.Path, *options: str, **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(BINARY), *options],
        input=json.dumps(REQUEST).encode() + b"\n",
        capture_output=True,
        env=environment(home, home / "store.json") | variables,
        cwd=home,
        timeout=20,
    )


@pytest.mark.parametrize("path", ["${HOME}/store.json", "$HOME/store.json", "/tmp/${user_config.store}", "${X}", "a/$b/c"])
@pytest.mark.parametrize("by", ["argument", "environment"])
def test_a_store_with_a_variable_left_in_its_path_is_refused(home: pathlib.Path, path: str, by: str) -> None:
    before = sorted(home.iterdir())
    result = run(home, "--store", path) if by == "argument" else run(home, COMPLETION_KIT_STORE=path)
    assert result.returncode == 64 and result.stdout == b""
    assert path in result.stderr.decode() and "not filled in" in result.stderr.decode()
    assert sorted(home.iterdir()) == before


@pytest.mark.parametrize("name", ["TOOLSETS", "LOG_LEVEL", "ANTHROPIC_VERSION", "REQUEST_TIMEOUT", "IN_ORDER"])
@pytest.mark.parametrize("value", ["", "${user_config.value}"])
@pytest.mark.parametrize("by", ["argument", "environment"])
def test_an_option_that_was_not_filled_in_counts_as_left_out(
    home: pathlib.Path, name: str, value: str, by: str
) -> None:
    option = f"--{name.lower().replace('_', '-')}={value}"
    result = run(home, option) if by == "argument" else run(home, **{f"COMPLETION_KIT_{name}": value})
    assert result.returncode == 0 and json.loads(result.stdout)["result"]["structuredContent"]["id"] == 1


@pytest.mark.parametrize("name", ["READ_ONLY", "NO_SPEND"])
def test_an_option_that_protects_is_never_taken_to_be_left_out(home: pathlib.Path, name: str) -> None:
    result = run(home, **{f"COMPLETION_KIT_{name}": "${user_config.value}"})
    assert result.returncode == 64 and b"true or false" in result.stderr


def test_a_path_with_a_dollar_sign_before_a_digit_or_a_space_is_a_path(home: pathlib.Path) -> None:
    result = run(home, "--store", str(home / "100$ 5$3.json"))
    assert result.returncode == 0 and (home / "100$ 5$3.json").is_file()


def test_separators_of_lines_leave_the_program_escaped(home: pathlib.Path) -> None:
    output = run(home).stdout
    assert "\u2028".encode() not in output and "\u2029".encode() not in output
    assert json.loads(output)["result"]["structuredContent"]["template"] == "a\u2028b\u2029c"
