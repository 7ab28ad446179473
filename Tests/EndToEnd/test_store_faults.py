"""The store under real faults: killed processes, four at once, no space, a read-only file system.

The counts can be lowered for a quick look: STORE_FAULT_ROUNDS, STORE_FAULT_MUTATIONS.
"""

import contextlib
import ctypes
import errno
import json
import os
import pathlib
import platform
import random
import resource
import shutil
import signal
import struct
import subprocess
import threading
import time
from collections.abc import Callable

import pytest
from server import BINARY, environment

ROUNDS = int(os.environ.get("STORE_FAULT_ROUNDS", "500"))
MUTATIONS = int(os.environ.get("STORE_FAULT_MUTATIONS", "2500"))
PROCESSES = 4
ROWS = 40


class Client:
    """A spawned server and a minimal client: lines out, lines in."""

    def __init__(
        self,
        home: pathlib.Path,
        store: pathlib.Path,
        limit: int | None = None,
        before: Callable[[], None] = lambda: None,
        variables: dict[str, str] | None = None,
    ) -> None:
        def restrict() -> None:
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
            before()

        self.process = subprocess.Popen(
            [str(BINARY)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(home, store) | (variables or {}),
            cwd="/",
            preexec_fn=restrict,
        )
        self.count = 0

    def line(self, tool: str, **arguments) -> bytes:
        self.count += 1
        params = {"name": tool, "arguments": arguments}
        return json.dumps({"jsonrpc": "2.0", "id": self.count, "method": "tools/call", "params": params}).encode() + b"\n"

    def call(self, tool: str, **arguments) -> dict:
        self.process.stdin.write(self.line(tool, **arguments))
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())["result"]

    def get(self, tool: str, **arguments) -> dict:
        result = self.call(tool, **arguments)
        assert not result.get("isError"), result["content"][0]["text"]
        return result["structuredContent"]

    def fault(self, tool: str, **arguments) -> str:
        result = self.call(tool, **arguments)
        assert result.get("isError"), result
        return result["content"][0]["text"]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def finish(self) -> None:
        self.process.stdin.close()
        assert self.process.wait(timeout=60) == 0


def everything(client: Client, kind: str) -> list[dict]:
    """All records of a kind, page by page."""
    rows, cursor = [], None
    while True:
        page = client.get(f"{kind}_list", limit=500, **({"cursor": cursor} if cursor else {}))
        rows += page[kind]
        cursor = page.get("next_cursor")
        if not cursor:
            return rows


def document(store: pathlib.Path) -> dict:
    return json.loads(store.read_text())


def records(store: pathlib.Path, kind: str) -> dict[int, dict]:
    """The records of a kind, read independently of the program: the document with its journal applied."""
    contents = document(store)
    rows = {row["id"]: row for row in contents[kind]}
    assert len(rows) == len(contents[kind]), "an id was used twice"
    for entry in contents["journal"]:
        for id in entry.get("delete", {}).get(kind, []):
            del rows[id]
        rows |= {row["id"]: row for row in entry.get("put", {}).get(kind, [])}
    return rows


