"""Batches as OpenAI and Anthropic run them: what they accept, the states they go through, and what they return.

developers.openai.com/api/docs/guides/batch, platform.claude.com/docs/en/build-with-claude/batch-processing, and the types
of both SDKs. The answer to a prompt is always the same; see `answer_to`.
"""

import datetime
import hashlib
import json
import random
import re
from typing import Any

ENDPOINT = "/v1/chat/completions"
CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
DAY = 86_400
# A request whose prompt holds this word fails, in a batch and outside.
FAILING = "FAIL-THIS-REQUEST"
FINAL = ("completed", "failed", "expired", "cancelled", "ended")


def text_of(body: dict) -> str:
    """The last user message."""
    for message in reversed(body.get("messages") or []):
        if message.get("role") == "user":
            content = message.get("content")
            if isinstance(content, str):
                return content
            return "".join(part.get("text", "") for part in content or [])
    return ""


def answer_to(body: dict) -> str:
    """A score for a judge, and otherwise the prompt with its number of characters."""
    text = text_of(body)
    if '"score"' in text or "response_format" in body or "output_config" in body:
        score = hashlib.sha256(text.encode()).digest()[0] % 5 + 1
        return json.dumps({"reasons": "As I see it.", "score": score})
    return f"{len(text)} characters: {text[-200:]}"


