"""A provider on 127.0.0.1 that counts tokens as OpenAI does, keeps prompts in a cache and serves tiers.

It answers Chat Completions and Messages. A prompt, or what is marked of it, can be read from the cache once the
answer to an earlier request with the same beginning begins; requests at the same time each write it. What everything costs
at the vendors' list prices is counted here too, so that a test can compare it with what the program says.
"""

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

import bpe_openai

from local_server import LocalServer, send_json

ENCODING = bpe_openai.get_encoding("o200k_base")

# US dollars per million tokens: input, read from the cache, written to the cache, output.
PRICES = {
    "gpt-5.2": (1.75, 0.175, 1.75, 14),
    "gpt-5.6-terra": (2, 0.2, 2.5, 12),
    "claude-sonnet-5": (2, 0.2, 2.5, 10),
    "claude-haiku-4-5": (1, 0.1, 1.25, 5),
}
# The fewest tokens that are kept.
MINIMUMS = {"claude-sonnet-5": 1024, "claude-haiku-4-5": 4096}
# Chat Completions caches in steps of so many tokens.
STEP = 128
TIER_FACTORS = {"flex": 0.5, "batch": 0.5, "priority": 2}


def tokens(text: str) -> list[int]:
    return list(ENCODING.encode(text))


@dataclass
class Books:
    """What the server was asked and what that costs."""

    calls: int = 0
    refused: int = 0
    prompt: int = 0
    read: int = 0
    written: int = 0
    completion: int = 0
    dollars: float = 0.0
    # The part of it that judgements cost.
    judging: float = 0.0
    tiers: dict[str, int] = field(default_factory=dict)


def is_judgement(body: dict) -> bool:
    return '"reasons"' in json.dumps([body.get("response_format"), body.get("output_config")])


def answer_words(body: dict) -> str:
    """A judgement where a schema asks for one, else a text whose length depends on the prompt."""
    if is_judgement(body):
        reasons = "The response names the point that the criterion asks for and adds nothing that is wrong."
        return json.dumps({"reasons": reasons, "score": 4})
    words = "the parcel will arrive on monday and the customer can follow it online at any time of day".split()
    count = 8 + len(json.dumps(body["messages"])) % 11
    return " ".join(words[index % len(words)] for index in range(count))


def blocks(content) -> list[dict]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


