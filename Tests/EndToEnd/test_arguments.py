"""Invalid arguments, and arguments in the forms that clients send."""

import pytest
from server import Server


def store_with_a_prompt(server: Server) -> dict:
    return server.get("prompts_create", name="greeting", template="Hello {{ name }}", llm_model="echo", tag_names=["one"])


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("prompts_get", {}, ["id"]),
        ("prompts_get", {"id": "seven"}, ["id", "integer"]),
        ("prompts_get", {"id": 1.5}, ["id", "integer"]),
        ("prompts_get", {"id": [1, 2]}, ["id"]),
        ("prompts_get", {"id": {"n": 1}}, ["id"]),
        ("prompts_get", {"id": True}, ["id"]),
        ("prompts_get", {"id": 10**30}, ["id"]),
        ("prompts_get", {"id": 1, "versoin": 2}, ["versoin"]),
        ("prompts_create", {"name": "x"}, ["template", "llm_model"]),
        ("prompts_create", {"nam": "x", "template": "y", "llm_model": "echo"}, ["nam", "name"]),
        ("prompts_create", {"name": 7, "template": ["y"], "llm_model": {}}, ["name", "template", "llm_model"]),
        ("prompts_create", {"name": None, "template": None, "llm_model": None}, ["name", "template", "llm_model"]),
        ("prompts_list", {"limit": 0}, ["limit"]),
        ("prompts_list", {"limit": 501}, ["limit", "500"]),
        ("prompts_list", {"cursor": "no such cursor"}, ["cursor"]),
        ("prompts_list", {"fields": ["no_such_field"]}, ["no_such_field"]),
        ("runs_create", {"prompt_id": 1, "temperature": 3}, ["temperature"]),
        ("runs_create", {"prompt_id": 1, "temperature": "warm"}, ["temperature"]),
        ("runs_create", {"prompt_id": 1, "concurrency": 65}, ["concurrency", "64"]),
        ("runs_create", {"prompt_id": 1, "scoring": "Exactmatches"}, ["scoring", "ExactMatch"]),
        ("runs_create", {"prompt_id": 99}, ["99", "prompts_list"]),
        ("runs_create", {"prompt_id": 1, "dataset_id": 99}, ["99", "datasets_create"]),
        ("runs_create", {"prompt_id": 1, "metric_ids": [99]}, ["99", "metrics_create"]),
        ("runs_get", {"id": 99}, ["No run 99", "runs_create"]),
        ("runs_generate", {"id": 99}, ["No run 99", "runs_create"]),
        ("runs_generate", {"id": 1, "wait_seconds": 601}, ["wait_seconds", "600"]),
        ("prompts_get", {"id": 99}, ["No prompt 99", "greeting", "prompts_list"]),
        ("prompts_delete", {"id": 99}, ["No prompt 99"]),
        ("datasets_get", {"id": 99}, ["No dataset 99", "datasets_create"]),
        ("metrics_update", {"id": 99, "name": "x"}, ["No metric 99"]),
        ("metric_groups_get", {"id": 99}, ["No metric group 99", "metric_groups_create"]),
        ("metric_groups_create", {"name": "g", "metric_ids": [99]}, ["99", "metrics_create"]),
        ("provider_credentials_get", {"id": 99}, ["99", "provider_credentials_create"]),
        ("provider_credentials_create", {"provider": "acme", "api_key": "k"}, ["provider", "openai", "anthropic"]),
        ("tags_get", {"id": 99}, ["No tag 99", "one", "tags_list"]),
        ("tags_create", {"name": "  "}, ["name"]),
        ("tags_create", {"name": "x" * 65}, ["64"]),
        ("tags_create", {"name": "one"}, ["one"]),
        ("responses_get", {"run_id": 99, "id": 1}, ["99"]),
        ("metrics_create", {"name": "m", "rubric_bands": [{"stars": 6, "description": "too many"}]}, ["stars"]),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_wrong_argument_is_named_and_nothing_is_changed(
    server: Server, tool: str, arguments: dict, words: list[str]
) -> None:
    store_with_a_prompt(server)
    before = server.contents()
    sentence = server.fault(tool, **arguments)
    assert [word for word in words if word not in sentence] == [], sentence
    assert server.contents() == before


def test_all_problems_of_a_call_are_reported_together(server: Server) -> None:
    sentence = server.fault("runs_create", prompt="x", temperature="hot", concurrency=0)
    assert [word for word in ("prompt_id", "temperature", "concurrency") if word not in sentence] == [], sentence


def test_an_unknown_argument_names_the_nearest_valid_one(server: Server) -> None:
    sentence = server.fault("prompts_create", name="a", templat="b", llm_model="echo")
    assert "templat is not" in sentence and '"template"' in sentence, sentence


@pytest.mark.parametrize(
    "arguments",
    [
        {"id": "1"},
        {"id": 1.0},
        {"id": " 1 "},
    ],
    ids=str,
)
def test_a_number_may_come_as_clients_write_it(server: Server, arguments: dict) -> None:
    store_with_a_prompt(server)
    assert server.get("prompts_get", **arguments)["name"] == "greeting"


def test_lists_booleans_and_empties_may_come_as_strings(server: Server) -> None:
    store_with_a_prompt(server)
    assert server.get("prompts_list", tag_names="one")["total"] == 1
    assert server.get("prompts_list", tag_names='["one","two"]')["total"] == 1
    assert server.get("prompts_list", current="true", limit="5", cursor=None)["total"] == 1
    assert server.get("prompts_list", current="", name="", tag_names=None, cursor="")["total"] == 1
    removed = server.get("prompts_delete", id="1", dry_run="true")
    assert removed["id"] == 1
    assert server.get("prompts_get", id=1)["name"] == "greeting"


def test_a_string_is_never_taken_for_something_else(server: Server) -> None:
    template = '{"json": [1, true, null]}'
    assert server.get("prompts_create", name="1.0", template=template, llm_model="echo")["template"] == template
    assert server.get("prompts_get", id=1)["name"] == "1.0"


def test_text_of_every_script_survives(start) -> None:
    server = start()
    text = "é e\u0301 😀 東京 \u202e \ufffd \u0000 \\ \" \u2028 {{ name }} \r\n\t"
    created = server.get("prompts_create", name="scripts", template=text, llm_model="echo")
    assert created["template"] == text
    assert server.finish() == 0
    assert start().get("prompts_get", id=created["id"])["template"] == text


def test_a_lone_surrogate_is_no_reason_to_lose_a_call(server: Server) -> None:
    server.expect({"id": 1, "method": "tools/call"})
    server.write(
        b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"prompts_create","arguments":'
        b'{"name":"cut","template":"smile \\ud83d","llm_model":"echo"}}}\n'
    )
    assert server.answer(1)["result"]["structuredContent"]["template"] == "smile \ufffd"


def test_twenty_megabytes_are_taken_or_refused_but_not_fatal(start) -> None:
    server = start()
    row = "What is the answer to the ultimate question?,42\n"
    count = 20_000_000 // len(row)
    dataset = server.get("datasets_create", name="large", csv_data="question,expected_output\n" + row * count)
    assert dataset["row_count"] == count
    assert server.request("ping", timeout=10)["result"] == {}
    template = "x" * 20_000_000
    result = server.call("prompts_create", name="large", template=template, llm_model="echo")
    assert result["content"][0]["text"]
    assert server.request("ping", timeout=10)["result"] == {}
    assert server.finish() == 0
    again = start()
    assert again.get("datasets_get", id=dataset["id"], limit=2)["row_count"] == count
    assert again.get("datasets_list")["total"] == 1
