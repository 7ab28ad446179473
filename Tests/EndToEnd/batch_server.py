"""A server with the batch APIs of OpenAI and Anthropic, and the plain calls beside them.

It is a class for tests, and a program: `python3 batch_server.py [PORT]` prints its port and serves until it is ended, so
that its clients can be ended and started around it. Both APIs lie at the same address, `http://127.0.0.1:PORT`.

`POST /control` with a JSON object sets the settings of `SETTINGS` and does what the members below say; it answers, as
`GET /control` does, with what has happened so far.

- `reset`: true forgets everything. `advance`: a number of steps for all batches, held or not. `finish`: true ends them all.
- `next_batches`: a list of fates for the next batches, each `{}` or some of `polls`, `hold`, `noise`, `expire` (the share
  of requests that are answered before the batch expires), and `reject` (true, or a list of OpenAI's errors).
"""

import collections
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import batch_vendors as vendors
from batch_vendors import Batch, anthropic_error, openai_error
from local_server import LocalServer, send_json

SETTINGS: dict[str, Any] = {
    # The number of polls after which a batch ends; `hold` stops the counting.
    "polls": 2,
    "hold": False,
    # Results are repeated, and some belong to nobody.
    "noise": False,
    # How many of the next polls, submissions, uploads, downloads and plain calls go wrong, and how.
    "fail_polls": 0,  # 500
    "limit_polls": 0,  # 429 with Retry-After: 1
    "fail_submissions": 0,  # 500, not accepted
    "lose_submissions": 0,  # accepted, and the connection is closed without an answer
    "fail_uploads": 0,  # 500
    "cut_downloads": 0,  # closed before the announced length
    "cut_lines": 0,  # no length, and closed within a line
    "fail_downloads": 0,  # 500
    "fail_plain": 0,  # 500
    # Batches that it has accepted are unknown to it, although others are not.
    "forgets": False,
    # The order of its lists, of which no API says anything.
    "oldest_first": False,
    # Whether it has a batch API at all.
    "batches": True,
    # The origin of Anthropic's results, if it is not this server.
    "results_origin": "",
    "max_requests": {"openai": 50_000, "anthropic": 100_000},
    "max_bytes": {"openai": 200_000_000, "anthropic": 256_000_000},
}
REJECTION = [{"code": "invalid_json_line", "line": 1, "message": "This line is not parseable as valid JSON.", "param": None}]


