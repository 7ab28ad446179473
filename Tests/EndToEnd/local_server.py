"""The base of all test providers: a server on 127.0.0.1 with its own threads."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class LocalServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, handler: type[BaseHTTPRequestHandler], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), handler)

    def start(self) -> None:
        """Starts answering; called once everything needed for answers is ready."""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def address(self, path: str = "") -> str:
        """The `api_endpoint` of a provider at this path."""
        return f"http://127.0.0.1:{self.server_address[1]}{path and '/' + path}"

    def handle_error(self, request, client_address) -> None:
        """Clients disconnect, which some tests are about."""

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


def send(
    handler: BaseHTTPRequestHandler, status: int, data: str | bytes, headers: dict[str, str] | None = None
) -> None:
    """Answers a request with a body, which is JSON unless the headers name another type."""
    data = data.encode() if isinstance(data, str) else data
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def send_json(
    handler: BaseHTTPRequestHandler, status: int, value: dict, headers: dict[str, str] | None = None
) -> None:
    """Answers a request with a JSON object."""
    send(handler, status, json.dumps(value), headers)


def send_completion(handler: BaseHTTPRequestHandler, text: str, model: str, id: str = "c") -> None:
    """Answers a request with a text in the form of Chat Completions."""
    body = {
        **{"id": id, "object": "chat.completion", "created": 1, "model": model},
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 1, "total_tokens": 11},
    }
    send_json(handler, 200, body)
