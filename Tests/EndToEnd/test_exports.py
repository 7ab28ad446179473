"""Exports through real files: what another program reads there, and what is never overwritten."""

import csv
import io
import json
import os
import pathlib
import resource
import stat
import xml.etree.ElementTree
from collections.abc import Callable

import pytest
import yaml
from server import Server

HOSTILE = [
    {"text": "=1+1", "id": 'a "quote"', "note": "two\nlines", "expected_output": "+1"},
    {"text": "'x", "id": "", "note": "ünïcödé 👩‍🚀 \u2028", "expected_output": "-3"},
    {"text": "@home", "id": "a,b;c\td", "note": "# no: [comment]", "expected_output": '{"a": [1]}'},
    {"text": "null", "id": "true", "note": "- - ?", "expected_output": "1e3"},
]


def table(rows: list[dict[str, str]]) -> str:
    lines = [",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in [rows[0], *(r.values() for r in rows)]]
    return "\n".join(lines) + "\n"


def made_run(server: Server, rows: list[dict[str, str]] = HOSTILE, **settings) -> int:
    prompt = server.get("prompts_create", name="p", template="Say {{ text }}.", llm_model="echo", system_prompt="Be kind.")
    dataset = server.get("datasets_create", name="d", csv_data=table(rows))
    run = server.get("runs_create", prompt_id=prompt["id"], dataset_id=dataset["id"], scoring="ExactMatch", **settings)
    assert server.get("runs_generate", id=run["id"], wait_seconds=60)["status"] == "completed"
    return run["id"]


def exported(server: Server, what: str, ids: list[int], format: str, name: str, **more) -> pathlib.Path:
    result = server.get("exports_create", what=what, ids=ids, format=format, path=name, **more)
    path = pathlib.Path(result["path"])
    assert path.stat().st_size == result["bytes"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    return path


def rows_of(server: Server, id: int) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(server.get("datasets_get", id=id)["csv_data"], newline="")))


@pytest.mark.parametrize("format", ["csv", "jsonl"])
def test_a_dataset_comes_back_through_a_file(server: Server, format: str) -> None:
    made = server.get("datasets_create", name="d", csv_data=table(HOSTILE))
    path = exported(server, "dataset", [made["id"]], format, f"d.{format}")
    text = path.read_bytes().decode()
    if format == "csv":
        with path.open(newline="") as file:
            assert list(csv.DictReader(file)) == HOSTILE
    else:
        assert [json.loads(line) for line in text.split("\n") if line] == HOSTILE
    copy = server.get("datasets_create", name="copy", csv_data=text)
    assert rows_of(server, copy["id"]) == rows_of(server, made["id"])