class BatchServer(LocalServer):
    def __init__(self, port: int = 0) -> None:
        super().__init__(Handler, port)
        self.lock = threading.RLock()
        self.reset()
        self.start()

    def reset(self) -> None:
        with self.lock:
            self.settings = json.loads(json.dumps(SETTINGS))
            self.fates: list[dict] = []
            self.files: dict[str, bytes] = {}
            self.batches: dict[str, Batch] = {}
            self.counts: collections.Counter[str] = collections.Counter()
            self.plain_answers: collections.Counter[str] = collections.Counter()
            self.batch_answers: collections.Counter[str] = collections.Counter()
            self.ids: collections.Counter[str] = collections.Counter()
            self.keys: set[str] = set()

    def control(self, **changes) -> dict:
        """Does what `POST /control` does, and returns what has happened so far."""
        with self.lock:
            if changes.pop("reset", False):
                self.reset()
            self.fates += changes.pop("next_batches", [])
            steps = sys.maxsize if changes.pop("finish", False) else changes.pop("advance", 0)
            unknown = set(changes) - set(SETTINGS)
            if unknown:
                raise ValueError(f"There are no settings {sorted(unknown)}.")
            self.settings |= changes
            for batch in list(self.batches.values()) if steps else []:
                self.go_on(batch, steps)
                if batch.state not in vendors.FINAL and steps == sys.maxsize:
                    self.go_on(batch, steps)
            return self.report()

    def report(self) -> dict:
        with self.lock:
            answers = self.plain_answers + self.batch_answers
            return {
                **{name: self.counts[name] for name in ("uploads", "submissions", "accepted", "polls", "lists", "downloads")},
                "cancels": self.counts["cancels"],
                "plain_calls": self.plain_answers.total(),
                "batch_answers": self.batch_answers.total(),
                "prompts": len(answers),
                "most_answers": max(answers.values(), default=0),
                "answered_twice": [text for text, count in answers.items() if count > 1][:20],
                # The custom_ids that several batches have answered, in whatever words.
                "ids_answered_twice": [id for id, count in self.ids.items() if count > 1][:20],
                "keys": sorted(self.keys),
                "batches": [
                    {
                        **{"id": batch.id, "vendor": batch.vendor, "state": batch.state, "total": len(batch.requests)},
                        **{"done": batch.done, "metadata": batch.metadata, "ids": [id for id, _ in batch.requests][:20]},
                    }
                    for batch in self.batches.values()
                ],
            }

    def count(self, name: str) -> None:
        with self.lock:
            self.counts[name] += 1

    def use_up(self, name: str) -> bool:
        """Whether a fault happens now; each happens as often as its setting says."""
        with self.lock:
            if not self.settings[name]:
                return False
            self.settings[name] -= 1
            return True

    def add(self, vendor: str, requests: list[tuple[str, dict]]) -> Batch:
        with self.lock:
            self.counts["accepted"] += 1
            defaults = {name: self.settings[name] for name in ("polls", "noise")}
            fate = defaults | (self.fates.pop(0) if self.fates else {})
            batch = Batch(vendor, len(self.batches) + 1, requests, time.time(), fate)
            if fate.get("reject"):
                batch.errors = REJECTION if fate["reject"] is True else fate["reject"]
            self.batches[batch.id] = batch
            return batch

    def go_on(self, batch: Batch, steps: int = 1) -> None:
        with self.lock:
            for id, body in batch.step(steps):
                text = vendors.text_of(body)
                if vendors.FAILING not in text:
                    self.batch_answers[text] += 1
                    self.ids[id] += 1


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: BatchServer

    def do_GET(self) -> None:
        self.route("GET", b"")

    def do_POST(self) -> None:
        self.route("POST", self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def route(self, method: str, body: bytes) -> None:
        url = urlsplit(self.path)
        self.query = {name: values[0] for name, values in parse_qs(url.query).items()}
        path = url.path.strip("/").split("/")
        key = self.headers.get("x-api-key") or (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        if path == ["control"]:
            try:
                return self.send(200, self.server.control(**json.loads(body or b"{}")))
            except (ValueError, TypeError) as error:
                return self.send(400, {"error": str(error)})
        is_anthropic = path[:2] == ["v1", "messages"]
        self.error = anthropic_error if is_anthropic else lambda kind, message: openai_error(message, kind)
        if not key:
            return self.send(401, self.error("authentication_error", "There is no key."))
        with self.server.lock:
            self.server.keys.add(key)
        match [method, *path[1:]] if path[0] == "v1" else []:
            case ["GET", "models"]:
                self.send(200, {"object": "list", "data": [{"id": "stub-1", "object": "model"}]})
            case ["POST", "chat", "completions"] | ["POST", "messages"]:
                self.answer(json.loads(body), is_anthropic)
            case _ if not self.server.settings["batches"]:
                self.send(404, {"detail": "Not Found"})
            case ["POST", "files"]:
                self.upload(body)
            case ["POST", "batches"]:
                self.submit_file(json.loads(body))
            case ["POST", "messages", "batches"]:
                self.submit_requests(body)
            case ["GET", "batches"] | ["GET", "messages", "batches"]:
                self.list("anthropic" if is_anthropic else "openai")
            case ["GET", "files", file, "content"]:
                batch, _, name = file.rpartition("-")
                self.download(batch, name)
            case ["GET", "messages", "batches", batch, "results"]:
                self.download(batch, "results")
            case ["GET", "batches", id] | ["GET", "messages", "batches", id]:
                self.poll(id)
            case ["POST", "batches", id, "cancel"] | ["POST", "messages", "batches", id, "cancel"]:
                self.cancel(id)
            case _:
                self.send(404, self.error("not_found_error", f"Unknown request URL: {method} {self.path}."))

    # Plain calls

    def answer(self, body: dict, is_anthropic: bool) -> None:
        if self.server.use_up("fail_plain"):
            return self.send(500, self.error("api_error", "It failed."))
        text = vendors.text_of(body)
        if vendors.FAILING in text:
            return self.send(400, self.error("invalid_request_error", "The request is bad."))
        with self.server.lock:
            self.server.plain_answers[text] += 1
        self.send(200, vendors.message_answer(body) if is_anthropic else vendors.chat_answer(body))

    # Submissions

    def upload(self, body: bytes) -> None:
        self.server.count("uploads")
        if self.server.use_up("fail_uploads"):
            return self.send(500, self.error("server_error", "It failed."))
        boundary = self.headers.get_param("boundary", header="Content-Type")
        fields: dict[str, bytes] = {}
        for part in body.split(b"--" + str(boundary).encode())[1:-1]:
            head, _, data = part.partition(b"\r\n\r\n")
            name = head.split(b'name="', 1)[1].split(b'"', 1)[0].decode()
            fields[name] = data.removesuffix(b"\r\n")
        if fields.get("purpose") != b"batch" or "file" not in fields:
            return self.send(400, self.error("invalid_request_error", "A file and its purpose are required."))
        if len(fields["file"]) > self.server.settings["max_bytes"]["openai"]:
            return self.send(413, self.error("invalid_request_error", "The file is too large."))
        with self.server.lock:
            id = f"file-{len(self.server.files) + 1:04}"
            self.server.files[id] = fields["file"]
        size = len(fields["file"])
        kinds = {"object": "file", "purpose": "batch", "status": "processed", "filename": "batch.jsonl"}
        self.send(200, {"id": id, "bytes": size, "created_at": int(time.time()), **kinds})

    def submit_file(self, call: dict) -> None:
        self.server.count("submissions")
        file = self.server.files.get(call.get("input_file_id"))
        if file is None or call.get("endpoint") != vendors.ENDPOINT or call.get("completion_window") != "24h":
            return self.send(400, self.error("invalid_request_error", "The batch is bad."))
        if self.server.use_up("fail_submissions"):
            return self.send(500, self.error("server_error", "It failed."))
        requests, errors = vendors.faults_of_file(file, call["endpoint"], self.server.settings["max_requests"]["openai"])
        batch = self.server.add("openai", requests)
        batch.errors = batch.errors or errors
        batch.file, batch.metadata = call["input_file_id"], call.get("metadata")
        self.send_submitted(batch)

    def submit_requests(self, body: bytes) -> None:
        self.server.count("submissions")
        if len(body) > self.server.settings["max_bytes"]["anthropic"]:
            return self.send(413, self.error("request_too_large", "The request is too large."))
        if "anthropic-version" not in self.headers:
            return self.send(400, self.error("invalid_request_error", "anthropic-version: header is required"))
        if self.server.use_up("fail_submissions"):
            return self.send(500, self.error("api_error", "It failed."))
        try:
            requests = [(item["custom_id"], item["params"]) for item in json.loads(body)["requests"]]
        except (ValueError, KeyError, TypeError) as error:
            return self.send(400, self.error("invalid_request_error", f"requests: {error}"))
        ids = [id for id, _ in requests]
        if not requests or len(requests) > self.server.settings["max_requests"]["anthropic"]:
            return self.send(400, self.error("invalid_request_error", "requests: the number is not allowed"))
        wrong = next((id for id in ids if not vendors.CUSTOM_ID.fullmatch(id)), None)
        if wrong is not None or len(set(ids)) < len(ids):
            return self.send(400, self.error("invalid_request_error", f"requests: custom_id {wrong or 'is not unique'}"))
        self.send_submitted(self.server.add("anthropic", requests))

    def send_submitted(self, batch: Batch) -> None:
        if self.server.use_up("lose_submissions"):
            self.close_connection = True
            return
        self.send(200, self.state(batch))

    # States

    def state(self, batch: Batch) -> dict:
        if batch.vendor == "openai":
            return batch.openai_body()
        return batch.anthropic_body(self.server.settings["results_origin"] or self.server.address())

    def batch(self, id: str) -> Batch | None:
        batch = None if self.server.settings["forgets"] else self.server.batches.get(id)
        if batch is None:
            self.send(404, self.error("not_found_error", f"No batch found with id '{id}'."))
        return batch

    def poll(self, id: str) -> None:
        self.server.count("polls")
        if self.server.use_up("fail_polls"):
            return self.send(500, self.error("api_error", "It failed."))
        if self.server.use_up("limit_polls"):
            return self.send(429, self.error("rate_limit_error", "There are too many polls."), {"Retry-After": "1"})
        if batch := self.batch(id):
            with self.server.lock:
                if batch.is_stopping or not batch.fate.get("hold", self.server.settings["hold"]):
                    self.server.go_on(batch)
                self.send(200, self.state(batch))

    def cancel(self, id: str) -> None:
        self.server.count("cancels")
        if batch := self.batch(id):
            with self.server.lock:
                if not batch.cancel():
                    return self.send(409, self.error("invalid_request_error", f"The batch is {batch.state}."))
                self.send(200, self.state(batch))

    def list(self, vendor: str) -> None:
        self.server.count("lists")
        with self.server.lock:
            batches = [batch for batch in reversed(self.server.batches.values()) if batch.vendor == vendor]
            if self.server.settings["oldest_first"]:
                batches.reverse()
            ids = [batch.id for batch in batches]
            after = self.query.get("after" if vendor == "openai" else "after_id")
            start = ids.index(after) + 1 if after in ids else 0
            end = start + min(int(self.query.get("limit", 20)), 100 if vendor == "openai" else 1_000)
            page = [self.state(batch) for batch in batches[start:end]]
        ends = {"first_id": page[0]["id"], "last_id": page[-1]["id"]} if page else {"first_id": None, "last_id": None}
        self.send(200, {"object": "list", "data": page, "has_more": end < len(batches), **ends})

    def download(self, id: str, name: str) -> None:
        self.server.count("downloads")
        if self.server.use_up("fail_downloads"):
            return self.send(500, self.error("api_error", "It failed."))
        batch = self.server.batches.get(id)
        if batch is None or name not in batch.files:
            return self.send(404, self.error("not_found_error", "There is no such file."))
        data = batch.files[name]
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        if self.server.use_up("cut_lines"):
            self.send_header("Connection", "close")
            data = data[: len(data) * 2 // 3].rstrip(b"\n}")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(len(data)))
            if self.server.use_up("cut_downloads"):
                data = data[: len(data) // 2]
                self.close_connection = True
        self.end_headers()
        self.wfile.write(data)

    send = send_json

    def log_message(self, format: str, *args) -> None:
        """Logs nothing, because the tests ask for what has happened."""


if __name__ == "__main__":
    running = BatchServer(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(running.server_address[1], flush=True)
    threading.Event().wait()