def test_a_killed_server_loses_nothing_it_has_acknowledged(home: pathlib.Path) -> None:
    store = home / "kit" / "store.json"
    first = Client(home, store)
    rows = "".join(f"word {row}\n" for row in range(ROWS))
    first.get("datasets_create", name="words", csv_data="text\n" + rows)
    first.get("prompts_create", name="p", template="{{ text }}", llm_model="echo", description="0")
    first.finish()

    dice = random.Random(20261121)
    tags: dict[int, str] = {}
    described, highest = 0, 0
    for number in range(ROUNDS):
        client = Client(home, store)
        # What the killed one had acknowledged is there; what it had not may be.
        if tags:
            last = max(tags)
            assert client.get("tags_get", id=last)["name"] == tags[last]
        seen = int(client.get("prompts_get", id=1)["description"])
        assert described <= seen <= highest
        run = client.get("runs_create", prompt_id=1, dataset_id=1)["id"]
        lines = [client.line("runs_generate", id=run, wait_seconds=0)]
        sent: dict[int, tuple[str, str]] = {}
        for step in range(200):
            if step % 3:
                name = f"r{number} s{step}"
                lines.append(client.line("tags_create", name=name))
                sent[client.count] = ("tag", name)
            else:
                highest += 1
                lines.append(client.line("prompts_update", id=1, description=str(highest)))
                sent[client.count] = ("prompt", str(highest))

        def acknowledge(client=client, sent=sent) -> None:
            nonlocal described
            for line in client.process.stdout:
                if not line.endswith(b"\n"):
                    break
                message = json.loads(line)
                kind, value = sent.get(message["id"], ("run", ""))
                assert not message["result"]["isError"], message
                content = message["result"]["structuredContent"]
                if kind == "tag":
                    assert content["id"] not in tags, "an id was used twice"
                    tags[content["id"]] = value
                elif kind == "prompt":
                    described = max(described, int(value))

        reader = threading.Thread(target=acknowledge)
        reader.start()
        timer = threading.Timer(dice.uniform(0, 0.03), client.process.kill)
        timer.start()
        with contextlib.suppress(BrokenPipeError):
            client.process.stdin.write(b"".join(lines))
            client.process.stdin.flush()
        client.process.wait()
        reader.join()

    last = Client(home, store)
    found = {tag["id"]: tag["name"] for tag in everything(last, "tags")}
    assert {id: found.get(id) for id in tags} == tags
    last.finish()
    responses = records(store, "responses")
    assert len({(row["run_id"], row["row_index"]) for row in responses.values()}) == len(responses)
    print(f"\n{ROUNDS} kills: {len(tags)} acknowledged tags, {described} updates, {len(responses)} responses: none lost")


# The numbers of the system calls by which an entry gets into the file.
SYSTEM_CALLS = {
    "x86_64": {"pwrite64": 18, "fdatasync": 75, "ftruncate": 77},
    "aarch64": {"pwrite64": 68, "fdatasync": 83, "ftruncate": 46},
}.get(platform.machine(), {})
CLOSING = b"\n]\n}\n"


