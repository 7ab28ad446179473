"""Every tool of the list with no arguments, null, unknown and wrong ones, and with right ones wrapped as clients wrap them."""

import json
import pathlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from server import Server

# Values that may differ between two stores with the same history.
VARIABLE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+Z|\"\w*(latency|seconds|ms)\":[\d.]+")
WRONG: dict[str, list[Any]] = {
    "integer": ["many", 1.5, "1.5", True, [], {"a": 1}, [[1]], 10**30, "1e400"],
    "number": ["much", False, [], {"a": 1}, 10**400],
    "boolean": ["perhaps", 1, "1", [], {}],
    "string": [5, 1.5, True, ["a"], {"a": "b"}],
    "object": ["text", 5, True, ["a"], "[1]"],
    "array": [{"a": {}}, [None], [[["a"]]]],
}
# A word or a number, so a number is right as well.
WORD_OR_COUNT = {"rows": ["many", 0, 1.5, True, ["a"], {"a": "b"}]}


def wrong_values(name: str, field: dict) -> list[Any]:
    if field["type"] == "array" and field["items"]["type"] == "object":
        # One object stands for a list of it.
        return [[3], 3, True]
    if name == "tool_choice":
        # A word, or a function as an object.
        return [3, True]
    return list(WORD_OR_COUNT.get(name) or WRONG[field["type"]])


@pytest.fixture
def tools(server: Server) -> list[dict]:
    """The tools, with the words of a field in place of a reference to the tool that lists them."""
    listed = server.tools()
    by_name = {tool["name"]: tool for tool in listed}
    for tool in listed:
        for name, field in fields(tool).items():
            other = re.fullmatch(r"As in (\w+)\.", field.get("description", ""))
            if other:
                field.update({key: value for key, value in fields(by_name[other[1]])[name].items() if key == "enum"})
    return listed


def fields(tool: dict) -> dict[str, dict]:
    return tool["inputSchema"]["properties"]


def required(tool: dict) -> list[str]:
    return tool["inputSchema"].get("required", [])


def plausible(name: str, field: dict) -> Any:
    """A value that the schema allows."""
    match field["type"]:
        case _ if "enum" in field:
            return field["enum"][0]
        case "integer":
            return max(field.get("minimum", 1), 1)
        case "number":
            return field.get("minimum", 0)
        case "boolean":
            return True
        case "string":
            return "a,b\n1,2\n" if "csv" in name else f"some {name}"
        case "object":
            return {key: plausible(key, part) for key, part in field.get("properties", {}).items()} or {"a": "b"}
        case "array":
            return [plausible(name, field["items"])]
    raise AssertionError(f"{name} has the type {field['type']}, which this test does not know")


def wrapped(value: Any, field: dict) -> list[Any]:
    """The forms in which clients send a value."""
    match field["type"]:
        case "integer":
            return [str(value), f" {value} ", float(value), f"{value}.0"]
        case "number":
            return [str(value), float(value)]
        case "boolean":
            return [str(value), str(value).lower()]
        case "object":
            return [json.dumps(value)]
        case "array":
            inner = [[form] for form in wrapped(value[0], field["items"])]
            # A text that is JSON for itself must be told from the list's.
            return [json.dumps(value), value[0], *inner]
    return []


def outcome(server: Server, tool: str, arguments: dict) -> str:
    result = server.call(tool, **arguments)
    return VARIABLE.sub("...", result["content"][0]["text"])


def test_no_arguments_and_null_ones_are_the_same(server: Server, tools: list[dict]) -> None:
    for tool in tools:
        name = tool["name"]
        nothing = server.request("tools/call", {"name": name})["result"]
        text = nothing["content"][0]["text"]
        if required(tool):
            assert nothing["isError"], name
            assert [field for field in required(tool) if f"{field} is missing" not in text] == [], text
        assert "internal" not in text, (name, text)
        for arguments in (None, {}, "{}", {field: None for field in fields(tool)}):
            same = server.request("tools/call", {"name": name, "arguments": arguments})["result"]
            assert VARIABLE.sub("", same["content"][0]["text"]) == VARIABLE.sub("", text), (name, arguments)
        # An empty text counts as absent too, except for a text argument.
        empty = {field: "" for field, schema in fields(tool).items() if schema["type"] != "string" or "enum" in schema}
        assert VARIABLE.sub("", server.call(name, **empty)["content"][0]["text"]) == VARIABLE.sub("", text), (name, empty)


def test_an_unknown_argument_is_refused_by_every_tool(server: Server, tools: list[dict]) -> None:
    for tool in tools:
        arguments = {name: plausible(name, field) for name, field in fields(tool).items()}
        before = server.contents()
        sentence = server.fault(tool["name"], **arguments, zzz=1)
        assert "zzz is not an argument" in sentence and sentence.startswith(tool["name"]), sentence
        # The nearest valid one is named, whatever else is wrong.
        for field in fields(tool):
            if len(field) > 3:
                sentence = server.fault(tool["name"], **{field[0] + field[2:]: 1})
                assert f'Did you mean "{field}"?' in sentence, sentence
        assert server.contents() == before


def test_a_wrong_value_is_refused_by_every_tool(server: Server, tools: list[dict]) -> None:
    checked = 0
    for tool in tools:
        right = {name: plausible(name, field) for name, field in fields(tool).items()}
        before = server.contents()
        for name, field in fields(tool).items():
            wrong = wrong_values(name, field)
            if "enum" in field:
                wrong += ["zebra", field["enum"][0].swapcase()]
            if "minimum" in field:
                wrong += [field["minimum"] - 1, str(field["minimum"] - 1)]
            if "maximum" in field:
                wrong += [field["maximum"] + 1, str(field["maximum"] + 1)]
            for value in wrong:
                sentence = server.fault(tool["name"], **{**right, name: value})
                told = re.search(rf"\b{name}\b.* (must be|is missing|is not an argument)", sentence)
                assert told and len(sentence) < 2000, (value, sentence)
                checked += 1
        assert server.contents() == before, tool["name"]
    assert checked > 500


def test_every_wrong_value_of_a_call_is_named(server: Server, tools: list[dict]) -> None:
    for tool in tools:
        if not fields(tool):
            continue
        sentence = server.fault(tool["name"], **{name: wrong_values(name, field)[0] for name, field in fields(tool).items()})
        assert [name for name in fields(tool) if not re.search(rf"\b{name}\b", sentence)] == [], sentence


def test_a_wrapped_value_does_what_the_plain_one_does(start: Callable[..., Server], home: pathlib.Path) -> None:
    plain, other = start(), start(store=home / "other.json")
    forms = max(len(wrapped(plausible(name, field), field)) for tool in plain.tools() for name, field in fields(tool).items())
    assert forms >= 4
    succeeded = 0
    for tool in plain.tools():
        # A metric with an instruction has no check, and the rows of a dataset are given once.
        other_ways = ("check", "path", "append_csv", "append_path")
        kept = {name: field for name, field in fields(tool).items() if name not in other_ways}
        right = {name: plausible(name, field) for name, field in kept.items()}
        for form in range(forms):
            disguised = {}
            for name, field in kept.items():
                disguises = wrapped(right[name], field) or [right[name]]
                disguised[name] = disguises[form % len(disguises)]
            expected = outcome(plain, tool["name"], right)
            assert outcome(other, tool["name"], disguised) == expected, (tool["name"], disguised)
            succeeded += expected.startswith("{")
    assert succeeded > 50
    assert VARIABLE.sub("", json.dumps(plain.contents())) == VARIABLE.sub("", json.dumps(other.contents()))
