"""A provider that streams, correctly or not; the first part of the path selects how.

`http://127.0.0.1:PORT/ok` streams `PARTS` in the shape of the API that is asked; `/bytes` the same byte by byte; `/cut` closes the
connection in the middle; `/error` sends an error event after half of the text; `/stall` sends half and then nothing; `/busy` answers
429 twice and then streams; `/whole` answers without streaming; `/hold` sends half and the rest after `release()`.
`wait_for_close` returns once the client of `/stall` or `/hold` has closed its connection.
"""

import json
import select
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler

from local_server import LocalServer, send_json

PARTS = ["The capital", " of France", " is Paris", ", naïve café 😀", "."]
TEXT = "".join(PARTS)
USAGE = (7, 5)


class StreamServer(LocalServer):
    def __init__(self) -> None:
        super().__init__(Handler)
        self.changed = threading.Condition()
        self.calls: list[dict] = []
        self.closed: list[str] = []
        self.released = threading.Event()
        self.start()

    def note(self, call: dict) -> int:
        """Records a call and returns the number of its kind."""
        with self.changed:
            self.calls.append(call)
            self.changed.notify_all()
            return sum(other["fault"] == call["fault"] for other in self.calls)

    def note_close(self, fault: str) -> None:
        with self.changed:
            self.closed.append(fault)
            self.changed.notify_all()

    def calls_of(self, fault: str) -> list[dict]:
        with self.changed:
            return [call for call in self.calls if call["fault"] == fault]

    def wait_for_close(self, fault: str, timeout: float) -> None:
        with self.changed:
            if not self.changed.wait_for(lambda: fault in self.closed, timeout):
                raise AssertionError(f"the connection to /{fault} was not closed within {timeout} s")

    def reset(self) -> None:
        with self.changed:
            self.calls.clear()
            self.closed.clear()
        self.released.clear()

    def release(self) -> None:
        """Releases `/hold`."""
        self.released.set()

    def stop(self) -> None:
        self.release()
        super().stop()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StreamServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        fault, _, path = self.path.lstrip("/").partition("/")
        count = self.server.note({"fault": fault, "path": path, "body": body})
        self.is_messages = path.endswith("messages")
        if fault == "busy" and count <= 2:
            send_json(self, 429, {"error": {"type": "rate_limit_error", "message": "slow down"}}, {"Retry-After": "0"})
        elif fault == "whole":
            send_json(self, 200, self.whole_message() if self.is_messages else self.whole_completion())
        else:
            self.stream(fault)

    # Streams

    def stream(self, fault: str) -> None:
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        events = self.message_events() if self.is_messages else self.completion_events()
        half = len(events) // 2
        if fault == "bytes":
            for byte in "".join(events).replace("\n", "\r\n").encode():
                self.chunk(bytes([byte]))
        elif fault == "cut":
            self.chunk("".join(events[:half]).encode()[:-9])
            self.close_connection = True
            return
        elif fault == "error":
            error = {"type": "error", "error": {"type": "overloaded_error", "code": 529, "message": "Overloaded"}}
            self.chunk("".join(events[:half]).encode())
            self.chunk(self.event(error, "error").encode())
        elif fault in ("stall", "hold"):
            self.chunk("".join(events[:half]).encode())
            if not self.waits_for_release(fault):
                return
            self.chunk("".join(events[half:]).encode())
        else:
            for event in events:
                self.chunk(event.encode())
        self.wfile.write(b"0\r\n\r\n")

    def waits_for_release(self, fault: str) -> bool:
        """False when the client has closed its connection."""
        while not (fault == "hold" and self.server.released.is_set()):
            if select.select([self.connection], [], [], 0.005)[0] and not self.connection.recv(1, socket.MSG_PEEK):
                self.server.note_close(fault)
                self.close_connection = True
                return False
        return True

    def chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def event(self, data: dict, name: str | None = None) -> str:
        head = f"event: {name}\n" if name and self.is_messages else ""
        return f"{head}data: {json.dumps(data, ensure_ascii=False)}\n\n"

    def completion_events(self) -> list[str]:
        def chunk(delta: dict, reason: str | None = None) -> str:
            return self.event(
                {
                    "id": "chatcmpl-1",
                    "object": "chat.completion.chunk",
                    "created": int(time.time()),
                    "model": "stub-1",
                    "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
                }
            )

        usage = {"prompt_tokens": USAGE[0], "completion_tokens": USAGE[1], "total_tokens": sum(USAGE)}
        return [
            ": PROCESSING\n\n",
            chunk({"role": "assistant", "content": ""}),
            *[chunk({"content": part}) for part in PARTS],
            chunk({}, "stop"),
            self.event({"id": "chatcmpl-1", "model": "stub-1", "choices": [], "usage": usage}),
            "data: [DONE]\n\n",
        ]

    def message_events(self) -> list[str]:
        def event(name: str, **members) -> str:
            return self.event({"type": name, **members}, name)

        message = {"id": "msg_1", "role": "assistant", "model": "stub-1", "usage": {"input_tokens": USAGE[0], "output_tokens": 1}}
        return [
            event("message_start", message=message),
            event("content_block_start", index=0, content_block={"type": "text", "text": ""}),
            event("ping"),
            *[event("content_block_delta", index=0, delta={"type": "text_delta", "text": part}) for part in PARTS],
            event("content_block_stop", index=0),
            event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": USAGE[1]}),
            event("message_stop"),
        ]

    # Answers that are not streamed

    def whole_completion(self) -> dict:
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "model": "stub-1",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": USAGE[0], "completion_tokens": USAGE[1]},
        }

    def whole_message(self) -> dict:
        return {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "stub-1",
            "content": [{"type": "text", "text": TEXT}],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": USAGE[0], "output_tokens": USAGE[1]},
        }

    def log_message(self, format: str, *args) -> None:
        """Logs nothing, because the tests inspect `calls`."""
