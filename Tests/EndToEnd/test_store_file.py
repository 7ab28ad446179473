"""Unusable store files: the server reports them, continues, and changes nothing."""

import json
import os
import pathlib
import stat
from collections.abc import Callable

import pytest
from server import Server

DAMAGED = [
    pytest.param(b"not JSON at all\n", id="text"),
    pytest.param(b"\x00\x01\x02\xff" * 100, id="bytes"),
    pytest.param(b"[1,2,3]\n", id="another JSON"),
    pytest.param(b'{"name":"somebody else\'s settings"}\n', id="another object"),
    pytest.param(b'{\n"completion_kit": 1,\n"prompts": [\n{"id":1,\n', id="cut in the records"),
    pytest.param(b'{"completion_kit":99}\n', id="a newer format"),
]


def refusal(server: Server) -> str:
    assert len(server.tools()) >= 39
    sentence = server.fault("tags_create", name="x")
    assert server.fault("prompts_list")
    assert server.request("ping")["result"] == {}
    return sentence


@pytest.mark.parametrize("data", DAMAGED)
def test_a_damaged_file_is_refused_and_left_as_it_is(
    start: Callable[..., Server], home: pathlib.Path, data: bytes
) -> None:
    store = home / "store.json"
    store.write_bytes(data)
    server = start(store=store)
    sentence = refusal(server)
    assert str(store) in sentence and "--store" in sentence, sentence
    assert store.read_bytes() == data
    assert server.finish() == 0
    assert store.read_bytes() == data
    assert [path.name for path in home.iterdir() if "stderr" not in path.name and "lock" not in path.name] == ["store.json"]


def test_a_folder_holds_the_store(start: Callable[..., Server], home: pathlib.Path) -> None:
    """Installers let the user choose a folder, not a file that does not exist yet."""
    (home / "folder").mkdir()
    server = start(store=home / "folder")
    server.get("tags_create", name="kept")
    assert server.finish() == 0
    assert (home / "folder" / "store.json").is_file()
    assert start(store=home / "folder" / "store.json").get("tags_list")["total"] == 1


def test_a_folder_in_the_place_of_the_file_is_refused(start: Callable[..., Server], home: pathlib.Path) -> None:
    (home / "folder" / "store.json").mkdir(parents=True)
    server = start(store=home / "folder")
    assert str(home / "folder" / "store.json") in refusal(server)
    assert server.finish() == 0
    assert (home / "folder" / "store.json").is_dir()


@pytest.mark.parametrize("kind", ["a loop of links", "below a file", "no permission"])
def test_what_cannot_be_read_is_refused(start: Callable[..., Server], home: pathlib.Path, kind: str) -> None:
    store = home / "store.json"
    if kind == "a loop of links":
        store.symlink_to(store)
    elif kind == "below a file":
        (home / "file").write_text("x")
        store = home / "file" / "store.json"
    else:
        if os.geteuid() == 0:
            pytest.skip("root may read everything")
        store.write_text("{}")
        store.chmod(0)
    server = start(store=store)
    assert str(store) in refusal(server)
    assert server.finish() == 0


def test_a_server_goes_on_when_its_file_is_mended(start: Callable[..., Server], home: pathlib.Path) -> None:
    store = home / "store.json"
    store.write_text("oops")
    server = start(store=store)
    refusal(server)
    store.unlink()
    assert server.get("tags_create", name="mended")["id"] == 1
    assert server.finish() == 0
    assert start(store=store).get("tags_list")["total"] == 1


def test_what_was_acknowledged_is_on_disk_and_private(start: Callable[..., Server], home: pathlib.Path) -> None:
    store = home / "new folder" / "store.json"
    server = start(store=store)
    prompt = server.get("prompts_create", name="kept", template="{{ a }}", llm_model="echo")
    text = store.read_text()
    assert "kept" in text
    assert stat.S_IMODE(store.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.parent.stat().st_mode) == 0o700
    server.process.kill()
    assert start(store=store).get("prompts_get", id=prompt["id"]) == prompt


def test_a_store_has_the_newest_format_that_can_be_read(start: Callable[..., Server], home: pathlib.Path) -> None:
    store = home / "store.json"
    start(store=store).get("tags_create", name="kept")
    version = json.loads(store.read_text())["completion_kit"]
    newer = home / "newer.json"
    newer.write_text(json.dumps({"completion_kit": version + 1}) + "\n")
    assert f"format {version + 1}" in refusal(start(store=newer))
    newer.write_text(json.dumps({"completion_kit": version}) + "\n")
    assert start(store=newer).get("tags_list")["total"] == 0


def test_everything_survives_a_restart(start: Callable[..., Server]) -> None:
    server = start()
    server.get("tags_create", name="kept")
    for n in range(30):
        server.get("metrics_create", name=f"metric {n}", tag_names=["kept", f"t{n % 3}"])
    server.get("metrics_delete", id=7)
    before = server.contents()
    assert server.finish() == 0
    again = start()
    assert again.contents() == before
    assert again.get("metrics_create", name="next")["id"] == 31


def test_two_copies_on_one_store_lose_nothing(start: Callable[..., Server]) -> None:
    first, second = start(), start()
    ids = [(server, server.begin("tools/call", {"name": "tags_create", "arguments": {"name": f"{name}{n}"}}))
           for n in range(50) for name, server in (("a", first), ("b", second))]
    numbers = [server.answer(id)["result"]["structuredContent"]["id"] for server, id in ids]
    assert sorted(numbers) == list(range(1, 101))
    assert first.contents() == second.contents()
