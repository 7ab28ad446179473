"""The server as a process, and a client that speaks to it in lines."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import conformance

ROOT = conformance.ROOT
BINARY = pathlib.Path(os.environ.get("COMPLETION_KIT_BINARY", ROOT / ".build" / "release" / "completion-kit"))
PATIENCE = float(os.environ.get("PATIENCE", "60"))
LONGEST_RESULT = 40_000


def environment(home: pathlib.Path, store: pathlib.Path) -> dict[str, str]:
    """The whole environment of a spawned copy, with the options of a sanitizer that it may be built with."""
    sanitizer = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
    return {"HOME": str(home), "PATH": "/usr/bin:/bin", "COMPLETION_KIT_STORE": str(store)} | sanitizer


class Server:
    """One spawned copy of the program.

    Every line it writes is read in one place, `_take`, and checked there; `close` and every answer report what was found.
    """

    def __init__(
        self,
        home: pathlib.Path,
        store: pathlib.Path,
        *options: str,
        handshake: str | None = conformance.NEWEST_HANDSHAKE,
        capabilities: dict | None = None,
        secrets: tuple[str, ...] = (),
        variables: dict[str, str] | None = None,
    ) -> None:
        self.home, self.store, self.secrets = home, store, list(secrets)
        self.version = conformance.NEWEST_HANDSHAKE
        self.capabilities = capabilities or {}
        self.violations: list[str] = []
        self.notifications: list[dict] = []
        self.unaddressed: list[dict] = []
        self.ended = False
        self.questions: list[dict] = []
        self._methods: dict[str, str] = {}
        self._versions: dict[str, str] = {}
        self._tokens: dict[str, str] = {}
        self._answers: dict[str, dict] = {}
        self._answered: set[str] = set()
        self._cancelled: set[str] = set()
        self._racing: set[str] = set()
        self._changed = threading.Condition()
        self._reading = threading.Event()
        self._reading.set()
        self._next_id = 0
        self._errors = open(home / f"stderr-{os.urandom(4).hex()}.txt", "w+b")
        self.process = subprocess.Popen(
            [str(BINARY), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment(home, store) | (variables or {}),
            cwd="/",
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if handshake:
            self.initialize(handshake)

    # What comes out

    def _read(self) -> None:
        for line in self.process.stdout:
            self._reading.wait()
            with self._changed:
                self._take(line)
                self._changed.notify_all()
        with self._changed:
            self.ended = True
            self._changed.notify_all()

    def _take(self, line: bytes) -> None:
        if not line.endswith(b"\n"):
            if self.process.wait(PATIENCE) == -signal.SIGKILL:
                return  # Cut off in the middle of a line, as a test wanted it.
            self.violations.append(f"the last line has no end: {line[:200]!r}")
        for secret in self.secrets:
            if secret.encode() in line:
                self.violations.append(f"a key is in {line[:300]!r}")
        try:
            message = json.loads(line)
        except ValueError:
            self.violations.append(f"not JSON: {line[:200]!r}")
            return
        for part in message if isinstance(message, list) else [message]:
            self._sort(part)

    def _sort(self, message: dict) -> None:
        key = json.dumps(message.get("id")) if isinstance(message, dict) and "id" in message else None
        method = self._methods.get(key)
        version = self._version_of(message, key)
        for problem in conformance.problems(message, version, method):
            self.violations.append(f"{version} {method}: {problem} in {json.dumps(message)[:400]}")
        if not isinstance(message, dict):
            return
        if "method" in message and "id" in message:
            self.questions.append(message)
        elif "method" in message:
            self.notifications.append(message)
            token = json.dumps(message.get("params", {}).get("progressToken"))
            if message["method"] == "notifications/progress" and token not in self._tokens:
                self.violations.append(f"progress without a request in flight: {json.dumps(message)[:300]}")
        elif key == "null":
            self.unaddressed.append(message)
        elif key not in self._methods or key in self._answered or key in self._cancelled:
            self.violations.append(f"an answer nobody waits for: {json.dumps(message)[:300]}")
        else:
            self._answered.add(key)
            self._answers[key] = message
            self._tokens = {token: owner for token, owner in self._tokens.items() if owner != key}
            if method == "initialize" and "result" in message:
                self.version = message["result"]["protocolVersion"]
            if method == "tools/call" and "result" in message:
                self._check_tool_result(message["result"])

    def _version_of(self, message: Any, key: str | None) -> str:
        """The protocol version of a message: that of its request, if it belongs to one."""
        if not isinstance(message, dict) or "method" not in message:
            return self._versions.get(key) or self.version
        params = message.get("params", {})
        if conformance.SUBSCRIPTION_KEY in params.get("_meta", {}):
            return conformance.STATELESS
        owner = self._tokens.get(json.dumps(params.get("progressToken")))
        return self._versions.get(owner) or self.version

    def _check_tool_result(self, result: dict) -> None:
        texts = [part.get("text", "") for part in result.get("content", [])]
        if sum(map(len, texts)) > LONGEST_RESULT:
            self.violations.append(f"a result of {sum(map(len, texts))} characters: {texts[0][:200]}")
        if "structuredContent" in result and json.loads(texts[0]) != result["structuredContent"]:
            self.violations.append(f"the text is not the structured content: {texts[0][:300]}")

    def wait(self, condition, what: str, timeout: float = PATIENCE) -> Any:
        """The first true value of a condition on the output so far."""
        with self._changed:
            value = None

            def check() -> bool:
                nonlocal value
                value = condition()
                return bool(value) or self.ended

            self._changed.wait_for(check, timeout)
            assert not self.violations, self.violations
            assert value, f"{what} did not come{' before the server ended' if self.ended else ''}; {self.errors()[-1000:]}"
            return value

    def errors(self) -> str:
        """The server's output on stderr."""
        self._errors.flush()
        return pathlib.Path(self._errors.name).read_text(errors="replace")

    @contextlib.contextmanager
    def unread(self) -> Iterator[None]:
        """A period in which the client reads nothing."""
        self._reading.clear()
        try:
            yield
        finally:
            self._reading.set()

    # What goes in

    def write(self, data: bytes) -> None:
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: Any) -> None:
        if isinstance(message, dict) and "method" in message and "id" in message:
            self.expect(message)
        self.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")

    def expect(self, message: dict) -> None:
        """Records a request, so that its answer can be recognized."""
        key = json.dumps(message["id"])
        with self._changed:
            self._methods[key] = message["method"]
            self._answers.pop(key, None)
            self._answered.discard(key)
            params = message.get("params")
            meta = params.get("_meta") if isinstance(params, dict) else {}
            meta = meta if isinstance(meta, dict) else {}
            version = meta.get(conformance.VERSION_KEY)
            # An error about an unknown version is written in the newest version.
            self._versions[key] = version if version in conformance.VERSIONS else version and conformance.STATELESS
            if "progressToken" in meta:
                self._tokens[json.dumps(meta["progressToken"])] = key

    def begin(self, method: str, params: Any = None, id: Any = None) -> Any:
        """Sends a request without waiting and gives its id."""
        if id is None:
            self._next_id += 1
            id = self._next_id
        message = {"jsonrpc": "2.0", "id": id, "method": method}
        self.send(message if params is None else {**message, "params": params})
        return id

    def answer(self, id: Any, timeout: float = PATIENCE) -> dict:
        """The response to a request that was sent: a result or an error."""
        return self.wait(lambda: self._answers.get(json.dumps(id)), f"the answer of {id!r}", timeout)

    def request(self, method: str, params: Any = None, id: Any = None, timeout: float = PATIENCE) -> dict:
        return self.answer(self.begin(method, params, id), timeout)

    def notify(self, method: str, params: Any = None) -> None:
        message = {"jsonrpc": "2.0", "method": method}
        self.send(message if params is None else {**message, "params": params})

    def cancel(self, id: Any) -> None:
        """Cancels a request; nothing may arrive for it afterwards."""
        with self._changed:
            if json.dumps(id) not in self._answered:
                self._cancelled.add(json.dumps(id))
        self.notify("notifications/cancelled", {"requestId": id, "reason": "the test wants it"})

    def race(self, id: Any) -> None:
        """Cancels a request whose answer may already have been sent."""
        with self._changed:
            self._racing.add(json.dumps(id))
        self.notify("notifications/cancelled", {"requestId": id})

    def settle(self, id: Any) -> int:
        """Waits for the answer to a request that was sent after all races.

        From then on nothing may come for those that were lost; gives how many were won by their answers.
        """
        self.answer(id)
        with self._changed:
            won, lost = self._racing & self._answered, self._racing - self._answered
            self._racing = set()
            self._cancelled |= lost
            self._tokens = {token: owner for token, owner in self._tokens.items() if owner not in lost}
            return len(won)

    def unaddressed_error(self, data: bytes, timeout: float = PATIENCE) -> dict:
        """Writes bytes that are not a request and returns the resulting error with a null id."""
        before = len(self.unaddressed)
        self.write(data)
        self.wait(lambda: len(self.unaddressed) > before, f"the error of {data[:60]!r}", timeout)
        return self.unaddressed[before]["error"]

    # MCP

    def initialize(self, version: str = conformance.NEWEST_HANDSHAKE) -> dict:
        result = self.request(
            "initialize",
            {"protocolVersion": version, "capabilities": self.capabilities, "clientInfo": {"name": "end-to-end", "version": "1"}},
        )["result"]
        self.notify("notifications/initialized")
        return result

    def modern(self, method: str, params: dict | None = None, capabilities: dict | None = None, **keywords) -> dict:
        """The response to a request of the version without a handshake."""
        return self.answer(self.begin_modern(method, params, capabilities, **keywords))

    def begin_modern(
        self, method: str, params: dict | None = None, capabilities: dict | None = None, meta: dict | None = None, id=None
    ) -> Any:
        envelope = {
            conformance.VERSION_KEY: conformance.STATELESS,
            conformance.CAPABILITIES_KEY: self.capabilities if capabilities is None else capabilities,
        }
        return self.begin(method, {**(params or {}), "_meta": {**envelope, **(meta or {})}}, id)

    def question(self, number: int = 0) -> dict:
        """The n-th request of the server."""
        return self.wait(lambda: self.questions[number:number + 1], f"question {number}")[0]

    def tools(self) -> list[dict]:
        return self.request("tools/list")["result"]["tools"]

    def call(self, tool: str, /, timeout: float = PATIENCE, **arguments: Any) -> dict:
        """The result of a tool call, successful or not."""
        response = self.request("tools/call", {"name": tool, "arguments": arguments}, timeout=timeout)
        assert "result" in response, response
        return response["result"]

    def get(self, tool: str, /, timeout: float = PATIENCE, **arguments: Any) -> dict:
        """The structured content of a tool's result."""
        result = self.call(tool, timeout=timeout, **arguments)
        assert not result.get("isError"), (tool, result["content"])
        return result["structuredContent"] if "structuredContent" in result else json.loads(result["content"][0]["text"])

    def fault(self, tool: str, /, **arguments: Any) -> str:
        """The error message of a tool."""
        result = self.call(tool, **arguments)
        assert result.get("isError") is True, (tool, result)
        assert "structuredContent" not in result
        return result["content"][0]["text"]

    def progress(self, token: Any) -> list[dict]:
        """The progress received for a token so far."""
        with self._changed:
            return [
                notification["params"]
                for notification in self.notifications
                if notification["method"] == "notifications/progress" and notification["params"]["progressToken"] == token
            ]

    def contents(self) -> dict[str, list]:
        """Everything that the lists show; if it is equal before and after, nothing was lost."""
        kinds = ["prompts", "datasets", "metrics", "metric_groups", "provider_credentials", "tags", "runs"]
        everything = {kind: self.get(f"{kind}_list", limit=500)[kind] for kind in kinds}
        everything["responses"] = [
            self.get("responses_list", run_id=run["id"], limit=500)["responses"] for run in everything["runs"]
        ]
        return everything

    # The end

    def finish(self) -> int:
        """Ends the input and returns the exit code."""
        self.process.stdin.close()
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        assert not self.violations, self.violations
        text = self.errors()
        assert not [secret for secret in self.secrets if secret in text], "a key is on stderr"
        return code

    def stop(self) -> None:
        """Ends the process whatever its state."""
        self._reading.set()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join(PATIENCE)
        for stream in (self.process.stdin, self.process.stdout, self._errors):
            try:
                stream.close()
            except OSError:
                pass