class MeteredServer(LocalServer):
    """Answers after `latency` seconds; `flex_capacity` is the share of flex calls that are served."""

    def __init__(self, latency: float = 0.0, flex_capacity: float = 1.0, caches: bool = True) -> None:
        super().__init__(Handler)
        self.latency = latency
        self.caches = caches
        self.flex_capacity = flex_capacity
        self.flex_calls = 0
        self.books = Books()
        self.bodies: list[dict] = []
        self.lock = threading.Lock()
        self.kept_texts: set[str] = set()
        self.kept_tokens: list[list[int]] = []
        self.start()

    def forget(self) -> None:
        """Empties the cache and the books."""
        with self.lock:
            self.books = Books()
            self.bodies = []
            self.kept_texts.clear()
            self.kept_tokens.clear()

    def turns_away(self, tier: str | None) -> bool:
        """Whether flex has no capacity for a call: for every so many calls, so that runs are alike."""
        if tier != "flex":
            return False
        with self.lock:
            self.flex_calls += 1
            served = int(self.flex_calls * self.flex_capacity) - int((self.flex_calls - 1) * self.flex_capacity)
            self.books.refused += not served
            return not served

    def enter(self, body: dict, usage: dict, tier: str) -> None:
        price = PRICES[body["model"]]
        plain = usage["prompt"] - usage["read"] - usage["written"]
        parts = zip((plain, usage["read"], usage["written"], usage["completion"]), price)
        with self.lock:
            books = self.books
            books.calls += 1
            books.prompt += usage["prompt"]
            books.read += usage["read"]
            books.written += usage["written"]
            books.completion += usage["completion"]
            dollars = sum(count * each for count, each in parts) / 1e6 * TIER_FACTORS.get(tier, 1)
            books.dollars += dollars
            books.judging += dollars if is_judgement(body) else 0
            books.tiers[tier] = books.tiers.get(tier, 0) + 1

    def complete(self, body: dict, is_messages: bool, tier: str | None = None) -> dict:
        """The answer to a request, which is entered in the books."""
        usage, keep = self.messages_usage(body) if is_messages else self.chat_usage(body)
        text = answer_words(body)
        usage["completion"] = len(tokens(text))
        if not self.caches:
            usage["read"] = usage["written"] = 0
        if tier != "batch":
            time.sleep(self.latency * (3 if tier == "flex" else 1))
        served = tier if tier in TIER_FACTORS else "default"
        self.enter(body, usage, served)
        keep()
        return (self.messages_answer if is_messages else self.chat_answer)(body, text, usage, served)

    # Chat Completions: every long prompt is kept.

    def chat_usage(self, body: dict) -> tuple[dict, callable]:
        text = json.dumps(body.get("tools", "")) if "tools" in body else ""
        for message in body["messages"]:
            for part in blocks(message["content"]):
                text += f"<{message['role']}>{part['text']}"
        prompt = tokens(text)
        with self.lock:
            read = max((self.shared(prompt, other) for other in self.kept_tokens), default=0)
        read = read // STEP * STEP if read >= 1024 else 0
        is_long = len(prompt) >= 1024
        pays_writes = body["model"] == "gpt-5.6-terra"
        written = len(prompt) - read if is_long and pays_writes else 0

        def keep() -> None:
            with self.lock:
                # A few prompts stand for all: what they share is what counts.
                if is_long and len(self.kept_tokens) < 8:
                    self.kept_tokens.append(prompt)

        return {"prompt": len(prompt), "read": read, "written": written}, keep

    @staticmethod
    def shared(one: list[int], other: list[int]) -> int:
        count = 0
        for left, right in zip(one, other):
            if left != right:
                break
            count += 1
        return count

    def chat_answer(self, body: dict, text: str, usage: dict, tier: str) -> dict:
        return {
            **{"id": "c", "object": "chat.completion", "created": 1, "model": body["model"], "service_tier": tier},
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
            "usage": {
                "prompt_tokens": usage["prompt"],
                "completion_tokens": usage["completion"],
                "total_tokens": usage["prompt"] + usage["completion"],
                "prompt_tokens_details": {"cached_tokens": usage["read"], "cache_write_tokens": usage["written"]},
            },
        }

    # Messages: what stands before the mark is kept.

    def messages_usage(self, body: dict) -> tuple[dict, callable]:
        text, marked = json.dumps(body.get("tools", "")) if "tools" in body else "", None
        parts = [("system", block) for block in blocks(body.get("system", []))]
        for message in body["messages"]:
            parts += [(message["role"], block) for block in blocks(message["content"])]
        for role, block in parts:
            text += f"<{role}>{block['text']}"
            if "cache_control" in block:
                marked = text
        prompt, kept = len(tokens(text)), len(tokens(marked)) if marked else 0
        if kept < MINIMUMS[body["model"]]:
            kept, marked = 0, None
        with self.lock:
            is_read = marked in self.kept_texts

        def keep() -> None:
            with self.lock:
                if marked:
                    self.kept_texts.add(marked)

        return {"prompt": prompt, "read": kept if is_read else 0, "written": 0 if is_read else kept}, keep

    def messages_answer(self, body: dict, text: str, usage: dict, tier: str) -> dict:
        return {
            **{"id": "m", "type": "message", "role": "assistant", "model": body["model"], "stop_reason": "end_turn"},
            "content": [{"type": "text", "text": text}],
            "usage": {
                "input_tokens": usage["prompt"] - usage["read"] - usage["written"],
                "cache_read_input_tokens": usage["read"],
                "cache_creation_input_tokens": usage["written"],
                "output_tokens": usage["completion"],
                "service_tier": "batch" if tier == "batch" else "standard",
            },
        }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: MeteredServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.bodies.append(body)
        tier = body.get("service_tier")
        if self.server.turns_away(tier):
            error = {"message": "Resource unavailable at this tier", "type": "resource_unavailable", "code": "429"}
            return self.send(429, {"error": error})
        self.send(200, self.server.complete(body, self.path.endswith("/messages"), tier))

    def log_message(self, *_) -> None:
        pass

    send = send_json