def test_a_run_is_a_table_whose_texts_are_no_formulas(server: Server) -> None:
    run = made_run(server)
    with exported(server, "run", [run], "csv", "run.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(HOSTILE)
    for row, given in zip(rows, HOSTILE, strict=True):
        for name, value in given.items():
            cell = row[f"input.{name}"] if name != "expected_output" else row[name]
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
            assert (cell[1:] if cell.startswith("'") else cell) == value


def test_a_run_as_json_lines_junit_and_reports(server: Server) -> None:
    run = made_run(server)
    lines = exported(server, "run", [run], "jsonl", "run.jsonl").read_text().split("\n")
    assert [json.loads(line)["row_index"] for line in lines if line] == [0, 1, 2, 3]
    suite = xml.etree.ElementTree.parse(exported(server, "run", [run], "junit", "junit.xml")).getroot()[0]
    assert suite.get("tests") == "4" and suite.get("failures") == "4"
    assert exported(server, "run", [run], "md", "run.md").read_text().startswith("#")
    assert exported(server, "run", [run], "html", "run.html").read_text().startswith("<!")


def test_samples_and_examples(server: Server) -> None:
    rows = [{"text": "a", "expected_output": "Say a."}, {"text": "b", "expected_output": "no"}]
    run = made_run(server, rows)
    sent = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Say a."}]
    samples = exported(server, "run", [run], "openai_evals", "evals.jsonl").read_text().split("\n")
    assert json.loads(samples[0]) == {"input": sent, "ideal": "Say a."}
    # The built-in model repeats the last message, which is right for the first row only.
    examples = exported(server, "run", [run], "fine_tuning", "tune.jsonl").read_text().split("\n")
    assert [json.loads(line) for line in examples if line] == [
        {"messages": [*sent, {"role": "assistant", "content": "Say a."}]}
    ]


def test_a_run_in_promptfoo_is_yaml_that_says_what_is_missing(server: Server) -> None:
    check = server.get("metrics_create", name="polite", check={"kind": "contains", "value": "Say", "not": True})
    short = server.get("metrics_create", name="short", check={"kind": "length", "max": 9})
    run = made_run(server, metric_ids=[check["id"], short["id"]])
    path = exported(server, "run", [run], "promptfoo", "promptfooconfig.yaml")
    text = path.read_text()
    config = yaml.safe_load(text)
    assert json.loads(config["prompts"][0]["raw"])[-1] == {"role": "user", "content": "Say {{ text }}."}
    assert config["providers"] == ["echo"]
    assert [test["vars"] for test in config["tests"]] == HOSTILE
    kinds = {item["metric"]: item["type"] for item in config["defaultTest"]["assert"]}
    assert kinds == {"polite": "not-contains", "score": "equals"}
    assert "# Left out or different: Metric \"short\"" in text


def test_a_comparison_as_files(server: Server) -> None:
    first = made_run(server)
    prompt = server.get("prompts_create", name="q", template="{{ expected_output }}", llm_model="echo")
    second = server.get("runs_create", prompt_id=prompt["id"], dataset_id=1, scoring="ExactMatch")["id"]
    server.get("runs_generate", id=second, wait_seconds=60)
    with exported(server, "comparison", [first, second], "csv", "c.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row[f"run_{second}.difference"] for row in rows] == ["1"] * 4
    report = exported(server, "comparison", [first, second], "md", "c.md").read_text()
    assert report.startswith("# Comparison: ") and "| " in report and "## Differences" in report
    assert exported(server, "comparison", [first, second], "html", "c.html").read_text().startswith("<!")
    uri = server.get("exports_create", what="comparison", ids=[first, second], format="jsonl")["uri"]
    text = server.request("resources/read", {"uri": uri})["result"]["contents"][0]["text"]
    assert len(text.strip().split("\n")) == 4


def test_a_file_is_replaced_only_when_told_and_never_through_a_link(
    start: Callable[..., Server], home: pathlib.Path
) -> None:
    folder = home / "out"
    folder.mkdir()
    server = start("--files", str(folder))
    server.get("datasets_create", name="d", csv_data="a\n1\n")
    give = {"what": "dataset", "ids": [1], "format": "csv"}
    old = folder / "old.csv"
    old.write_text("mine")
    (home / "secret.csv").write_text("secret")
    (folder / "link.csv").symlink_to(home / "secret.csv")
    assert "overwrite" in server.fault("exports_create", **give, path=str(old))
    assert old.read_text() == "mine"
    for path in (str(folder / "link.csv"), str(home / "b.csv"), "../b.csv", "/etc/b.csv", str(folder)):
        server.fault("exports_create", **give, path=path, overwrite=True)
    assert (home / "secret.csv").read_text() == "secret" and not (home / "b.csv").exists()
    assert server.get("exports_create", **give, path=str(old), overwrite=True)["bytes"] == 4
    assert old.read_text() == "a\n1\n"
    assert sorted(os.listdir(folder)) == ["link.csv", "old.csv"]


def test_a_relative_path_goes_to_the_folder_that_the_user_named(start: Callable[..., Server], home: pathlib.Path) -> None:
    folder = home / "out"
    folder.mkdir()
    server = start("--files", str(folder))
    server.get("datasets_create", name="d", csv_data="a\n1\n")
    written = server.get("exports_create", what="dataset", ids=[1], format="csv", path="d.csv")["path"]
    assert pathlib.Path(written) == folder / "d.csv" and (folder / "d.csv").read_text() == "a\n1\n"


def test_a_file_that_becomes_too_long_leaves_nothing_behind(start: Callable[..., Server], home: pathlib.Path) -> None:
    folder = home / "out"
    folder.mkdir()
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3 << 20, limit[1]))
    try:
        server = start("--files", str(folder))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    # JSON Lines repeat the long names of the columns in every row.
    names = [f"column_{index}_{'x' * 200}" for index in range(20)]
    server.get("datasets_create", name="d", csv_data=",".join(names) + "\n" + ("1" + ",1" * 19 + "\n") * 2_000)
    sentence = server.fault("exports_create", what="dataset", ids=[1], format="jsonl", path=str(folder / "d.jsonl"))
    assert "limit" in sentence or "space" in sentence, sentence
    assert os.listdir(folder) == []
    # The server goes on.
    assert server.get("exports_create", what="dataset", ids=[1], format="csv", path=str(folder / "d.csv"))["bytes"] > 0
