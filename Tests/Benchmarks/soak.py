#!/usr/bin/env python3
"""Four clients on one store for an hour, three of whose servers are killed every few seconds, with books of what is promised.

    COMPLETION_KIT_BINARY=... python3 Tests/Benchmarks/soak.py [MINUTES] [SEED]

The clients make, change and delete records of every kind, generate runs and batches against a scripted provider, record
outcomes of experiments and listen for changes. Every line of every server is checked against the protocol's JSON schema,
where there is one (MCP_SCHEMAS). What a client was told is noted, and compared with what it finds after each kill and,
all of it, at the end. The first server is never killed: the memory and the descriptors of the series are its own.
"""

import collections
import json
import os
import pathlib
import random
import signal
import statistics
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "EndToEnd"))

import conformance  # noqa: E402
from batch_server import BatchServer  # noqa: E402
from server import Server  # noqa: E402

CLIENTS = 4
ROWS = 12
BREATH = 0.02
# The id of a prompt and of a dataset that are there before the clients begin and that nobody deletes.
LASTING = 1
# How many records of a kind a client keeps; the oldest is deleted first.
KEPT = {"tags": 20, "metrics": 8, "datasets": 5, "runs": 5, "prompts": 10, "experiments": 3}
# What has to be deleted first, because the others refer to it.
ORDER = ["experiments", "runs", "metrics", "datasets", "tags", "prompts"]
LIST = {"subscription": "subscriptions/listen", "asked": {"promptsListChanged": True, "resourcesListChanged": True}}


class Dead(Exception):
    """The server was killed during a call, so that nobody knows what came of it."""


class Books:
    """What one client was told."""

    def __init__(self) -> None:
        self.names: dict[str, dict[int, str]] = {kind: {} for kind in KEPT}
        # Names that the end of a server left open: created, renamed or deleted, or not.
        self.open: set[str] = set()
        # The runs that were said to be complete, and the outcomes that were said to be recorded, by experiment.
        self.complete: set[int] = set()
        # The prompts and datasets that runs and experiments need, with which they are deleted.
        self.needs: dict[tuple[str, int], set[tuple[str, int]]] = {}
        self.outcomes: collections.Counter[int] = collections.Counter()
        self.open_outcomes: collections.Counter[int] = collections.Counter()


