"""Misbehaviours of a provider in one request, as steps that a test assigns to rows of a dataset.

A row's prompt holds `row N`; the fault server takes the row's steps one after the other, the last again and again. A
step is a function of the handler that answers. What an answer that arrives has used is noted in `billed`.
"""

import email.utils
import json
import re
import socket
import struct
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

from local_server import send

Step = Callable[[BaseHTTPRequestHandler], None]
USAGE = (7, 1)


def answer_body(handler, text: str = "Paris", finish: str = "stop", usage: tuple[int, int] | None = USAGE, **message) -> dict:
    """An answer in the form of the requested API."""
    prompt, completion = usage or (0, 0)
    if handler.path.endswith("messages"):
        reasons = {"stop": "end_turn", "length": "max_tokens", "refusal": "refusal"}
        body = {
            **{"id": "msg_1", "type": "message", "role": "assistant", "model": "stub-1", "stop_sequence": None},
            "content": [{"type": "text", "text": text}] if text else [],
            "stop_reason": reasons[finish],
            "usage": {"input_tokens": prompt, "output_tokens": completion},
        }
    else:
        body = {
            **{"id": "chatcmpl-1", "object": "chat.completion", "created": 1_700_000_000, "model": "stub-1"},
            "choices": [
                {"index": 0, "message": {"role": "assistant", "content": text, **message}, "finish_reason": finish}
            ],
            "usage": {
                "prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion
            },
        }
    if usage is None:
        del body["usage"]
    return body


def key(handler) -> str:
    """The key of the request."""
    return handler.headers.get("x-api-key") or handler.headers.get("Authorization", "").removeprefix("Bearer ")


# Answers


def good(text: str = "Paris", finish: str = "stop", usage: tuple[int, int] | None = USAGE, **message) -> Step:
    def step(handler) -> None:
        handler.server.bill(usage)
        send(handler, 200, json.dumps(answer_body(handler, text, finish, usage, **message)))

    return step


def refusal(handler) -> None:
    if handler.path.endswith("messages"):
        good("I cannot help with that.", "refusal")(handler)
    else:
        good(None, "stop", refusal="I cannot help with that.")(handler)


def plain_text_type(handler) -> None:
    handler.server.bill(USAGE)
    send(handler, 200, json.dumps(answer_body(handler)), {"Content-Type": "text/plain"})


def late(handler) -> None:
    time.sleep(0.4)
    good()(handler)


# Error statuses


def status(number: int, headers: dict[str, str] | None = None, message: str = "not now", **error) -> Step:
    def step(handler) -> None:
        body = {"type": "error", "error": {"type": "fault", "message": message, "param": None, "code": None, **error}}
        send(handler, number, json.dumps(body), headers)

    return step


def retry_after_date(seconds: float) -> Step:
    def step(handler) -> None:
        date = email.utils.formatdate(time.time() + seconds, usegmt=True)
        status(429, {"Retry-After": date})(handler)

    return step


def refuses(parameter: str) -> Step:
    """A model that rejects a parameter, and answers without it."""

    def step(handler) -> None:
        if parameter in json.loads(handler.body):
            message = f"Unsupported parameter: '{parameter}' is not supported with this model."
            status(400, message=message, param=parameter, code="unsupported_parameter")(handler)
        else:
            good()(handler)

    return step


def broke_off_in_the_body(handler) -> None:
    """OpenRouter's way: a status of 200, and the provider's error with what was used until then."""
    handler.server.bill((7, 0))
    error = {"code": 502, "message": "upstream broke off"}
    send(handler, 200, json.dumps({"error": error, "usage": {"prompt_tokens": 7, "completion_tokens": 0}}))


# Connections


def end(handler, *, reset: bool = False) -> None:
    handler.close_connection = True
    handler.wfile.flush()
    if reset:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()
    else:
        handler.connection.shutdown(socket.SHUT_RDWR)


def closed_before(handler) -> None:
    end(handler)


def reset_before(handler) -> None:
    end(handler, reset=True)


def closed_in_the_middle(handler) -> None:
    data = json.dumps(answer_body(handler)).encode()
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data[: len(data) // 2])
    end(handler)


def closed_after(handler) -> None:
    """The answer announces a kept connection, which is then closed."""
    good()(handler)
    end(handler)


def silence(handler) -> None:
    handler.server.released.wait(60)
    end(handler)


def byte_a_second(handler) -> None:
    data = json.dumps(answer_body(handler)).encode()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    released = handler.server.released
    for byte in data:
        handler.wfile.write(bytes([byte]))
        if released.wait(1):
            break
    end(handler)


def no_http(handler) -> None:
    handler.wfile.write(b"this is no HTTP\r\n\r\n")
    end(handler)


# Bodies


def body(text: str | bytes, kind: str = "application/json", code: int = 200) -> Step:
    return lambda handler: send(handler, code, text, {"Content-Type": kind})


def redirect(handler) -> None:
    place = f"http://127.0.0.1:{handler.server.server_address[1]}/redirected/v1/{key(handler)}?key={key(handler)}"
    send(handler, 307, "", {"Location": place})


def half(handler) -> None:
    text = json.dumps(answer_body(handler))
    send(handler, 200, text[: len(text) // 2])


# Echoes of the key


def echo(shape: Callable[[str], str], code: int = 400) -> Step:
    """An error text that contains the key in some spelling."""
    return lambda handler: status(code, message=shape(key(handler)))(handler)


def echo_body(shape: Callable[[str], str], kind: str, code: int = 200) -> Step:
    return lambda handler: send(handler, code, shape(key(handler)), {"Content-Type": kind})


def echo_in_the_type(handler) -> None:
    send(handler, 200, "not JSON", {"Content-Type": f"text/{key(handler)}"})


def row_of(request: dict) -> int | None:
    """The row that a request is about, by the `row N` of what its user says first."""
    first = next(message["content"] for message in request["messages"] if message["role"] == "user")
    found = re.search(r"\brow (\d+)\b", first)
    return int(found.group(1)) if found else None
