"""JSON, CSV and YAML as Python's readers and writers understand them, through the tools alone."""

import csv
import io
import json
import math
import random
from typing import Any

import pytest
import yaml
from server import Server

SEED = 20261127


# JSON

LETTERS = ["a", "é", "\u2028", "😀", '"', "\\", "/", "\n", "\t", "\0", "\x7f", "{", "[", ",", "\ufeff", "e\u0301"]
NUMBERS = [0, -1, 2**53 + 1, 2**63 - 1, -(2**63), 2**64, 10**40, 0.1, -0.0, 1e-7, 5e-324, 1.7976931348623157e308, 123456.789, 1e22]


def value(dice: random.Random, depth: int = 0) -> Any:
    kind = dice.random()
    if depth < 4 and kind < 0.2:
        return [value(dice, depth + 1) for _ in range(dice.randrange(4))]
    if depth < 4 and kind < 0.5:
        return {text(dice): value(dice, depth + 1) for _ in range(dice.randrange(5))}
    if kind < 0.7:
        return dice.choice([*NUMBERS, dice.uniform(-1, 1) * 10.0 ** dice.randrange(-300, 300), dice.getrandbits(70)])
    return text(dice) if kind < 0.9 else dice.choice([True, False, None])


def text(dice: random.Random) -> str:
    return "".join(dice.choice(LETTERS) for _ in range(dice.randrange(6)))


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal with their kinds and with the order of members."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right and (not isinstance(left, float) or math.copysign(1, left) == math.copysign(1, right))


def test_a_json_value_comes_back_as_python_reads_it(server: Server) -> None:
    """The metadata of an experiment's answer: read, stored and written."""
    for word in ("Say", "Shout"):
        server.get("prompts_create", name="p", template=f"{word} {{{{ t }}}}.", llm_model="echo")
    id = server.get("experiments_create", name="e", prompt_ids=[1, 2])["id"]
    dice = random.Random(SEED)
    for _ in range(400):
        sent = {"value": value(dice)}
        answer = server.get("experiments_generate", experiment_id=id, inputs={"t": "x"}, metadata=sent)
        assert same(answer["metadata"], sent), (answer["metadata"], sent)
    stored = server.get("experiments_get", id=id, generation_id=400)["metadata"]
    assert same(stored, sent), (stored, sent)
    assert server.finish() == 0


def unique(members: list[tuple[str, Any]]) -> dict:
    if len({name for name, _ in members}) < len(members):
        raise ValueError("a key occurs twice")
    return dict(members)


def finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("out of range")
    return number


