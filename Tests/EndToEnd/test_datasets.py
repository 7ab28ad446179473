"""Faults of a CSV text, and of a run on one."""

import pytest
from server import Server

FAULTS = [
    pytest.param("a,b\n1,2\n3\n", ["line 3"], id="a row too short"),
    pytest.param("a,b\n1,2,3\n", ["line 2"], id="a row too long"),
    pytest.param('a,b\n"1\n\n",2\nx\n', ["line 5"], id="a ragged row after a field of several lines"),
    pytest.param("a,b,a\n1,2,3\n", ["line 1", "a"], id="a column twice"),
    pytest.param("a,,b\n1,2,3\n", ["line 1"], id="a column without a name"),
    pytest.param("a, ,b\n1,2,3\n", ["line 1"], id="a column of white space"),
    pytest.param("a,b\n", ["row"], id="no data row"),
    pytest.param("a,b", ["row"], id="a header alone"),
    pytest.param('a,b\n1,"2\n3,4\n', ["line 2"], id="an open quote"),
    pytest.param('a,b\n1,2\n"3,4', ["line 3"], id="an open quote at the end"),
    pytest.param("   ", [], id="white space"),
]


@pytest.mark.parametrize(("text", "words"), FAULTS)
def test_a_faulty_csv_is_refused_with_its_line(server: Server, text: str, words: list[str]) -> None:
    id = server.get("datasets_create", name="good", csv_data="a,b\n1,2\n")["id"]
    good = server.get("datasets_get", id=id)
    sentence = server.fault("datasets_create", name="bad", csv_data=text)
    assert [word for word in words if word not in sentence.lower()] == [], sentence
    assert server.fault("datasets_update", id=good["id"], csv_data=text)
    assert server.get("datasets_get", id=good["id"]) == good
    assert server.get("datasets_list")["total"] == 1


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        pytest.param("a,b\r\n1,2\r\n3,4", ["a", "b"], 2, id="CRLF"),
        pytest.param("\ufeffa,b\n1,2\n", ["a", "b"], 1, id="byte-order mark"),
        pytest.param('a,b\n"1,\n""x""",2\n', ["a", "b"], 1, id="quotes"),
        pytest.param("text,expected_output\\nHello,Hi", ["text", "expected_output"], 1, id="the reference's example"),
        pytest.param("a\n1\n2\n3\n", ["a"], 3, id="one column"),
    ],
)
def test_csv_as_it_comes_is_read(server: Server, text: str, columns: list[str], rows: int) -> None:
    dataset = server.get("datasets_create", name="d", csv_data=text)
    assert (dataset["columns"], dataset["row_count"]) == (columns, rows)


def test_a_prompt_whose_variables_the_dataset_lacks_cannot_run(server: Server) -> None:
    prompt = server.get("prompts_create", name="p", template="{{ question }} {{tone}} {{ topic }}", llm_model="echo")
    dataset = server.get("datasets_create", name="d", csv_data="question,answer\na,b\n")
    sentence = server.fault("runs_create", prompt_id=prompt["id"], dataset_id=dataset["id"])
    assert [word for word in ("tone", "topic", "answer") if word not in sentence] == [], sentence
    assert server.get("runs_list")["total"] == 0


def test_a_prompt_with_variables_needs_a_dataset(server: Server) -> None:
    prompt = server.get("prompts_create", name="p", template="{{ question }}", llm_model="echo")
    assert "question" in server.fault("runs_create", prompt_id=prompt["id"])


def test_scoring_needs_something_to_compare_with(server: Server) -> None:
    prompt = server.get("prompts_create", name="p", template="{{ question }}", llm_model="echo")
    dataset = server.get("datasets_create", name="d", csv_data="question\na\n")
    arguments = {"prompt_id": prompt["id"], "dataset_id": dataset["id"]}
    assert "expected_output" in server.fault("runs_create", scoring="ExactMatch", **arguments)
    assert "expected_output" in server.fault("runs_create", scoring="Contains", **arguments)
    assert "expected_output" in server.fault("runs_create", scoring="LlmJudge", **arguments)
    assert "nothing" in server.fault("runs_create", expected_column="nothing", scoring="ExactMatch", **arguments)