def tokens(text: str) -> int:
    return max(1, len(text) // 4)


def chat_answer(body: dict) -> dict:
    text = answer_to(body)
    prompt, completion = tokens(text_of(body)), tokens(text)
    return {
        **{"id": "chatcmpl-1", "object": "chat.completion", "created": 1_800_000_000, "model": body["model"]},
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text, "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion},
        "service_tier": "default",
    }


def message_answer(body: dict, tier: str = "standard") -> dict:
    text = answer_to(body)
    return {
        **{"id": "msg_1", "type": "message", "role": "assistant", "model": body["model"]},
        "content": [{"type": "text", "text": text}],
        **{"stop_reason": "end_turn", "stop_sequence": None},
        "usage": {
            **{"input_tokens": tokens(text_of(body)), "output_tokens": tokens(text)},
            **{"cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "service_tier": tier},
        },
    }


def openai_error(message: str, kind: str = "invalid_request_error", code: str | None = None) -> dict:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def anthropic_error(kind: str, message: str) -> dict:
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}


def faults_of_file(data: bytes, endpoint: str, most: int) -> tuple[list[tuple[str, dict]], list[dict]]:
    """The requests in a file and OpenAI's errors about it."""
    requests, errors, ids, models = [], [], set(), set()

    def note(line: int | None, code: str, message: str, parameter: str | None = None) -> None:
        errors.append({"code": code, "line": line, "message": message, "param": parameter})

    lines = data.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    for number, line in enumerate(lines, 1):
        try:
            item = json.loads(line)
            id, body = item["custom_id"], item["body"]
            model = body["model"]
        except (ValueError, KeyError, TypeError):
            note(number, "invalid_json_line", "This line is not parseable as valid JSON.")
            continue
        if id in ids:
            note(number, "duplicate_custom_id", f"The custom_id '{id}' is used by another line.", "custom_id")
        if item.get("method") != "POST" or item.get("url") != endpoint:
            note(number, "mismatched_endpoint", f"The URL must be {endpoint}.", "url")
        ids.add(id)
        models.add(model)
        requests.append((id, body))
    if not lines:
        note(None, "empty_file", "The input file is empty.")
    if len(lines) > most:
        note(None, "too_many_tasks", f"The batch has {len(lines)} requests; at most {most} are allowed.")
    if len(models) > 1:
        note(None, "mismatched_model", "All requests of a batch must have the same model.", "body.model")
    return requests, errors


def rfc3339(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat().replace("+00:00", "Z")


class Batch:
    """One batch. Each poll of its status brings it a step nearer to its end, unless it is held."""

    chat_answer = staticmethod(chat_answer)
    message_answer = staticmethod(message_answer)

    def __init__(self, vendor: str, number: int, requests: list[tuple[str, dict]], now: float, fate: dict) -> None:
        self.vendor, self.now, self.fate = vendor, now, fate
        self.id = f"batch_{number:04}" if vendor == "openai" else f"msgbatch_{number:04}"
        self.requests = list(requests)
        # The order in which they are answered, which is also that of the results.
        random.Random(self.id).shuffle(self.requests)
        self.file, self.metadata = "", None
        self.errors: list[dict] = []
        self.age = self.done = 0
        self.state = "validating" if vendor == "openai" else "in_progress"
        self.files: dict[str, bytes] = {}

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    @property
    def is_stopping(self) -> bool:
        return self.state in ("cancelling", "canceling")

    def step(self, count: int = 1) -> list[tuple[str, dict]]:
        """Goes on; returns the requests that were answered meanwhile."""
        if self.is_final:
            return []
        if self.is_stopping:
            return self._end("cancelled")
        if self.errors:
            self.state = "failed"
            return []
        self.age += count
        share = min(1.0, self.age / max(1, self.fate["polls"]))
        last = self.fate.get("expire")
        answered = self._answer(int(len(self.requests) * min(share, 1.0 if last is None else last)))
        if last is not None and share >= last:
            return answered + self._end("expired")
        if share >= 1:
            return answered + self._end("completed")
        if self.vendor == "openai":
            self.state = "finalizing" if self.age + 1 == self.fate["polls"] > 2 else "in_progress"
        return answered

    def cancel(self) -> bool:
        """False for a batch that has ended."""
        if self.is_final:
            return False
        self.state = "cancelling" if self.vendor == "openai" else "canceling"
        return True

    def _answer(self, until: int) -> list[tuple[str, dict]]:
        requests = self.requests[self.done : until]
        self.done = max(self.done, until)
        return requests

    def _end(self, reason: str) -> list[tuple[str, dict]]:
        self.state = reason if self.vendor == "openai" else "ended"
        self.reason = reason
        build = self._openai_files if self.vendor == "openai" else self._anthropic_files
        build()
        return []

    def _lines(self, items: list[dict]) -> bytes:
        if self.fate.get("noise") and items:
            items = items + [items[0], {**items[0], "custom_id": "nobody-asked-this"}]
        return b"".join(json.dumps(item).encode() + b"\n" for item in items)

    # OpenAI

    def _openai_files(self) -> None:
        out, failed = [], []
        for index, (id, body) in enumerate(self.requests):
            item: dict[str, Any] = {"id": f"batch_req_{index}", "custom_id": id, "response": None, "error": None}
            if index >= self.done:
                code = "batch_expired" if self.reason == "expired" else "batch_cancelled"
                item["error"] = {"code": code, "message": "This request was not executed before the batch ended."}
                failed.append(item)
                continue
            wrong = FAILING in text_of(body)
            answer = openai_error("The request is bad.") if wrong else self.chat_answer(body)
            item["response"] = {"status_code": 400 if wrong else 200, "request_id": f"req_{index}", "body": answer}
            (failed if wrong else out).append(item)
        self.completed, self.failed = len(out), len(failed)
        for name, items in (("output", out), ("error", failed)):
            if items:
                self.files[name] = self._lines(items)

    def openai_body(self) -> dict:
        counts = {"total": len(self.requests), "completed": self.done, "failed": 0}
        if self.state in ("validating", "failed"):
            counts = {"total": 0, "completed": 0, "failed": 0}
        elif self.is_final:
            counts |= {"completed": self.completed, "failed": self.failed}
        times = {f"{self.state}_at": int(self.now)} if self.is_final or self.state == "cancelling" else {}
        return {
            **{"id": self.id, "object": "batch", "endpoint": ENDPOINT, "input_file_id": self.file},
            "errors": {"object": "list", "data": self.errors} if self.state == "failed" else None,
            **{"completion_window": "24h", "status": self.state, "created_at": int(self.now)},
            **{"expires_at": int(self.now) + DAY, "request_counts": counts, "metadata": self.metadata, **times},
            "output_file_id": f"{self.id}-output" if "output" in self.files else None,
            "error_file_id": f"{self.id}-error" if "error" in self.files else None,
        }

    # Anthropic

    def _anthropic_files(self) -> None:
        items = []
        self.counts = {"processing": 0, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}
        for index, (id, body) in enumerate(self.requests):
            if index >= self.done:
                result: dict[str, Any] = {"type": "expired" if self.reason == "expired" else "canceled"}
            elif FAILING in text_of(body) or "max_tokens" not in body:
                result = {"type": "errored", "error": anthropic_error("invalid_request_error", "The request is bad.")}
            else:
                result = {"type": "succeeded", "message": self.message_answer(body, "batch")}
            self.counts[result["type"]] += 1
            items.append({"custom_id": id, "result": result})
        self.files["results"] = self._lines(items)

    def anthropic_body(self, origin: str) -> dict:
        nothing = {"processing": len(self.requests), "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}
        ended = self.is_final
        return {
            **{"id": self.id, "type": "message_batch", "processing_status": self.state},
            "request_counts": self.counts if ended else nothing,
            **{"created_at": rfc3339(self.now), "expires_at": rfc3339(self.now + DAY), "archived_at": None},
            "ended_at": rfc3339(self.now + 1) if ended else None,
            "cancel_initiated_at": rfc3339(self.now) if self.state == "canceling" else None,
            "results_url": f"{origin}/v1/messages/batches/{self.id}/results" if ended else None,
        }