def refuse(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def is_json(line: bytes) -> bool:
    """Whether RFC 8259 allows a line, without members that occur twice and numbers that no double has."""
    try:
        json.loads(line.decode(), parse_constant=refuse, parse_float=finite, object_pairs_hook=unique)
    except ValueError:
        return False
    return True


def test_a_broken_line_is_refused_where_python_refuses_it(server: Server) -> None:
    dice = random.Random(SEED)
    bits = [b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"0", b"-", b"e", b".", b"\x00", b"\xc3", b"\xed\xa0\x80", b"\t", b"NaN"]
    refused = 0
    for number in range(1, 2_500):
        inner = bytearray(json.dumps(value(dice), ensure_ascii=dice.random() < 0.5).encode())
        for _ in range(dice.randrange(3)):
            place = dice.randrange(len(inner) + 1)
            inner[place : place + dice.randrange(2)] = dice.choice(bits)
        line = b'{"jsonrpc":"2.0","method":"ping","params":{"x":' + inner + b'},"id":%d}' % number
        if b"\n" in line:
            continue
        if is_json(line):
            message = json.loads(line)
            if message.keys() == {"jsonrpc", "method", "params", "id"} and message["method"] == "ping":
                server.expect(message)
                server.write(line + b"\n")
                assert "result" in server.answer(number), line
        else:
            assert server.unaddressed_error(line + b"\n")["code"] == -32700, line
            refused += 1
    assert refused > 500
    assert server.finish() == 0


# CSV


def table(content: str) -> tuple[list[str], list[list[str]]] | None:
    """The table as Python's reader has it; None for one that has no meaning for a run."""
    try:
        records = [record for record in csv.reader(io.StringIO(content, newline=""), strict=True) if record]
    except csv.Error:
        return None
    if len(records) < 2 or {len(record) for record in records} != {len(records[0])}:
        return None
    columns, rows = [name.strip() for name in records[0]], records[1:]
    # Columns without a name at the end are left out if they have no value, and so are rows without any.
    while len(columns) > 1 and not columns[-1] and not any(row[len(columns) - 1].strip() for row in rows):
        columns.pop()
    if len(records[0]) > 1:
        rows = [row for row in rows if any(field.strip() for field in row)]
    if not rows or not all(columns) or len(set(columns)) < len(columns):
        return None
    return columns, [row[: len(columns)] for row in rows]


def test_a_table_has_the_rows_that_python_reads(server: Server) -> None:
    dice = random.Random(SEED)
    parts = ["a", "b", "é", " ", '"', '""', '"x"', '"x,y"', '"x\ny"', ",", ",", "\n", "\n", "\r\n", "\r"]
    kept = 0
    for _ in range(1_500):
        columns = dice.choice(["a,b\n", "a,b,c\r\n", '"a","b"\n', "a, b ,\n", "text\n"])
        content = columns + "".join(dice.choice(parts) for _ in range(dice.randrange(1, 16)))
        if dice.random() < 0.5:
            rows = [["".join(dice.choice(parts) for _ in range(dice.randrange(3))) for _ in "ab"] for _ in range(3)]
            written = io.StringIO()
            csv.writer(written, quoting=dice.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])).writerows([["a", "b"], *rows])
            content = written.getvalue()
        expected = table(content)
        result = server.call("datasets_create", name="d", csv_data=content)
        if result.get("isError"):
            assert expected is None, (content, result["content"][0]["text"])
            continue
        made = result["structuredContent"]
        found = server.get("datasets_get", id=made["id"])
        records = [row for row in csv.reader(io.StringIO(found["csv_data"], newline=""), strict=True) if row]
        assert expected == (found["columns"], [row[: len(found["columns"])] for row in records[1:]]), content
        kept += 1
    assert kept > 500
    assert server.finish() == 0


# YAML


class Block(str):
    """A text that PyYAML writes as a literal or folded scalar, where it can."""


def dumper(style: str) -> type[yaml.SafeDumper]:
    kind = type("Dumper", (yaml.SafeDumper,), {})
    kind.add_representer(Block, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=style))
    return kind


WORDS = ["cat", " ", " ", "\n", ": ", " #", "- ", "'", '"', "\\", "\t", "é", "😀", "&a", "*", "!x", "|", ">", "%", "@", "`"]
# U+0085 and U+2028 end lines in YAML 1.1, which PyYAML writes, and not in 1.2.
WORDS += ["null", "true", "yes", "0x1F", "1.50", "2026-01-01", "~", ",", "]", "?", "=", "\xa0", "\x07"]


@pytest.mark.parametrize("style", [None, "'", '"', "|", ">"])
def test_what_pyyaml_writes_is_read_as_it_was(server: Server, style: str | None) -> None:
    dice = random.Random(f"{SEED} {style}")
    compared = 0
    for _ in range(80):
        rows = [
            {name: Block("".join(dice.choice(WORDS) for _ in range(dice.randrange(1, 9)))) for name in ("a", "b c")}
            for _ in range(dice.randrange(1, 8))
        ]
        config = {"prompts": ["Say {{ a }} and {{ b c }}"], "providers": ["echo"], "tests": [{"vars": row} for row in rows]}
        written = yaml.dump(
            config,
            Dumper=dumper(style or ""),
            width=dice.choice([20, 80, 1_000]),
            indent=dice.choice([2, 4]),
            allow_unicode=dice.random() < 0.5,
            default_flow_style=dice.choice([True, False]),
            explicit_start=dice.random() < 0.3,
        )
        if yaml.safe_load(written) != config:
            continue  # PyYAML cannot read all that it writes.
        made = server.call("imports_create", data=written, format="promptfoo", dry_run=False)
        assert not made.get("isError"), (written, made["content"][0]["text"])
        (id,) = made["structuredContent"]["dataset_ids"]
        found = server.get("datasets_get", id=id)["csv_data"]
        read = [{"a": row["a"], "b c": row["b c"]} for row in csv.DictReader(io.StringIO(found, newline=""))]
        # promptfoo takes one line break from the end of a value, and so does the import.
        assert read == [{name: value.removesuffix("\n") for name, value in row.items()} for row in rows], written
        compared += len(rows)
        server.get("datasets_delete", id=id, confirm=True)
    assert compared > 200
    assert server.finish() == 0