class Client(threading.Thread):
    def __init__(self, number: int, home: pathlib.Path, provider: BatchServer, seed: int, end: float) -> None:
        super().__init__(daemon=True)
        self.number, self.home, self.store = number, home, home / "data" / "store.json"
        self.dice, self.end = random.Random(seed * 10 + number), end
        self.books, self.credential, self.counter = Books(), 0, 0
        self.calls, self.kills, self.news = 0, 0, 0
        self.faults: list[str] = []
        self.server: Server | None = None
        self.provider = provider

    # Calls

    def get(self, tool: str, **arguments) -> dict:
        """The result of a call; ``Dead`` if the server was killed before it."""
        server = self.server
        try:
            result = server.call(tool, **arguments)
        except (AssertionError, OSError, ValueError) as error:
            if server.process.poll() is None and not server.ended:
                raise
            if server.violations:
                raise AssertionError(f"{server.violations}") from error
            raise Dead from error
        self.calls += 1
        if result.get("isError"):
            raise AssertionError(f"{tool} {arguments}: {result['content'][0]['text']}")
        return result["structuredContent"] if "structuredContent" in result else json.loads(result["content"][0]["text"])

    def begin_server(self) -> None:
        self.server = Server(self.home, self.store)
        self.server.begin_modern(LIST["subscription"], {"notifications": LIST["asked"]})

    def new_name(self, kind: str) -> str:
        self.counter += 1
        return f"{kind} {self.number}-{self.counter}"

    def create(self, kind: str, **arguments) -> int:
        name = self.new_name(kind)
        try:
            id = self.get(f"{kind}_create", name=name, **arguments)["id"]
        except Dead:
            self.books.open.add(name)
            raise
        assert id not in self.books.names[kind], f"the id {id} of {kind} was given twice"
        self.books.names[kind][id] = name
        return id

    def delete_oldest(self, kind: str) -> None:
        if len(self.books.names[kind]) > KEPT[kind]:
            self.delete(kind, min(self.books.names[kind]))

    def delete(self, kind: str, id: int) -> None:
        """Deletes a record after those that need it; a run when it has ended, because a batch is paid for."""
        for user in [user for user, needs in self.books.needs.items() if (kind, id) in needs]:
            self.delete(*user)
        while kind == "runs" and id not in self.books.complete:
            self.end_run(id)
        name = self.books.names[kind].pop(id)
        self.books.open.add(name)
        self.books.needs.pop((kind, id), None)
        if kind == "runs":
            self.books.complete.discard(id)
        confirm = {} if kind in ("tags", "metrics") else {"confirm": True}
        assert self.get(f"{kind}_delete", id=id, **confirm)["deleted"]
        self.books.open.discard(name)

    # Actions

    def change_tag(self) -> None:
        id = self.create("tags")
        name = self.new_name("tags")
        self.books.open |= {name, self.books.names["tags"][id]}
        self.get("tags_update", id=id, name=name)
        self.books.open -= {name, self.books.names["tags"][id]}
        self.books.names["tags"][id] = name

    def change_metric(self) -> None:
        self.create("metrics", instruction="Is it short?")

    def change_prompt(self) -> None:
        before = len(self.server.notifications)
        self.create("prompts", template="Say something of {{ t }}.", llm_model="stub-1", provider_credential_id=1)
        try:
            self.server.wait(lambda: len(self.server.notifications) > before, "the news of a prompt", 20)
        except AssertionError as error:
            raise Dead if self.server.ended and not self.server.violations else error
        self.news += len(self.server.notifications)
        # What was read long ago is not kept in this process either.
        with self.server._changed:
            self.server.notifications.clear()

    def change_dataset(self) -> None:
        rows = "".join(f"{self.number}-{self.counter}-{row}\n" for row in range(ROWS))
        id = self.create("datasets", csv_data="t\n" + rows)
        if self.dice.random() < 0.3:
            more = self.get("datasets_update", id=id, append_csv="t\nlast\n")
            assert more["row_count"] == ROWS + 1

    def change_run(self, **settings) -> None:
        if not self.books.names["prompts"] or not self.books.names["datasets"]:
            return self.change_prompt() if not self.books.names["prompts"] else self.change_dataset()
        # It is kept for good which drafts have looked at which rows, so that most runs are of those that last.
        prompt, dataset = LASTING, LASTING
        if self.dice.random() < 0.05:
            prompt, dataset = max(self.books.names["prompts"]), max(self.books.names["datasets"])
        id = self.create("runs", prompt_id=prompt, dataset_id=dataset, **settings)
        self.books.needs["runs", id] = {("prompts", prompt), ("datasets", dataset)}
        self.get("runs_generate", id=id, wait_seconds=self.dice.choice([0, 0.05, 10]))

    def change_batch(self) -> None:
        self.change_run(batch=True)

    def end_runs(self) -> None:
        """Brings runs to their end, whoever began them."""
        for id in list(self.books.names["runs"]):
            if id not in self.books.complete:
                return self.end_run(id)

    def end_run(self, id: int) -> None:
        if self.get("runs_generate", id=id, wait_seconds=20)["status"] == "completed":
            self.books.complete.add(id)

    def change_experiment(self) -> None:
        if len(self.books.names["prompts"]) < 2:
            return self.change_prompt()
        prompts = sorted(self.books.names["prompts"])[-2:]
        id = self.create("experiments", prompt_ids=prompts)
        self.books.needs["experiments", id] = {("prompts", prompt) for prompt in prompts}
        for datum in self.get("experiments_generate", experiment_id=id, inputs={"t": "x"}, num_samples=3)["data"]:
            self.books.open_outcomes[id] += 1
            self.get("experiments_feedback", generation_id=datum["id"], outcome="positive")
            self.books.open_outcomes[id] -= 1
            self.books.outcomes[id] += 1

    def look(self) -> None:
        self.check_one(self.dice.choice(list(KEPT)))
        self.get("search", query=f"{self.number}-{self.counter}")
        if self.books.complete:
            id = self.dice.choice(sorted(self.books.complete))
            self.check_run(id)
            self.get("runs_list", limit=5)

    # Checks

    def check_one(self, kind: str) -> None:
        known = self.books.names[kind]
        if known:
            id = max(known)
            found = self.get(f"{kind}_get", id=id)["name"]
            assert found == known[id] or known[id] in self.books.open, f"{kind} {id} is {found}, not {known[id]}"

    def check_run(self, id: int) -> None:
        page = self.get("responses_list", run_id=id, limit=100, fields=["id", "row_index", "response_text"])["responses"]
        rows = sorted(row["row_index"] for row in page if row["id"] is not None)
        assert rows == list(range(len(rows))) and len(rows) >= ROWS, f"the run {id} has the rows {rows}"

    def check_everything(self) -> int:
        """The number of records that are there as they were promised."""
        count = 0
        for kind, known in self.books.names.items():
            found: dict[int, str] = {}
            cursor: dict = {}
            while True:
                page = self.get(f"{kind}_list", limit=500, fields=["id", "name"], **cursor)
                found |= {row["id"]: row["name"] for row in page[kind]}
                if not page.get("next_cursor"):
                    break
                cursor = {"cursor": page["next_cursor"]}
            mine = {id: name for id, name in found.items() if f"{kind} {self.number}-" in name}
            for id, name in known.items():
                if mine.get(id) != name and name not in self.books.open:
                    self.faults.append(f"lost: {kind} {id} {name!r}, found {mine.get(id)!r}")
            for id in mine.keys() - known.keys():
                if mine[id] not in self.books.open:
                    self.faults.append(f"back again: {kind} {id} {mine[id]!r}")
            count += len(known)
        for id in self.books.complete:
            self.check_run(id)
        for id in self.books.names["experiments"]:
            found = self.get("experiments_get", id=id)["outcomes"]["positive"]
            told, unknown = self.books.outcomes[id], self.books.open_outcomes[id]
            if not told <= found <= told + unknown:
                self.faults.append(f"lost: {told} outcomes of experiment {id}, found {found}")
        return count

    # The hour

    def run(self) -> None:
        try:
            self.live()
        except Exception as error:  # Whatever it is, this client has not done what the others did.
            self.note(error)

    def live(self) -> None:
        actions = [self.change_tag] * 5 + [self.change_metric, self.change_prompt, self.change_dataset] * 2
        actions += [self.change_run, self.change_run, self.change_batch, self.end_runs, self.end_runs]
        actions += [self.change_experiment, self.look, self.look]
        while time.monotonic() < self.end:
            try:
                if self.server is None:
                    self.begin_server()
                    for kind in KEPT:
                        self.check_one(kind)
                self.dice.choice(actions)()
                for kind in ORDER:
                    self.delete_oldest(kind)
                self.forget()
                time.sleep(BREATH)
            except Dead:
                self.bury()
            except (AssertionError, KeyError, OSError) as error:
                if self.server is None or self.server.process.poll() is not None:
                    if self.server is not None and self.server.violations:
                        self.note(AssertionError(f"off schema: {self.server.violations[:2]}"))
                    self.bury()
                else:
                    self.note(error)
        while self.is_unfinished():
            pass

    def is_unfinished(self) -> bool:
        """Whether the last look has to be repeated, because a last kill came into it."""
        try:
            self.last_look()
            return False
        except Dead:
            return True

    def note(self, error: Exception) -> None:
        self.faults.append(f"{type(error).__name__}: {error}"[:600])
        print(f"client {self.number}: {self.faults[-1]}", flush=True)

    def forget(self) -> None:
        with self.server._changed:
            for kept in (self.server._answers, self.server._answered, self.server._methods, self.server._versions):
                if len(kept) > 2_000:
                    # The subscription, which is open, is the first.
                    for key in list(kept)[5:-100]:
                        kept.discard(key) if isinstance(kept, set) else kept.pop(key)

    def bury(self) -> None:
        if self.server is not None:
            if self.server.ended or self.server.process.poll() is not None:
                code = self.server.process.wait(20)
                if code != -signal.SIGKILL:
                    self.note(AssertionError(f"the server ended by itself with {code}: {self.server.errors()[-300:]}"))
            self.server.stop()
        self.server = None

    def last_look(self) -> None:
        self.bury()
        self.begin_server()
        for _ in range(len(self.books.names["runs"])):
            self.end_runs()
        unfinished = set(self.books.names["runs"]) - self.books.complete
        if unfinished:
            self.faults.append(f"the runs {unfinished} do not end")


