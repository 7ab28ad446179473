"""The store while the system calls below it fail, and while its file is emptied, replaced, moved or out of reach.

`failing_calls.c` stands between the program and the C library and makes the n-th call on the store's file fail, for every
n that a short session of changes has. Whatever fails: what was acknowledged is there afterwards, what was refused is not,
what is said to be unknown is either, and the file is one that a new process reads.
"""

import collections
import contextlib
import errno
import json
import os
import pathlib
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from test_store_faults import Client, document, everything, records

# More calls than any session makes.
FOR_GOOD = 1_000_000
# The errno, and how many calls fail from the n-th on; a disk that is full stays full.
KINDS = {"EIO once": (errno.EIO, 1), "EIO": (errno.EIO, FOR_GOOD), "ENOSPC": (errno.ENOSPC, FOR_GOOD), "half": (0, FOR_GOOD)}
UNKNOWN, NOTHING = "not known whether", "Nothing was changed"
# So long that the entry is written in parts.
LONG = "text\n" + "".join(f"{'x' * 200} {n}\n" for n in range(6_000))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pathlib.Path]:
    compiler = shutil.which("cc") or shutil.which("clang") or shutil.which("gcc")
    if not compiler or not pathlib.Path("/proc/self/fd").is_dir():
        pytest.skip("there is no C compiler, or calls cannot be replaced here")
    path = tmp_path_factory.mktemp("library") / "failing_calls.so"
    source = pathlib.Path(__file__).with_name("failing_calls.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", path, source, "-ldl"], check=True)
    yield path


@pytest.fixture
def place(home: pathlib.Path) -> Iterator[pathlib.Path]:
    """A store with records that no session touches."""
    store = home / "kit" / "store.json"
    client = Client(home, store)
    client.get("tags_create", name="untouched")
    client.get("provider_credentials_create", provider="ollama", name="c", api_key="key-0")
    client.get("prompts_create", name="p", template="{{ text }}", llm_model="echo")
    client.get("datasets_create", name="rows", csv_data="text\n" + "".join(f"row {n}\n" for n in range(6)))
    client.finish()
    yield store


class Books:
    """What a session was told, by the names of records."""

    def __init__(self) -> None:
        self.there: set[str] = {"untouched", "rows"}
        self.gone: set[str] = set()
        # Changes of which it is not known whether they were made.
        self.open: list[tuple[str | None, str | None]] = []
        self.errors: list[str] = []
        self.answered = 0

    def change(self, result: dict, old: str | None, new: str | None) -> None:
        """Notes the answer to a change of one name into another."""
        kept, dropped = new, old
        if result.get("isError"):
            text = result["content"][0]["text"]
            self.errors.append(text)
            if UNKNOWN in text:
                self.open.append((old, new))
                self.there.discard(old)
                return
            assert NOTHING in text, text
            kept, dropped = old, new
        self.there = self.there - {dropped} | {kept} - {None}
        self.gone = self.gone - {kept} | {dropped} - {None}

    def check(self, found: set[str]) -> None:
        assert self.there - found == set(), "what was acknowledged is lost"
        assert self.gone & found == set(), "what was refused, or replaced, is there"
        for old, new in self.open:
            assert old is None or (old in found) != (new in found), f"neither or both of {old} and {new}"


def session(client: Client, books: Books) -> None:
    """Changes of every kind: short and long entries, rewrites of the file, and the rows of a run."""
    books.change(client.call("tags_create", name="one"), None, "one")
    books.change(client.call("tags_create", name="two"), None, "two")
    books.change(client.call("datasets_create", name="long", csv_data=LONG), None, "long")
    books.change(client.call("tags_update", id=1, name="touched"), "untouched", "touched")
    # A key that is replaced makes the file be written anew.
    result = client.call("provider_credentials_update", id=1, api_key="key-1")
    books.change(result, "key-0", "key-1")
    result = client.call("runs_create", prompt_id=1, dataset_id=1)
    books.change(result, None, "run")
    if not result.get("isError"):
        result = client.call("runs_generate", id=1, wait_seconds=30)
        if not result.get("isError"):
            books.answered = result["structuredContent"]["responses_count"]
    books.change(client.call("tags_create", name="three"), None, "three")


