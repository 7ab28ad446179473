"""Datasets from files: only tables in the allowed folders, in any usual encoding, and more rows for one that exists."""

import json
import os
import pathlib
import threading
from collections.abc import Callable

import pytest
from server import Server

ROWS = "name,note\nZoë,“ü”\nbob,€ 5\ncarl,x\ndora,y\n"
FIRST = [{"name": "Zoë", "note": "“ü”"}, {"name": "bob", "note": "€ 5"}, {"name": "carl", "note": "x"}]


@pytest.fixture
def tables(home: pathlib.Path) -> pathlib.Path:
    """An allowed folder with a table in it, and a secret beside it."""
    folder = home / "tables"
    folder.mkdir()
    (folder / "rows.csv").write_text(ROWS, encoding="utf-8")
    (home / "secret.csv").write_text("password\nhunter2\n")
    return folder


@pytest.fixture
def server(start: Callable[..., Server], tables: pathlib.Path) -> Server:
    return start("--files", str(tables))


def test_the_answer_describes_the_table_and_does_not_repeat_it(server: Server, tables: pathlib.Path) -> None:
    for path in ("rows.csv", str(tables / "rows.csv")):
        made = server.get("datasets_create", name="d", path=path)
        assert made["columns"] == ["name", "note"] and made["row_count"] == 4 and made["first_rows"] == FIRST
        assert "dora" not in json.dumps(made) and "csv_data" not in made
    assert server.get("datasets_get", id=1)["csv_data"] == ROWS


def test_the_folder_beside_the_store_needs_no_option(start: Callable[..., Server], home: pathlib.Path) -> None:
    (home / "data" / "files").mkdir(parents=True)
    (home / "data" / "files" / "a.csv").write_text("a\n1\n")
    (home / "b.csv").write_text("b\n1\n")
    server = start()
    assert server.get("datasets_create", name="d", path="a.csv")["row_count"] == 1
    assert "--files FOLDER (COMPLETION_KIT_FILES)" in server.fault("datasets_create", name="d", path=str(home / "b.csv"))


def test_no_path_leads_out_of_the_folders(server: Server, home: pathlib.Path, tables: pathlib.Path) -> None:
    (tables / "link.csv").symlink_to(home / "secret.csv")
    (tables / "out").symlink_to(home)
    (tables / "folder.csv").mkdir()
    paths = [
        "../secret.csv", str(home / "secret.csv"), str(tables / ".." / "secret.csv"), "link.csv", "out/secret.csv",
        "rows.csv/../../secret.csv", "/etc/passwd", "/etc/hosts.txt", "/proc/self/environ.txt", "folder.csv", ".csv", "",
        "file://" + str(tables / "rows.csv"), "nowhere.csv",
    ]  # fmt: skip
    for path in paths:
        sentence = server.fault("datasets_create", name="d", path=path)
        assert "hunter2" not in sentence and "root:" not in sentence, (path, sentence)
    assert server.get("datasets_list")["total"] == 0


def test_only_regular_files_are_read(start: Callable[..., Server], tables: pathlib.Path) -> None:
    os.mkfifo(tables / "pipe.csv")
    (tables / "zero.csv").symlink_to("/dev/zero")
    server = start("--files", str(tables), "--files", "/dev")
    for path in ("pipe.csv", "zero.csv", "/dev/zero", "/dev/stdin", "/dev/urandom"):
        assert server.fault("datasets_create", name="d", path=path)
    assert server.get("datasets_list")["total"] == 0


