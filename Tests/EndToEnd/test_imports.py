"""Evaluations of other programs: imported, run with a fake provider, imported again, and hostile texts."""

import json
import pathlib
from collections.abc import Callable

import pytest
from server import Server

CONFIG = """\
# A configuration of promptfoo.
description: Capitals
prompts:
  - 'The capital of {{country}} is {{capital}}.'
providers: [echo]
defaultTest:
  assert:
    - type: contains
      value: '{{capital}}'
tests:
  - vars: {country: France, capital: [Paris, Lyon]}
    assert:
      - {type: regex, value: 'Paris\\.$'}
  - vars: {country: Spain, capital: Madrid}
    assert:
      - type: javascript
        value: output.length > 3
"""


def kinds(server: Server) -> list[int]:
    return [server.get(f"{kind}_list")["total"] for kind in ("prompts", "datasets", "metrics")]


def test_an_import_runs_and_is_not_made_twice(server: Server) -> None:
    plan = server.get("imports_create", data=CONFIG)
    assert (plan["dry_run"], plan["new"]) == (True, {"prompts": 1, "datasets": 1, "metrics": 2})
    assert kinds(server) == [0, 0, 0]
    made = server.get("imports_create", data=CONFIG, dry_run=False)
    assert made["new"] == plan["new"] and made["skipped"] == plan["skipped"]
    assert [(each["line"], each["what"]) for each in made["skipped"]] == [(16, "assertion javascript")]
    scores = []
    for arguments in made["runs"]:
        run = server.get("runs_generate", id=server.get("runs_create", **arguments)["id"])
        assert run["status"] == "completed", run
        scores.append(run["avg_score"])
    # Paris passes both, Lyon one of two; Madrid the only one that applies to it.
    assert scores == [0.8333]
    again = server.get("imports_create", data=CONFIG, dry_run=False)
    assert again["new"] == {"prompts": 0, "datasets": 0, "metrics": 0}
    assert [again[f"{kind}_ids"] for kind in ("prompt", "dataset", "metric")] == [[1], [1], [1, 2]]
    assert kinds(server) == [1, 1, 2]


def test_variables_may_be_in_a_file_and_are_never_lost(start: Callable[..., Server], home: pathlib.Path) -> None:
    folder = home / "evals"
    folder.mkdir()
    (folder / "vars.yaml").write_text("a: 1\nb: two\n")
    server = start("--files", str(folder))
    config = "prompts: ['{{a}} {{b}}']\nproviders: [echo]\n%stests: [%s]\n"
    for defaults, test in (
        ("", "{vars: 'file://vars.yaml'}"), ("", "{vars: vars.yaml}"),
        ("defaultTest: {vars: 'file://vars.yaml'}\n", "{vars: {}}"), ("defaultTest: {vars: vars.yaml}\n", "{description: x}"),
    ):  # fmt: skip
        (folder / "c.yaml").write_text(config % (defaults, test))
        made = server.get("imports_create", path="c.yaml", dry_run=False)
        rows = server.get("datasets_get", id=made["dataset_ids"][0])["csv_data"]
        assert "1,two" in rows and not made["skipped"], (test, rows, made)
    for test in ("{vars: 3}", "{vars: [1, 2]}", "{vars: 'file://nothere.yaml'}", "{vars: 'file://../secret.yaml'}"):
        (folder / "c.yaml").write_text(config % ("", test))
        plan = server.get("imports_create", path="c.yaml")
        assert [each["what"] for each in plan["skipped"]] == ["test"] and not plan["datasets"], plan


def test_an_edited_prompt_becomes_a_version(server: Server) -> None:
    first = server.get("imports_create", data=CONFIG, dry_run=False)
    edited = CONFIG.replace("The capital of", "The main city of")
    plan = server.get("imports_create", data=edited)
    assert "would be made" in plan["note"] and plan["prompts"][0]["version_number"] == 2
    made = server.get("imports_create", data=edited, dry_run=False)
    assert made["new"] == {"prompts": 1, "datasets": 0, "metrics": 0}
    version = server.get("prompts_get", id=made["prompt_ids"][0])
    assert (version["version_number"], version["current"]) == (2, False)
    assert version["family_key"] == server.get("prompts_get", id=first["prompt_ids"][0])["family_key"]
    assert server.get("imports_create", data=edited, dry_run=False)["new"]["prompts"] == 0


def test_files_beside_a_configuration_are_read_in_allowed_folders(
    start: Callable[..., Server], home: pathlib.Path
) -> None:
    folder = home / "evals"
    (folder / "more").mkdir(parents=True)
    (folder / "prompt.txt").write_text("Say {{word}}.\n---\nRepeat {{word}}!\n")
    (folder / "more" / "tests.csv").write_text("word,__expected\nparis,icontains:PARIS\nrome,starts-with:Say\n")
    (home / "secret.txt").write_text("secret")
    config = folder / "promptfooconfig.yaml"
    config.write_text(
        "prompts: [file://prompt.txt, file://../secret.txt]\nproviders: [echo]\ntests: file://more/tests.csv\n"
    )
    server = start("--files", str(folder))
    made = server.get("imports_create", path="promptfooconfig.yaml", dry_run=False)
    assert made["new"] == {"prompts": 2, "datasets": 1, "metrics": 2}
    assert [each["what"] for each in made["skipped"]] == ["prompt"]
    assert "secret" not in json.dumps(server.get("prompts_list"))
    sentence = server.fault("imports_create", data=config.read_text())
    assert "nothing to import" in sentence and "Give path in place of data" in sentence