def found_in(home: pathlib.Path, store: pathlib.Path) -> tuple[set[str], int]:
    """What another process finds, and how many rows the run has."""
    other = Client(home, store)
    # A write that ended in the middle is mended by the next one.
    other.get("tags_create", name="afterwards")
    found = {row["name"] for kind in ("tags", "datasets") for row in everything(other, kind)}
    found |= {row["api_key"] for row in records(store, "provider_credentials").values() if row.get("api_key")}
    runs = everything(other, "runs")
    rows = 0
    if runs:
        found.add("run")
        page = other.get("responses_list", run_id=runs[0]["id"], fields=["id", "row_index"])["responses"]
        answered = [row["row_index"] for row in page if row["id"] is not None]
        assert len(answered) == len(set(answered)), "a row is there twice"
        rows = len(answered)
    other.kill()
    return found, rows


def variables(library: pathlib.Path, store: pathlib.Path, **more) -> dict[str, str]:
    paths = ":".join(map(str, (store, f"{store}.new", store.parent)))
    faults = {f"FAIL_{name.upper()}": str(value) for name, value in more.items()}
    return {"LD_PRELOAD": str(library), "FAIL_PATHS": paths} | faults


def play(home: pathlib.Path, store: pathlib.Path, library: pathlib.Path, **faults) -> Books:
    """One session with faults, and what another process says to it."""
    client = Client(home, store, variables=variables(library, store, **faults))
    books = Books()
    session(client, books)
    if faults.get("times") == 1:
        # The fault has passed, so that the same process goes on.
        books.change(client.call("tags_create", name="last"), None, "last")
        assert "last" in books.there or not books.errors[:-1], books.errors
    client.process.stdin.close()
    client.process.wait(timeout=60)
    found, rows = found_in(home, store)
    books.check(found)
    assert rows >= books.answered, "an answer is lost"
    names = [row["name"] for row in records(store, "tags").values()]
    assert len(names) == len(set(names)) and "afterwards" in names
    return books


@pytest.fixture
def counts(home: pathlib.Path, place: pathlib.Path, library: pathlib.Path) -> collections.Counter[str]:
    """How often a session without faults makes each call on the file."""
    kept = place.read_bytes()
    log = home / "calls.txt"
    assert play(home, place, library, log=log).errors == []
    restore(place, kept)
    return collections.Counter(log.read_text().split())


def restore(store: pathlib.Path, kept: bytes) -> None:
    shutil.rmtree(store.parent)
    store.parent.mkdir(mode=0o700)
    store.write_bytes(kept)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("call", ["pwrite", "fdatasync", "ftruncate", "rename", "fdatasync:ftruncate"])
def test_a_call_that_fails_loses_nothing_in_silence(
    home: pathlib.Path, place: pathlib.Path, library: pathlib.Path, counts: collections.Counter[str], call: str, kind: str
) -> None:
    code, times = KINDS[kind]
    if kind == "half" and call != "pwrite":
        pytest.skip("only writes can be short")
    # The store uses no other calls of these families.
    assert not {"write", "writev", "fsync"} & counts.keys()
    most = sum(counts[name] for name in call.split(":"))
    assert most > 0
    kept = place.read_bytes()
    told: collections.Counter[str] = collections.Counter()
    for first in range(1, most + 1):
        restore(place, kept)
        books = play(home, place, library, call=call, at=first, times=times, **{"as": code})
        for error in books.errors:
            assert "input/output error" in error or "no space" in error or UNKNOWN in error, error
            told["unknown" if UNKNOWN in error else "refused"] += 1
        told["nothing" if not books.errors else "something"] += 1
        # A short write is gone on with.
        assert code or not books.errors, books.errors
    print(
        f"\n{call} {kind}: {most} calls; sessions told of {told['something']}, and not of {told['nothing']}; "
        f"changes refused {told['refused']}, unknown {told['unknown']}"
    )


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.EMFILE])
def test_a_file_that_cannot_be_opened_is_not_begun_anew(
    home: pathlib.Path, place: pathlib.Path, library: pathlib.Path, code: int
) -> None:
    before = place.read_bytes()
    client = Client(home, place, variables=variables(library, place, call="open", times=FOR_GOOD, **{"as": code}))
    for tool, arguments in (("tags_list", {}), ("tags_create", {"name": "x"})):
        assert "store" in client.fault(tool, **arguments)
    client.process.stdin.close()
    client.process.wait(timeout=60)
    assert place.read_bytes() == before
    other = Client(home, place)
    assert other.get("tags_create", name="x")["id"] == 2
    other.finish()