def test_only_names_of_tables_are_read(server: Server, tables: pathlib.Path) -> None:
    for name in ("key.pem", "store", "table.xlsx", "notes.md"):
        (tables / name).write_text("a\nsecret\n")
        sentence = server.fault("datasets_create", name="d", path=name)
        assert ".csv" in sentence and "secret" not in sentence
    (tables / "zip.csv").write_bytes(b"PK\x03\x04" + bytes(100))
    assert "spreadsheet" in server.fault("datasets_create", name="d", path="zip.csv")
    (tables / "image.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert "zero bytes" in server.fault("datasets_create", name="d", path="image.csv")


def test_a_huge_file_is_refused_before_it_is_read(server: Server, tables: pathlib.Path) -> None:
    with (tables / "huge.csv").open("wb") as file:
        file.write(b"a\n1\n")
        file.truncate(1 << 40)
    assert str(1 << 40) in server.fault("datasets_create", name="d", path="huge.csv")


def test_a_file_that_is_being_written_is_refused_or_read_whole(server: Server, tables: pathlib.Path) -> None:
    """Never half of one state and half of another: all rows say the same."""
    is_done = threading.Event()
    states = [("a\n" + f"{letter * 20}\n" * 200_000).encode() for letter in "xy"]
    (tables / "live.csv").write_bytes(states[0])

    def write() -> None:
        count = 0
        while not is_done.is_set():
            count += 1
            (tables / "live.csv").write_bytes(states[count % 2])

    writer = threading.Thread(target=write)
    writer.start()
    refusals = 0
    try:
        for _ in range(20):
            result = server.call("datasets_create", name="d", path="live.csv")
            if result.get("isError"):
                refusals += 1
            else:
                id = result["structuredContent"]["id"]
                ends = [server.get("datasets_get", id=id, offset=at, limit=1)["csv_data"] for at in (0, 199_999)]
                assert ends[0] == ends[1]
    finally:
        is_done.set()
        writer.join()
    assert refusals > 0


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", ""), ("utf-8-sig", ""), ("utf-16", "UTF-16"), ("utf-16-be", "UTF-16"), ("cp1252", "Windows-1252")],
)
def test_encodings(server: Server, tables: pathlib.Path, encoding: str, told: str) -> None:
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    (tables / "e.csv").write_bytes(mark + ROWS.encode(encoding))
    made = server.get("datasets_create", name="d", path="e.csv")
    assert made["first_rows"] == FIRST and made["row_count"] == 4
    assert told in made.get("note", "") and ("note" in made) == bool(told)


@pytest.mark.parametrize(
    ("name", "text", "options"),
    [
        ("a.tsv", "name\tnote\nann\t1, 2\n", {}),
        ("a.csv", "name;note\nann;1, 2\n", {}),
        ("a.txt", 'sep=;\nname;note\nann;"1, 2"\n', {}),
        ("a.jsonl", '{"name":"ann","note":"1, 2"}\n', {}),
        ("a.ndjson", '{"name":"ann","note":"1, 2"}\n', {"format": "jsonl"}),
        ("a.JSON", '[{"name":"ann","note":"1, 2"}]', {"format": "json"}),
        ("b.tsv", "name, first\tnote\nann, x\t1, 2\n", {}),
    ],
)
def test_formats(server: Server, tables: pathlib.Path, name: str, text: str, options: dict) -> None:
    (tables / name).write_text(text)
    made = server.get("datasets_create", name="d", path=name, **options)
    assert list(made["first_rows"][0].values())[-1] == "1, 2" and made["note"]


def test_the_rows_are_given_once(server: Server) -> None:
    assert "csv_data" in server.fault("datasets_create", name="d")
    assert "not both" in server.fault("datasets_create", name="d", csv_data="a\n1\n", path="rows.csv")
    server.get("datasets_create", name="d", csv_data="a\n1\n")
    assert "not both" in server.fault("datasets_update", id=1, append_csv="a\n2\n", append_path="rows.csv")
    assert "same call" in server.fault("datasets_update", id=1, append_csv="a\n2\n", csv_data="a\n1\n")


