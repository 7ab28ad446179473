"""Files that a prompt names: inside the allowed folders, and nowhere else."""

import pathlib
from collections.abc import Callable

import pytest
from server import Server

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))


@pytest.fixture
def photos(home: pathlib.Path) -> pathlib.Path:
    """A folder that nobody has allowed yet."""
    folder = home / "photos"
    folder.mkdir()
    (folder / "a.png").write_bytes(PNG)
    (folder / "text.txt").write_bytes(b"secret words")
    (home / "outside.png").write_bytes(PNG)
    (folder / "link.png").symlink_to(home / "outside.png")
    return folder


def run(server: Server, source: str) -> str:
    """How a run ends whose only row names an image."""
    part = {"type": "image", "source": "{{ photo }}"}
    messages = [{"role": "user", "content": [part]}]
    prompt = server.get("prompts_create", name="p", template="What is it?", llm_model="echo", messages=messages)
    dataset = server.get("datasets_create", name="d", csv_data=f"photo\n{source}\n")
    made = server.get("runs_create", prompt_id=prompt["id"], dataset_id=dataset["id"])
    result = server.call("runs_generate", id=made["id"], wait_seconds=30)
    return result["content"][0]["text"] if result.get("isError") else result["structuredContent"]["status"]


def test_files_are_read_in_allowed_folders_only(
    start: Callable[..., Server], home: pathlib.Path, photos: pathlib.Path
) -> None:
    server = start("--files", str(photos))
    assert run(server, "a.png") == "completed"
    assert run(server, str(photos / "a.png")) == "completed"
    for source in ("../outside.png", str(home / "outside.png"), "link.png", "text.txt", "/etc/hostname"):
        sentence = run(server, source)
        assert sentence.startswith("Run") and "cannot start" in sentence, (source, sentence)
        assert "secret words" not in sentence


def test_the_folder_beside_the_store_is_allowed_and_no_other(
    start: Callable[..., Server], home: pathlib.Path, photos: pathlib.Path
) -> None:
    server = start()
    sentence = run(server, str(photos / "a.png"))
    assert "--files FOLDER (COMPLETION_KIT_FILES)" in sentence, sentence
    (home / "data" / "files").mkdir()
    (home / "data" / "files" / "b.png").write_bytes(PNG)
    assert run(server, "b.png") == "completed"


def test_an_image_is_in_no_result(
    start: Callable[..., Server], home: pathlib.Path, photos: pathlib.Path
) -> None:
    server = start("--files", str(photos))
    assert run(server, "a.png") == "completed"
    response = server.call("responses_get", run_id=1, id=1)["content"][0]["text"]
    assert "iVBORw0KGgo" not in response and "a.png" in response