def test_a_file_that_becomes_unreadable_while_it_is_used_is_left_alone(
    home: pathlib.Path, place: pathlib.Path, library: pathlib.Path
) -> None:
    log = home / "calls.txt"
    first = Client(home, place, variables=variables(library, place, log=log))
    first.get("tags_get", id=1)
    first.kill()
    opened = log.read_text().split().count("open")
    faults = variables(library, place, call="open", at=opened + 1, times=FOR_GOOD, **{"as": errno.EACCES})
    client = Client(home, place, variables=faults)
    assert client.get("tags_get", id=1)["name"] == "untouched"
    # Another process writes the file anew, so that it has to be opened again.
    other = Client(home, place)
    other.get("provider_credentials_update", id=1, api_key="key-1")
    other.get("tags_create", name="other")
    for _ in range(2):
        error = client.fault("tags_create", name="lost")
        assert "permission denied" in error and NOTHING in error
        assert "permission denied" in client.fault("tags_get", id=2)
    client.process.stdin.close()
    client.process.wait(timeout=60)
    other.get("tags_create", name="next")
    other.finish()
    assert [row["name"] for row in document(place)["tags"]] == ["untouched", "other", "next"]


def test_an_emptied_file_is_not_begun_anew_by_a_process_that_has_not_seen_it(home: pathlib.Path, place: pathlib.Path) -> None:
    text = place.read_bytes()
    os.truncate(place, 0)
    client = Client(home, place)
    for tool, arguments in (("tags_list", {}), ("tags_create", {"name": "lost"})):
        error = client.fault(tool, **arguments)
        assert "empty" in error and "remove it" in error
    assert place.read_bytes() == b""
    place.write_bytes(text)
    assert client.get("tags_create", name="next")["id"] == 2
    client.finish()
    assert [row["name"] for row in document(place)["tags"]] == ["untouched", "next"]


def test_a_store_that_is_replaced_by_another_is_never_mixed_with_it(home: pathlib.Path, place: pathlib.Path) -> None:
    another = home / "another" / "store.json"
    client = Client(home, another)
    for number in range(3):
        client.get("tags_create", name=f"other {number}")
    client.finish()
    client = Client(home, place)
    assert client.get("tags_get", id=1)["name"] == "untouched"
    mine = place.read_bytes()
    os.replace(another, place)
    assert client.get("tags_create", name="later")["id"] == 4
    client.finish()
    assert [row["name"] for row in document(place)["tags"]] == ["other 0", "other 1", "other 2", "later"]
    assert document(place)["provider_credentials"] == [] and json.loads(mine)["tags"][0]["name"] == "untouched"


def test_a_store_in_a_folder_that_is_moved_away_and_back_goes_on(home: pathlib.Path, place: pathlib.Path) -> None:
    client = Client(home, place)
    assert client.get("tags_create", name="before")["id"] == 2
    for number in range(3):
        os.rename(place.parent, home / "away")
        assert "is gone" in client.fault("tags_create", name="lost")
        with contextlib.suppress(FileNotFoundError):
            os.remove(home / "away" / "store.json.lock")
        os.rename(home / "away", place.parent)
        assert client.get("tags_create", name=f"after {number}")["id"] == 3 + number
    client.finish()
    assert len(document(place)["tags"]) == 5


def test_a_run_on_a_full_disk_says_what_is_kept_and_what_may_be_lost(
    home: pathlib.Path, place: pathlib.Path, library: pathlib.Path
) -> None:
    """The run names the store as the reason, and not an end of the server; its answers are made again once there is space."""
    log = home / "calls.txt"
    kept = place.read_bytes()
    client = Client(home, place, variables=variables(library, place, log=log))
    client.get("runs_create", prompt_id=1, dataset_id=1, concurrency=1)
    before = log.read_text().split().count("pwrite")
    client.get("runs_generate", id=1, wait_seconds=30)
    after = log.read_text().split().count("pwrite")
    client.finish()
    restore(place, kept)
    # In the middle of the rows.
    first = before + (after - before) // 2
    full = variables(library, place, call="pwrite", at=first, times=FOR_GOOD, **{"as": errno.ENOSPC})
    client = Client(home, place, variables=full)
    client.get("runs_create", prompt_id=1, dataset_id=1, concurrency=1)
    result = client.call("runs_generate", id=1, wait_seconds=30)
    run = client.get("runs_get", id=1)
    count = run["responses_count"]
    assert result["isError"] and 0 < count < 6
    answers = "1 answer is kept" if count == 1 else f"{count} answers are kept"
    for text in (result["content"][0]["text"], run["error_message"]):
        assert "could not be written" in text and answers in text and "up to 1 call" in text, text
        assert NOTHING not in text and "shutdown" not in text, text
    assert run["status"] == "failed"
    client.finish()
    other = Client(home, place)
    assert other.get("runs_generate", id=1, wait_seconds=30)["responses_count"] == 6
    other.finish()