def test_rows_are_appended_and_paid_for_alone(server: Server, tables: pathlib.Path) -> None:
    dataset = server.get("datasets_create", name="d", csv_data="text\none\ntwo\n")
    prompt = server.get("prompts_create", name="p", template="{{ text }}", llm_model="echo")
    run = server.get("runs_create", prompt_id=prompt["id"], dataset_id=dataset["id"])
    assert server.get("runs_generate", id=run["id"], wait_seconds=30)["status"] == "completed"
    more = server.get("datasets_update", id=1, name="e", append_csv='{"text":"three"}')
    assert (more["name"], more["row_count"]) == ("e", 3)
    assert [row["text"] for row in more["first_rows"]] == ["one", "two", "three"] and "row_index 2" in more["note"]
    assert more["row_count_before"] == 2
    assert more["first_appended_row"] == {"text": "three"}
    (tables / "more.csv").write_text("text\r\nfour\r\nfünf\r\n", encoding="cp1252")
    more = server.get("datasets_update", id=1, append_path="more.csv")
    assert (more["row_count_before"], more["row_count"]) == (3, 5) and "Windows-1252" in more["note"]
    assert more["first_appended_row"] == {"text": "four"}
    again = server.get("runs_create", like_run=run["id"], prompt_id=prompt["id"], reuse=True)
    server.get("runs_generate", id=again["id"], wait_seconds=30)
    responses = server.get("responses_list", run_id=again["id"], limit=10, fields=["row_index", "input_data", "reused_from"])
    rows = sorted(responses["responses"], key=lambda row: row["row_index"])
    assert [row["input_data"]["text"] for row in rows] == ["one", "two", "three", "four", "fünf"]
    assert [row.get("reused_from") is not None for row in rows] == [True, True, False, False, False]
    assert '"other"' in server.fault("datasets_update", id=1, append_csv="other\nx\n")


def test_appending_from_two_processes_loses_nothing(start: Callable[..., Server]) -> None:
    servers = [start(), start()]
    servers[0].get("datasets_create", name="d", csv_data="who\nnobody\n")

    def append(server: Server, who: str) -> None:
        for number in range(20):
            server.get("datasets_update", id=1, append_csv=f"who\n{who}{number}\n")

    threads = [threading.Thread(target=append, args=pair) for pair in zip(servers, "ab", strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = servers[0].get("datasets_get", id=1)["csv_data"].splitlines()[2:]
    for who in "ab":
        assert [line for line in lines if line[0] == who] == [f"{who}{number}" for number in range(20)]


def test_a_tag_change_does_not_write_the_text_again(start: Callable[..., Server], home: pathlib.Path, tables: pathlib.Path) -> None:
    (tables / "long.csv").write_text("text\n" + ("x" * 99 + "\n") * 10_000)
    server = start("--files", str(tables))
    server.get("datasets_create", name="d", path="long.csv")
    store = home / "data" / "store.json"
    before = store.stat().st_size
    server.get("datasets_update", id=1, tag_names=["qa"])
    server.get("datasets_update", id=1, name="e")
    assert 1_000_000 < before < store.stat().st_size < before + 2_000
    assert server.finish() == 0
    again = start("--files", str(tables))
    shown = again.get("datasets_get", id=1, offset=9_999)
    assert (shown["name"], shown["tags"], shown["csv_data"]) == ("e", ["qa"], "text\n" + "x" * 99 + "\n")
    again.get("datasets_delete", id=1, confirm=True)
    assert again.finish() == 0
    assert "xxxx" not in store.read_text()


def test_a_long_text_is_on_disk_as_it_was_given(start: Callable[..., Server], home: pathlib.Path, tables: pathlib.Path) -> None:
    """It is written in parts, whose borders fall anywhere among characters of every length and escape."""
    row = '"a ""b""\u2028\u2029","\té€😀\\\x07"\r\n'
    text = "text,note\n" + "".join("x" * (n % 7) + "," + str(n) + "\n" + row for n in range(60_000))
    (tables / "long.csv").write_bytes(text.encode())
    server = start("--files", str(tables))
    assert server.get("datasets_create", name="d", path="long.csv")["row_count"] == 120_000
    server.get("datasets_update", id=1, append_csv="text,note\nlast,1\n")
    server.get("datasets_update", id=1, tag_names=["qa"])
    server.process.kill()
    stored = json.loads((home / "data" / "store.json").read_text())
    texts = [line for entry in stored["journal"] for line in entry["put"].get("dataset_texts", [])] or stored["dataset_texts"]
    assert texts[-1]["csv_data"] == text + "last,1\n"
    again = start()
    assert again.get("datasets_get", id=1, offset=120_000)["csv_data"] == "text,note\nlast,1\n"
    assert again.get("datasets_list")["datasets"][0]["tags"] == ["qa"]
