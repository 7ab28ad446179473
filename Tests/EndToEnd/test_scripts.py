"""Scripts: the exit code of --strict, gates, the results of a run as JUnit XML, its manifest, and the example for CI."""

import json
import pathlib
import re
import signal
import subprocess
import time
import xml.etree.ElementTree as ElementTree

import pytest
from server import BINARY, ROOT, environment

EXAMPLE = ROOT / "Tests" / "EndToEnd" / "ci"
CAPITALS = "word,expected_output\n" + "".join(f"w{row},w{row}\n" for row in range(12))


def call(number: int, tool: str, **arguments) -> dict:
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}


def read(number: int, uri: str) -> dict:
    params = {"uri": f"completion-kit://{uri}"}
    return {"jsonrpc": "2.0", "id": number, "method": "resources/read", "params": params}


def a_run(template: str = "{{ word }}", csv: str = CAPITALS, scoring: str = "ExactMatch") -> list[dict]:
    return [
        call(1, "prompts_create", name="p", template=template, llm_model="echo"),
        call(2, "datasets_create", name="d", csv_data=csv),
        call(3, "runs_create", prompt_id=1, dataset_id=1, scoring=scoring),
        call(4, "runs_generate", id=1, wait_seconds=60),
    ]


def run(
    home: pathlib.Path, requests: list[dict | str], *options: str, pipe: bool = False
) -> subprocess.CompletedProcess:
    lines = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in requests)
    script = home / "script.jsonl"
    script.write_text(lines)
    with open(script, "rb") as file:
        given = {"input": lines.encode()} if pipe else {"stdin": file}
        return subprocess.run(
            [BINARY, *options], **given, capture_output=True, env=environment(home, home / "store.json"), timeout=60
        )


def answers(result: subprocess.CompletedProcess) -> list[dict]:
    return [json.loads(line) for line in result.stdout.splitlines()]


# The exit code


@pytest.mark.parametrize("pipe", [False, True])
@pytest.mark.parametrize(("template", "code"), [("{{ word }}", 0), ("w0", 1)])
def test_a_gate_decides_the_exit_code(home: pathlib.Path, template: str, code: int, pipe: bool) -> None:
    gate = call(5, "runs_get", id=1, gate={"min_lower_bound": 0.7})
    result = run(home, [*a_run(template), gate, call(6, "tags_list")], "--strict", pipe=pipe)
    assert result.returncode == code
    assert [answer["id"] for answer in answers(result)] == [1, 2, 3, 4, 5, 6]
    outcome = answers(result)[4]["result"]["structuredContent"]["gate"]
    assert outcome["passed"] == (code == 0) and bool(outcome["reasons"]) == (code == 1)
    lines = result.stderr.decode().splitlines()
    assert len(lines) == code
    if code:
        assert "request 5 (tools/call runs_get) failed: the gate does not pass." in lines[0]
        assert "below min_lower_bound 0.7" in lines[0]


def test_a_gate_of_a_comparison_decides_the_exit_code(home: pathlib.Path) -> None:
    second = [
        call(5, "prompts_update", id=1, template="w0"),
        call(6, "runs_create", prompt_id=2, dataset_id=1, scoring="ExactMatch"),
        call(7, "runs_generate", id=2, wait_seconds=60),
    ]
    for order, code in ([[2, 1], 0], [[1, 2], 1]):
        gate = call(8, "runs_compare", run_ids=order, limit=0, gate={"verdict": "not_worse"})
        (home / "store.json").unlink(missing_ok=True)
        result = run(home, [*a_run(), *second, gate], "--strict")
        assert result.returncode == code, result.stderr
        if code:
            assert b"the verdict is worse, and the gate asks for not_worse" in result.stderr


BROKEN = {
    "an error of a tool": call(1, "runs_get", id=7),
    "an unknown tool": call(1, "nothing"),
    "an unknown method": {"jsonrpc": "2.0", "id": 1, "method": "nothing"},
    "an invalid argument": call(1, "prompts_create", nam="x"),
    "no JSON": "{",
    "no request": {"id": 1},
    "a resource that is not there": read(1, "runs/7/report.md"),
}


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("pipe", [False, True])
def test_an_error_fails_a_strict_script_only(home: pathlib.Path, broken: str, pipe: bool) -> None:
    script = [call(9, "tags_list"), BROKEN[broken], call(10, "runs_get", id=8), call(11, "tags_list")]
    strict = run(home, script, "--strict", pipe=pipe)
    assert strict.returncode == 1 and len(answers(strict)) == 4
    lines = strict.stderr.decode().splitlines()
    assert len(lines) == 2 and all("failed: " in line for line in lines), lines
    assert "request 10" not in lines[0] and "request 10 (tools/call runs_get)" in lines[1], lines
    assert run(home, script, pipe=pipe).returncode == 0