def resident(pid: int) -> tuple[int, int]:
    """Kilobytes: all, and the part that is the process's own, without the pages of the program's file and its libraries.

    The others grow with each part of the program that runs for the first time, and the system takes them back at will.
    """
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]), int(text.split("RssAnon:")[1].split()[0])


class Killer(threading.Thread):
    """Kills the servers of all clients but the first, one every few seconds."""

    def __init__(self, clients: list[Client], seed: int, end: float) -> None:
        super().__init__(daemon=True)
        self.clients, self.dice, self.end = clients[1:], random.Random(seed), end

    def run(self) -> None:
        while time.monotonic() < self.end:
            time.sleep(self.dice.uniform(0.5, 4))
            client = self.dice.choice(self.clients)
            server = client.server
            if time.monotonic() < self.end and server is not None and server.process.poll() is None:
                server.process.kill()
                client.kills += 1


def main() -> int:
    if len(sys.argv) > 1 and not sys.argv[1].replace(".", "", 1).isdigit():
        print(__doc__)
        return 2
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 20261127
    provider = BatchServer()
    provider.control(polls=2)
    checked = conformance.available()
    print("Every line is checked against its schema." if checked else "NOTICE: there are no schemas to check against.")
    with tempfile.TemporaryDirectory(prefix="ck-") as folder:
        home = pathlib.Path(folder)
        end = time.monotonic() + minutes * 60
        clients = [Client(number, home, provider, seed, end) for number in range(CLIENTS)]
        first = clients[0]
        first.begin_server()
        first.get(
            "provider_credentials_create", provider="openai", name="c", api_key="sk-soak-0123456789", api_endpoint=provider.address()
        )
        first.get("prompts_create", name="lasting", template="Say something of {{ t }}.", llm_model="stub-1", provider_credential_id=1)
        first.get("datasets_create", name="lasting", csv_data="t\n" + "".join(f"row {row}\n" for row in range(ROWS)))
        for client in clients:
            client.start()
        killer = Killer(clients, seed, end)
        killer.start()
        series = watch(clients, home / "data" / "store.json", end)
        killer.join()
        for client in clients:
            client.join(300)
        kept = sum(client.check_everything() for client in clients if not client.is_alive())
        codes = [client.server.finish() for client in clients]
    return verdict(clients, series, kept, codes)