def system_call_filter(deadly: str | None = None, failing: str | tuple[str, ...] = ()) -> Callable[[], None]:
    """A filter that makes Linux kill the process at one system call and fail others with a disk error.

    The deadly call may have a size, as in "pwrite64 5", that it must be called with.
    """
    name, _, size = (deadly or "").partition(" ")
    load, equal, answer, kill, allow = 0x20, 0x15, 0x06, 0x8000_0000, 0x7FFF_0000
    steps = [(load, 0, 0, 0)]
    for call in [failing] if isinstance(failing, str) else failing:
        steps += [(equal, 0, 1, SYSTEM_CALLS[call]), (answer, 0, 0, 0x0005_0000 | errno.EIO)]
    if not deadly:
        pass
    elif size:
        steps += [(equal, 0, 3, SYSTEM_CALLS[name]), (load, 0, 0, 32), (equal, 0, 1, int(size)), (answer, 0, 0, kill)]
    else:
        steps += [(equal, 0, 1, SYSTEM_CALLS[name]), (answer, 0, 0, kill)]
    code = b"".join(struct.pack("=HBBI", *step) for step in [*steps, (answer, 0, 0, allow)])
    text = ctypes.create_string_buffer(code)
    program = ctypes.create_string_buffer(struct.pack("@HP", len(code) // 8, ctypes.addressof(text)))
    library = ctypes.CDLL(None, use_errno=True)

    def install() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        no_new_privileges, set_filter, filter_mode = 38, 22, 2
        if library.prctl(no_new_privileges, 1, 0, 0, 0) or library.prctl(set_filter, filter_mode, program, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")

    # The caller keeps the function, and the function must keep the text that the program points to.
    install.text = text
    return install


@pytest.fixture
def acknowledged(home: pathlib.Path) -> pathlib.Path:
    """A store with one acknowledged tag in its journal, where the system can filter system calls."""
    if not SYSTEM_CALLS or platform.system() != "Linux":
        pytest.skip("system calls cannot be filtered here")
    try:
        subprocess.run(["true"], preexec_fn=system_call_filter("ftruncate"), check=True)
    except subprocess.SubprocessError:
        pytest.skip("this system allows no filter of system calls")
    store = home / "kit" / "store.json"
    first = Client(home, store)
    first.get("tags_create", name="acknowledged")
    first.kill()
    assert store.read_bytes().endswith(CLOSING)
    return store


def killed_at_a_change(
    home: pathlib.Path, store: pathlib.Path, deadly: str, failing: str | tuple[str, ...] = ()
) -> None:
    """Lets a server be killed at a system call during a change, and another one continue."""
    client = Client(home, store, before=system_call_filter(deadly, failing))
    client.process.stdin.write(client.line("tags_create", name="late"))
    client.process.stdin.flush()
    assert client.process.stdout.readline() == b""
    assert client.process.wait() == -signal.SIGSYS
    last = Client(home, store)
    found = [tag["name"] for tag in everything(last, "tags")]
    assert sorted(found) in (["acknowledged"], ["acknowledged", "late"])
    last.get("tags_create", name="next")
    last.finish()
    assert sorted(row["name"] for row in document(store)["tags"]) == [*sorted(found), "next"]


@pytest.mark.parametrize("deadly", ["ftruncate", "pwrite64", "fdatasync"])
@pytest.mark.parametrize("length", [10, 5_000])
def test_a_second_kill_does_not_damage_what_the_first_has_torn(
    home: pathlib.Path, acknowledged: pathlib.Path, deadly: str, length: int
) -> None:
    text = acknowledged.read_bytes().removesuffix(CLOSING)
    torn = b',\n{"put":{"tags":[{"id":2,"name":"' + b"x" * length
    acknowledged.write_bytes(text + torn)
    killed_at_a_change(home, acknowledged, deadly)


@pytest.mark.parametrize("deadly", ["ftruncate", f"pwrite64 {len(CLOSING)}"])
def test_a_kill_while_a_failed_change_is_taken_back_damages_nothing(
    home: pathlib.Path, acknowledged: pathlib.Path, deadly: str
) -> None:
    killed_at_a_change(home, acknowledged, deadly, failing="fdatasync")


def test_a_change_that_can_be_neither_synced_nor_taken_back_is_not_called_undone(
    home: pathlib.Path, acknowledged: pathlib.Path
) -> None:
    client = Client(home, acknowledged, before=system_call_filter(failing=("fdatasync", "ftruncate")))
    error = client.fault("tags_create", name="late")
    assert "not known whether" in error and "Nothing was changed" not in error
    # The change is in the file, and every server sees it, including the one that wrote it.
    other = Client(home, acknowledged)
    for reader in (client, other):
        assert {tag["name"] for tag in everything(reader, "tags")} == {"late", "acknowledged"}
    # The disk is still broken for this one.
    assert client.call("tags_create", name="never").get("isError")
    assert other.get("tags_create", name="next")["id"] == 3
    assert {tag["name"] for tag in everything(client, "tags")} == {"next", "late", "acknowledged"}
    client.kill()
    other.finish()
    assert [row["name"] for row in document(acknowledged)["tags"]] == ["acknowledged", "late", "next"]


def edit(store: pathlib.Path, old: str, new: str) -> None:
    """Saves a change like an editor that writes in place."""
    text = store.read_text()
    assert old in text
    with store.open("r+") as file:
        file.truncate(0)
        file.write(text.replace(old, new))


@pytest.mark.parametrize("new", ["t1x", "t2", "t"])
def test_an_edit_under_a_running_server_is_neither_damage_nor_undone(home: pathlib.Path, new: str) -> None:
    store = home / "kit" / "store.json"
    first = Client(home, store)
    first.get("tags_create", name="t1")
    first.finish()
    client = Client(home, store)
    assert client.get("tags_get", id=1)["name"] == "t1"
    edit(store, '"t1"', f'"{new}"')
    for id in (2, 3):
        assert client.get("tags_create", name=f"later {id}")["id"] == id
        document(store)
    other = Client(home, store)
    assert {tag["name"] for tag in everything(other, "tags")} == {"later 3", "later 2", new}
    other.finish()
    client.finish()
    assert [row["name"] for row in document(store)["tags"]] == [new, "later 2", "later 3"]


def test_a_store_that_vanishes_under_a_running_server_is_not_begun_anew(home: pathlib.Path) -> None:
    store = home / "kit" / "store.json"
    client = Client(home, store)
    client.get("tags_create", name="kept")
    shutil.move(store.parent, home / "away")
    error = client.fault("tags_create", name="lost")
    assert "is gone" in error and "restart the server" in error
    assert client.get("tags_get", id=1)["name"] == "kept"
    assert not store.parent.exists()
    shutil.move(home / "away", store.parent)
    assert client.get("tags_create", name="next")["id"] == 2
    client.finish()


def test_the_lock_file_may_be_removed_at_any_moment(home: pathlib.Path) -> None:
    store = home / "kit" / "store.json"
    first = Client(home, store)
    for number in range(PROCESSES):
        first.get("provider_credentials_create", provider="ollama", name=f"c{number}", api_key="k")
    first.finish()
    tags: list[dict[int, str]] = [{} for _ in range(PROCESSES)]
    faults: list[str] = []
    removals = 0
    rounds = max(1, MUTATIONS // 10)

    def work(number: int) -> None:
        try:
            client = Client(home, store)
            for step in range(rounds):
                name = f"p{number} s{step}"
                id = client.get("tags_create", name=name)["id"]
                tags[number][id] = name
                # A key that is replaced makes the file be written anew.
                if step % 2:
                    client.get("provider_credentials_update", id=number + 1, api_key=f"key-{step}")
            client.finish()
        except Exception as error:
            faults.append(f"process {number}: {error!r}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(PROCESSES)]
    for thread in threads:
        thread.start()
    dice = random.Random(20261126)
    while any(thread.is_alive() for thread in threads):
        time.sleep(dice.uniform(0, 0.01))
        with contextlib.suppress(FileNotFoundError):
            os.remove(f"{store}.lock")
            removals += 1
    assert faults == []
    found = {id: row["name"] for id, row in records(store, "tags").items()}
    acknowledged = {id: name for process in tags for id, name in process.items()}
    assert len(acknowledged) == PROCESSES * rounds, "an id was used twice"
    assert found == acknowledged
    print(f"\n{removals} removals, {PROCESSES * rounds * 3 // 2} changes: every one has its effect")


def test_four_processes_share_one_file(home: pathlib.Path) -> None:
    store = home / "kit" / "store.json"
    faults: list[str] = []
    effects: list[list[tuple[str, int, str]]] = [[] for _ in range(PROCESSES)]

    def work(number: int) -> None:
        try:
            client = Client(home, store)
            for step in range(MUTATIONS):
                name = f"p{number} s{step}"
                match step % 5:
                    case 0 | 1:
                        effects[number].append(("tags", client.get("tags_create", name=name)["id"], name))
                    case 2:
                        effects[number].append(("metrics", client.get("metrics_create", name=name)["id"], name))
                    case 3:
                        kind, id, _ = effects[number].pop()
                        assert client.get(f"{kind}_update", id=id, name=name)["name"] == name
                        effects[number].append((kind, id, name))
                    case 4:
                        kind, id, _ = effects[number][-3]
                        assert client.get(f"{kind}_delete", id=id)["deleted"]
                        del effects[number][-3]
            client.finish()
        except Exception as error:
            faults.append(f"process {number}: {error!r}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(PROCESSES)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    contents = document(store)
    for kind in ("tags", "metrics"):
        found = {id: row["name"] for id, row in records(store, kind).items()}
        expected = {id: name for process in effects for known, id, name in process if known == kind}
        assert found == expected
        # Every creation had an id of its own, though some are deleted again.
        creations = PROCESSES * sum(1 for step in range(MUTATIONS) if step % 5 in ((0, 1) if kind == "tags" else (2,)))
        assert contents["last_ids"][kind] == creations
    seconds = time.monotonic() - began
    print(f"\n{PROCESSES} processes, {PROCESSES * MUTATIONS} mutations in {seconds:.1f} s: every one has its effect")


def fill(client: Client, size: int = 8_000) -> tuple[list[str], str]:
    """Creates datasets until the store cannot grow; returns the acknowledged names and the error."""
    names = []
    for number in range(10_000):
        result = client.call("datasets_create", name=f"d{number}", csv_data="text\n" + "x" * size + "\n")
        if result.get("isError"):
            return names, result["content"][0]["text"]
        names.append(f"d{number}")
    raise AssertionError("the store grew without end")


def names(client: Client) -> list[str]:
    return [row["name"] for row in everything(client, "datasets")][::-1]


def test_a_file_that_may_not_grow_is_an_error_until_it_may(home: pathlib.Path) -> None:
    store = home / "kit" / "store.json"
    client = Client(home, store, limit=200_000)
    kept, error = fill(client)
    assert len(kept) > 10 and "size limit" in error and "Nothing was changed" in error
    # Memory and disk agree, here and for another process.
    assert names(client) == kept
    other = Client(home, store)
    assert names(other) == kept
    other.process.kill()
    before = store.stat()
    assert client.fault("datasets_create", name="again", csv_data="text\n" + "x" * 8_000 + "\n") == error
    # No other process needs to reload the file.
    assert (store.stat().st_mtime_ns, store.stat().st_size) == (before.st_mtime_ns, before.st_size)
    resource.prlimit(client.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    client.get("datasets_create", name="later", csv_data="text\nx\n")
    client.finish()
    assert [row["name"] for row in document(store)["datasets"]] == [*kept, "later"]


@pytest.fixture
def small_disk(tmp_path: pathlib.Path):
    """A file system of 256 KiB, where one can be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if os.geteuid() != 0 or not mount:
        pytest.skip("only root can mount a small file system")
    if subprocess.run([mount, "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_is_an_error_until_there_is_room(home: pathlib.Path, small_disk: pathlib.Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 100_000)
    store = small_disk / "store.json"
    client = Client(home, store)
    kept, error = fill(client)
    assert len(kept) > 5 and "no space" in error
    assert names(client) == kept
    before = store.read_bytes()
    json.loads(before)
    ballast.unlink()
    client.get("datasets_create", name="later", csv_data="text\nx\n")
    client.finish()
    document(store)
    # There may be no room to fold the journal; it holds everything.
    again = Client(home, store)
    assert names(again) == [*kept, "later"]
    again.finish()


def test_a_read_only_disk_can_be_read(home: pathlib.Path, small_disk: pathlib.Path) -> None:
    store = small_disk / "store.json"
    first = Client(home, store)
    first.get("tags_create", name="kept")
    first.finish()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    client = Client(home, store)
    assert client.get("tags_get", id=1)["name"] == "kept"
    error = client.fault("tags_create", name="lost")
    assert "read-only file system" in error and "--store" in error
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    assert client.get("tags_create", name="later")["id"] == 2
    client.finish()


def test_modes_stay_private_after_every_kind_of_write(home: pathlib.Path) -> None:
    store = home / "kit" / "store.json"

    def modes() -> list[int]:
        return [store.parent.stat().st_mode & 0o777] + [path.stat().st_mode & 0o777 for path in store.parent.iterdir()]

    client = Client(home, store)
    client.get("tags_create", name="one")
    assert modes() == [0o700, 0o600, 0o600]
    for number in range(5):  # more than 4 MiB of journal are folded while the server runs
        client.get("datasets_create", name=f"d{number}", csv_data="text\n" + "x" * 1_000_000 + "\n")
        assert modes() == [0o700, 0o600, 0o600]
    client.finish()
    assert modes() == [0o700, 0o600, 0o600]