def test_the_message_is_one_line_without_control_characters(home: pathlib.Path) -> None:
    result = run(home, [{"jsonrpc": "2.0", "id": "a\u001b[31m\nb", "method": "no\r\nsuch\u0007" + "x" * 5000}], "--strict")
    assert result.returncode == 1
    line = result.stderr.decode()
    assert line.endswith("\n") and line.count("\n") == 1 and len(line) < 2000
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", line), line


@pytest.mark.parametrize("pipe", [False, True])
@pytest.mark.parametrize("script", [[], [{"jsonrpc": "2.0", "method": "notifications/initialized"}]])
def test_a_script_without_requests_has_tested_nothing(home: pathlib.Path, script: list, pipe: bool) -> None:
    result = run(home, script, "--strict", pipe=pipe)
    assert result.returncode == 1 and b"has no request" in result.stderr
    assert run(home, script, pipe=pipe).returncode == 0


def test_a_script_that_is_ended_by_a_signal_has_failed(home: pathlib.Path) -> None:
    process = subprocess.Popen(
        [BINARY, "--strict"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment(home, home / "store.json"),
    )  # fmt: skip
    process.stdin.write(json.dumps(call(1, "tags_list")).encode() + b"\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["id"] == 1
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 1
    assert b"ended before" in process.stderr.read()


def test_a_signal_at_any_moment_of_the_start_ends_the_program(home: pathlib.Path) -> None:
    for round in range(200):
        process = subprocess.Popen(
            [BINARY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(home, home / "store.json"),
        )  # fmt: skip
        time.sleep(round % 50 * 0.0002)
        process.send_signal(signal.SIGTERM)
        # Its input stays open.
        assert process.wait(20) in (0, -signal.SIGTERM)
        process.stdin.close()
        process.stdout.close()
        process.stderr.close()


def test_strict_by_the_environment(home: pathlib.Path) -> None:
    for value, code in [("1", 1), ("false", 0), ("${STRICT}", 64)]:
        variables = environment(home, home / "store.json") | {"COMPLETION_KIT_STRICT": value}
        result = subprocess.run(
            [BINARY], input=json.dumps(call(1, "nothing")).encode(), capture_output=True, env=variables, timeout=20
        )
        assert result.returncode == code, value


# JUnit


def test_junit_has_a_case_for_every_row(home: pathlib.Path) -> None:
    csv = "word,expected_output\nw0,w0\nw1,no\nw2,w2\nw3,\n"
    result = run(home, [*a_run("{{ word }}", csv), read(5, "runs/1/junit.xml"), call(6, "runs_get", id=1)], "--strict")
    assert result.returncode == 0, result.stderr
    contents = answers(result)[4]["result"]["contents"]
    assert contents[0]["mimeType"] == "application/xml" and len(contents) == 1
    suite = ElementTree.fromstring(contents[0]["text"].encode()).find("testsuite")
    cases = suite.findall("testcase")
    assert [case.get("name") for case in cases] == ["row 0", "row 1", "row 2", "row 3"]
    found = [[part.tag for part in case] for case in cases]
    assert found[:2] == [[], ["failure"]] and cases[1].find("failure").get("message") == "score 0.00"
    assert "Expected:\nno" in cases[1].find("failure").text
    for count, tag in [("failures", "failure"), ("errors", "error"), ("skipped", "skipped")]:
        assert int(suite.get(count)) == sum(tag in case for case in found), tag
    assert suite.get("tests") == "4" and float(suite.get("time")) >= 0
    properties = {each.get("name"): each.get("value") for each in suite.find("properties")}
    score = answers(result)[5]["result"]["structuredContent"]["avg_score"]
    assert float(properties["score (ExactMatch): mean"]) == pytest.approx(score, abs=0.006)
    assert re.fullmatch(r"0\.\d\d to [01]\.\d\d", properties["score (ExactMatch): 95 % interval"])
    assert properties["right from"] == "1"


def test_junit_is_xml_whatever_an_answer_holds(home: pathlib.Path) -> None:
    characters = [chr(code) for code in [*range(1, 0x21), 0x7F, 0x85, 0xFFFD, 0xFFFE, 0xFFFF, 0x2028, 0x1F600, 0x1FFFE]]
    texts = [f"a{character}b" for character in characters] + ["]]>", "<a b='\"'>&amp;", "--><!--", "\ud7ff\ue000"]
    rows = ["word,expected_output", *('"' + text.replace('"', '""') + '",no' for text in texts)]
    script = [*a_run("{{ word }}", "\n".join(rows)), call(5, "runs_update", id=1, name="a\u0001<&\"b\u000c"), read(6, "runs/1/junit.xml")]
    result = run(home, script, "--strict")
    assert result.returncode == 0, result.stderr
    text = answers(result)[5]["result"]["contents"][0]["text"]
    suite = ElementTree.fromstring(text.encode()).find("testsuite")
    failures = suite.findall("testcase/failure")
    assert len(failures) == len(texts)
    for row in [texts.index("]]>"), texts.index("<a b='\"'>&amp;"), texts.index("a\tb"), texts.index("a\U0001f600b")]:
        assert f"word: {texts[row]}\n" in failures[row].text
    assert "a\ufffdb" in failures[0].text and suite.get("name").startswith("run 1: a")


# The manifest


def manifests(home: pathlib.Path, requests: list[dict], *runs: int) -> list[dict]:
    result = run(home, [*requests, *(read(100 + number, f"runs/{number}/manifest.json") for number in runs)], "--strict")
    assert result.returncode == 0, result.stderr
    return [json.loads(answer["result"]["contents"][0]["text"]) for answer in answers(result)[-len(runs) :]]


def test_runs_asked_and_scored_alike_have_one_hash(home: pathlib.Path) -> None:
    def another(number: int, **settings) -> list[dict]:
        return [
            call(10 * number, "runs_create", dataset_id=1, **{"prompt_id": 1, "scoring": "ExactMatch"} | settings),
            call(10 * number + 1, "runs_generate", id=number, wait_seconds=60),
        ]

    script = [
        *a_run(),
        *another(2, name="again", concurrency=3),
        *another(3, temperature=0.5),
        *another(4, scoring="Contains"),
        *another(5, rows="5"),
        call(90, "prompts_update", id=1, template="{{ word }}!"),
        *another(6, prompt_id=2),
    ]
    first, *others = manifests(home, script, 1, 2, 3, 4, 5, 6)
    assert re.fullmatch(r"[0-9a-f]{64}", first["hash"])
    assert [other["hash"] == first["hash"] for other in others] == [True, False, False, False, False]
    assert first["request"]["template"] == "{{ word }}" and first["request"]["provider"] == "echo"
    assert first["results"]["avg_score"] == 1 and first["results"]["failed"] == 0
    assert first["versions"]["program"] and first["versions"]["store_format"] >= 6
    assert others[3]["rows"]["answers"] == 5 and others[3]["rows"]["selection"] == "5"


# The example for CI


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("The capital of {{ country }} is {{ city }}.", 0),
        ("The capital of {{ country }} is Paris.", 1),
        # What sed, a shell or JSON would take for its own.
        ('A & B / C\\1 "{{ country }}"\n$HOME `x` \'y\' é', 1),
    ],
)
def test_the_example_for_ci(home: pathlib.Path, template: str, code: int) -> None:
    results = home / "results.xml"
    variables = environment(home, home / "unused.json") | {"COMPLETION_KIT": str(BINARY)}
    result = subprocess.run(
        [EXAMPLE / "eval.sh", template, results], capture_output=True, env=variables, cwd=home, timeout=60
    )
    assert result.returncode == code, result.stderr
    suite = ElementTree.parse(results).getroot().find("testsuite")
    assert suite.get("tests") == "12" and (suite.get("failures") == "0") == (code == 0)
    assert (b"below min_lower_bound 0.7" in result.stderr) == (code == 1)
    # The answer of echo is the prompt, which a failure shows.
    failure = suite.find("testcase/failure")
    assert (failure is None) == (code == 0)
    assert code == 0 or template.replace("{{ country }}", "Spain") in "".join(e.text or "" for e in suite.iter("failure"))