def test_patterns_name_files_beside_a_configuration(start: Callable[..., Server], home: pathlib.Path) -> None:
    folder = home / "evals"
    (folder / "tests" / "deep").mkdir(parents=True)
    (folder / "prompts").mkdir()
    for name in ("one", "two"):
        (folder / "prompts" / f"{name}.txt").write_text(f"{name} {{{{word}}}}")
        (folder / "tests" / f"{name}.yaml").write_text(f"- vars: {{word: {name}}}\n  assert: [{{type: contains, value: {name}}}]\n")
    (folder / "tests" / "deep" / "three.yaml").write_text("- vars: {word: three}\n")
    (folder / "tests" / "link.yaml").symlink_to("/etc/hostname")
    (home / "outside.yaml").write_text("- vars: {word: secret}\n")
    config = "prompts: file://prompts/*.txt\nproviders: [echo]\ntests: [%s]\n"
    server = start("--files", str(folder))
    for pattern, rows in (("tests/*.yaml", 2), ("file://tests/**/*.yaml", 3)):
        (folder / "promptfooconfig.yaml").write_text(config % pattern)
        # The folder stands for its configuration.
        plan = server.get("imports_create", path=".")
        assert plan["new"]["prompts"] == 2 and sum(each["row_count"] for each in plan["datasets"]) == rows, plan
        assert [each["what"] for each in plan["skipped"]] == ["file tests/link.yaml"], plan
    (folder / "promptfooconfig.yaml").write_text(config % "tests/t?o.yaml")
    assert [each["row_count"] for each in server.get("imports_create", path=".")["datasets"]] == [1]
    for pattern in ("../*.yaml", "tests/*.csv", "tests/{one,two}*.yaml"):
        (folder / "promptfooconfig.yaml").write_text(config % f"'{pattern}'")
        plan = server.get("imports_create", path="promptfooconfig.yaml")
        assert [each["what"] for each in plan["skipped"]] == ["tests"] and not plan["datasets"], plan
        assert "secret" not in json.dumps(plan)


def test_files_are_read_beside_the_configuration_in_whatever_folder_it_is(
    start: Callable[..., Server], home: pathlib.Path
) -> None:
    for name in ("first", "second"):
        (home / name).mkdir()
        (home / name / "t.yaml").write_text(f"- vars: {{word: {name}}}\n")
    (home / "second" / "c.yaml").write_text("prompts: ['{{word}}']\nproviders: [echo]\ntests: ['*.yaml']\n")
    (home / "second" / "d.yaml").write_text("prompts: ['{{word}}']\nproviders: [echo]\ntests: [t.yaml]\n")
    server = start("--files", str(home / "first"), "--files", str(home / "second"))
    for path in ("d.yaml", str(home / "second" / "d.yaml")):
        made = server.get("imports_create", path=path, dry_run=False)
        rows = server.get("datasets_get", id=made["dataset_ids"][0])
        assert "second" in rows["csv_data"] and "first" not in rows["csv_data"], rows


EVAL = {
    "object": "eval", "id": "eval_1", "name": "Capitals",
    "data_source_config": {"type": "custom", "schema": {"type": "object"}},
    "testing_criteria": [
        {"type": "string_check", "name": "match", "input": "{{ sample.output_text }}", "operation": "ilike",
         "reference": "{{ item.capital }}"},
        {"type": "python", "name": "code", "source": "def grade(sample, item): return 1"},
    ],
}  # fmt: skip
RUN = {
    "object": "eval.run", "id": "evalrun_1", "eval_id": "eval_1", "name": "first", "model": "gpt-4.1-mini",
    "data_source": {
        "type": "completions", "source": {"type": "file_id", "id": "file-1"},
        "input_messages": {"type": "template", "template": [
            {"type": "message", "role": "user", "content": {"type": "input_text", "text": "{{ item.country }}: {{ item.capital }}"}}
        ]},
    },
}  # fmt: skip