def watch(clients: list[Client], store: pathlib.Path, end: float) -> list[tuple[int, int, int, int]]:
    """Prints a line a minute; returns kilobytes, descriptors and bytes of the file."""
    print("minute  RSS MB  own MB  descriptors  file MB  calls  kills  news  faults", flush=True)
    series: list[tuple[int, int, int, int]] = []
    before = (0, 0, 0)
    while time.monotonic() < end:
        largest = 0
        stop = min(time.monotonic() + 60, end)
        while time.monotonic() < stop:
            time.sleep(min(1, max(0, stop - time.monotonic())))
            largest = max(largest, store.stat().st_size if store.exists() else 0)
        server = clients[0].server
        if server is None or server.process.poll() is not None:
            break
        memory, own = resident(server.process.pid)
        point = (memory, len(os.listdir(f"/proc/{server.process.pid}/fd")), largest, own)
        series.append(point)
        now = tuple(sum(getattr(client, name) for client in clients) for name in ("calls", "kills", "news"))
        faults = sum(len(client.faults) for client in clients)
        print(
            f"{len(series):6}  {point[0] / 1024:6.1f}  {point[3] / 1024:6.1f}  {point[1]:11}  {point[2] / 1e6:7.2f}"
            f"  {now[0] - before[0]:5}  {now[1] - before[1]:5}  {now[2] - before[2]:4}  {faults:6}",
            flush=True,
        )
        before = now
    return series


def verdict(clients: list[Client], series: list[tuple[int, int, int, int]], kept: int, codes: list[int]) -> int:
    faults = [f"client {client.number}: {fault}" for client in clients for fault in client.faults]
    alive = [client.number for client in clients if client.is_alive()]
    calls, kills = sum(client.calls for client in clients), sum(client.kills for client in clients)
    print(f"{calls} calls, {kills} kills, {kept} records as promised, {len(faults)} faults, exit codes {codes}")
    for fault in faults[:20]:
        print(fault)
    if len(series) >= 20:
        for name, place in (("memory", 0), ("own memory", 3), ("descriptors", 1), ("file", 2)):
            early = statistics.median(point[place] for point in series[10:15])
            late = statistics.median(point[place] for point in series[-5:])
            print(f"{name}: {100 * (late / early - 1):+.1f} % from minute 10 to 15 to the last five")
    return 1 if faults or alive or any(codes) else 0


if __name__ == "__main__":
    sys.exit(main())
