"""A provider that misbehaves on demand; the first part of the path selects how.

`http://127.0.0.1:PORT/ok` answers well, in the shape of the API that is asked; `/401`, `/404`, `/429`, `/500` answer with that
status; `/html` with a page, `/cut` with half a JSON text, `/empty` with JSON that holds no answer; `/hold` answers only
after `release()`. `/rows` does what `script` gave to the row that is asked about, see row_faults.py.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler

import row_faults
from local_server import LocalServer, send

ANSWER = "Paris"


class FaultServer(LocalServer):
    def __init__(self, port: int = 0) -> None:
        super().__init__(Handler, port)
        self.lock = threading.Lock()
        self.calls: list[dict] = []
        # What the rows do, by number and by the model that is asked; for all others the step that is not scripted.
        self.rows: dict[tuple[str, int], list[row_faults.Step]] = {}
        self.unscripted: row_faults.Step = row_faults.good()
        self.asked: dict[tuple[str, int], int] = {}
        self.billed: list[tuple[int, int]] = []
        self.arrived = threading.Condition(self.lock)
        self.released = threading.Event()
        self.start()

    def record(self, call: dict) -> None:
        with self.lock:
            self.calls.append(call)
            self.arrived.notify_all()

    def calls_of(self, fault: str) -> list[dict]:
        with self.lock:
            return [call for call in self.calls if call["fault"] == fault]

    def wait_for_call(self, fault: str, timeout: float = 30) -> None:
        """Returns as soon as a request with this fault has arrived."""
        with self.lock:
            if not self.arrived.wait_for(lambda: any(call["fault"] == fault for call in self.calls), timeout):
                raise AssertionError(f"no request to /{fault} came within {timeout} s")

    def reset(self) -> None:
        # Requests left waiting by an earlier test continue and end.
        self.released.set()
        self.released = threading.Event()
        with self.lock:
            self.calls.clear()
            self.asked.clear()
            self.billed.clear()
            self.rows.clear()
            self.unscripted = row_faults.good()

    def script(self, row: int, *steps: row_faults.Step, model: str = "stub-1") -> None:
        """Sets the steps of a row; the last one repeats for all later requests."""
        self.rows[model, row] = list(steps)

    def bill(self, usage: tuple[int, int] | None) -> None:
        """Records the usage of an answer."""
        if usage:
            with self.lock:
                self.billed.append(usage)

    def next_step(self, model: str, row: int) -> row_faults.Step:
        with self.lock:
            count = self.asked.get((model, row), 0)
            self.asked[model, row] = count + 1
            steps = self.rows.get((model, row), [self.unscripted])
            return steps[min(count, len(steps) - 1)]

    def release(self) -> None:
        """Releases all requests to `/hold`, current and future."""
        self.released.set()

    def stop(self) -> None:
        self.release()
        super().stop()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultServer

    def do_GET(self) -> None:
        self.answer(b"")

    def do_POST(self) -> None:
        self.answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def answer(self, body: bytes) -> None:
        fault, _, path = self.path.lstrip("/").partition("/")
        self.server.record(
            {"fault": fault, "path": path, "headers": {k.lower(): v for k, v in self.headers.items()}, "body": body}
        )
        if fault == "rows":
            self.body, request = body, json.loads(body)
            self.server.next_step(request["model"], row_faults.row_of(request))(self)
        elif fault.isdigit():
            key = self.headers.get("Authorization", self.headers.get("x-api-key", ""))
            # Real providers quote the rejected key.
            message = {"type": "fault", "message": f"The fault {fault} with the key {key}", "code": f"fault_{fault}"}
            self.send(int(fault), json.dumps({"type": "error", "error": message}), {"Retry-After": "0"})
        elif fault == "html":
            self.send(200, "<!doctype html><title>Sign in</title>", {"Content-Type": "text/html"})
        elif fault == "cut":
            self.send(200, '{"id":"1","object":"chat.completion","choices":[{"index":0,"mess')
        elif fault == "empty":
            self.send(200, '{"id":"1","object":"chat.completion"}')
        elif fault in ("ok", "hold"):
            if fault == "hold":
                self.server.released.wait(60)
            self.send(200, json.dumps(row_faults.answer_body(self, ANSWER)))
        else:
            self.send(418, json.dumps({"error": {"message": f"no such fault: {fault}"}}))

    def send(self, status: int, text: str, headers: dict[str, str] | None = None) -> None:
        send(self, status, text, headers)

    def log_message(self, format: str, *args) -> None:
        """Logs nothing, because the tests inspect `calls`."""