def test_an_exported_folder_of_openai_evals_becomes_a_green_run(start: Callable[..., Server], home: pathlib.Path) -> None:
    folder = home / "export"
    (folder / "runs").mkdir(parents=True)
    (folder / "eval.json").write_text(json.dumps(EVAL, indent=2))
    (folder / "runs" / "run.json").write_text(json.dumps({"object": "list", "data": [RUN]}))
    (folder / "runs" / "output_items.jsonl").write_text(
        "".join(
            json.dumps({"object": "eval.run.output_item", "run_id": "evalrun_1", "status": "pass",
                        "datasource_item": {"country": country, "capital": capital},
                        "sample": {"output": [{"role": "assistant", "content": capital}]}, "results": []}) + "\n"
            for country, capital in (("France", "Paris"), ("Spain", "Madrid"), ("Italy", "Rome"))
        )
    )  # fmt: skip
    (folder / "README.md").write_text("An export.")
    server = start("--files", str(home))
    made = server.get("imports_create", path="export", model="echo", dry_run=False)
    assert made["format"] == "openai_evals" and made["new"] == {"prompts": 1, "datasets": 1, "metrics": 1}
    assert [each["row_count"] for each in made["datasets"]] == [3]
    skipped = {each["what"] for each in made["skipped"]}
    assert 'criterion python "code" in eval.json' in skipped
    assert any(what.startswith("sample and results of 3 output items in runs/output_items.jsonl") for what in skipped)
    arguments = made["runs"][0] | {"model": "echo"}
    run = server.get("runs_create", **arguments)
    done = server.get("runs_generate", id=run["id"])
    assert (done["status"], done["avg_score"]) == ("completed", 1), done
    gate = server.get("runs_get", id=run["id"], gate={"min_score": 1, "max_failed": 0})["gate"]
    assert gate["passed"], gate
    sentence = server.fault("imports_create", path="export/runs", format="promptfoo")
    assert "promptfooconfig.yaml" in sentence and "output_items.jsonl" in sentence


SAMPLES = "".join(
    json.dumps({"input": [{"role": "system", "content": "Echo."}, {"role": "user", "content": text}], "ideal": ideal}) + "\n"
    for text, ideal in [("four", "four"), ("five", ["5", "five"]), ("six", ["6"])]
)


def test_samples_of_openai_evals_run(server: Server) -> None:
    made = server.get("imports_create", data=SAMPLES, model="echo", dry_run=False)
    assert made["format"] == "openai_evals"
    run = server.get("runs_create", **made["runs"][0])
    assert server.get("runs_generate", id=run["id"])["avg_score"] == 0.6667


MIXED = """word,__expected1,__expected2,__metric
Ahoy,icontains:AHOY,,
ship,equals:ship,contains:hip,shape
deck,,,
mast,regex:^m,not-contains:x,
"{""a"": 1}",is-json,,
"""


def test_a_table_of_mixed_assertions_is_one_dataset_and_one_run(start: Callable[..., Server], home: pathlib.Path) -> None:
    (home / "tests.csv").write_text(MIXED)
    (home / "c.yaml").write_text("prompts: ['{{word}}']\nproviders: [echo]\ntests: tests.csv\n")
    server = start("--files", str(home))
    made = server.get("imports_create", path="c.yaml", dry_run=False)
    assert made["new"]["datasets"] == 1 and made["new"]["prompts"] == 1 and len(made["runs"]) == 1, made
    assert made["skipped"] == [] and [each["row_count"] for each in made["datasets"]] == [5]
    run = server.get("runs_create", **made["runs"][0])
    done = server.get("runs_generate", id=run["id"])
    # Every row passes all that applies to it, and the one without assertions has no score.
    assert (done["status"], done["avg_score"], done["scored"]) == ("completed", 1, 4), done
    assert {each["count"] for each in done["metric_averages"]} == {1}
    for metric in made["metric_ids"]:
        server.get("metrics_update", id=metric, name=f"renamed {metric}")
    server.get("datasets_update", id=made["dataset_ids"][0], name="renamed")
    server.get("prompts_update", id=made["prompt_ids"][0], name="renamed")
    assert server.finish() == 0
    again = start("--files", str(home)).get("imports_create", path="c.yaml", dry_run=False)
    assert again["new"] == {"prompts": 0, "datasets": 0, "metrics": 0}, again


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 10_000,
        '{"a":' * 10_000,
        "".join(" " * n + "a:\n" for n in range(2_000)),
        "- " * 10_000,
        bomb(),
        "tests:\n- vars: {a: b\0c}\n",
        "tests: \ud7ff\nprompts: [\ufffd",
        "tests:\n- vars:\n" + "".join(f"    v{n}: [a, b, c, d, e]\n" for n in range(12)),
        "tests: [{vars: {x: " + "y" * 50_000_000 + "}}]",
        '"' * 1_000_001,
        "tests:\n" + "- {vars: {a: 1}}\n" * 20_000,
    ],
    ids=lambda text: text[:12].strip() + f"_{len(text)}",
)
def test_hostile_texts_are_refused_or_read(server: Server, text: str) -> None:
    """An answer comes within the usual time, and nothing is stored by it."""
    for format in (None, "promptfoo", "openai_evals")[: 1 if len(text) > 1_000_000 else 3]:
        arguments = {"data": text} | ({"format": format} if format else {})
        result = server.request("tools/call", {"name": "imports_create", "arguments": arguments})
        assert "result" in result or result["error"]["code"] == -32600, str(result)[:300]
    assert kinds(server) == [0, 0, 0]


def test_files_that_are_no_text_are_refused(start: Callable[..., Server], home: pathlib.Path) -> None:
    (home / "x.yaml").write_bytes(b"tests: \xff\xfe")
    server = start("--files", str(home))
    assert "UTF-8" in server.fault("imports_create", path="x.yaml")
