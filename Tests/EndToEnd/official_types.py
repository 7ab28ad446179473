"""Checks request bodies with the parameter types of the providers' own Python SDKs.

Run as a program it reads lines `{"api": ..., "body": ...}` and writes for each a line with the list of what is wrong. It is
a program because two versions of one SDK cannot live in one process: `OLD_ANTHROPIC` names the folder of the older one.
"""

import importlib
import importlib.metadata
import json
import os
import pathlib
import pkgutil
import subprocess
import sys
from typing import Any

OLD_ANTHROPIC_VERSION = "0.125.0"
OLD_ANTHROPIC = pathlib.Path(sys.prefix) / f"anthropic-{OLD_ANTHROPIC_VERSION}"


def install_old_anthropic() -> None:
    """Installs the SDK of API version 2023-06-01 beside the environment, whose own is of 2026-10-21."""
    if not (OLD_ANTHROPIC / "anthropic").is_dir():
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"),
                *("--target", str(OLD_ANTHROPIC), f"anthropic=={OLD_ANTHROPIC_VERSION}"),
            ],
            check=True,
        )


def problems(requests: list[tuple[str, dict]], *, old_anthropic: bool = False) -> list[list[str]]:
    """The errors of the types for each (API, body).

    The APIs are `openai`, `openai batch line`, `openai batch`, `anthropic`, `anthropic batch` and `ollama messages`.
    """
    environment = {**os.environ, "PYTHONPATH": str(OLD_ANTHROPIC) if old_anthropic else ""}
    lines = "".join(json.dumps({"api": api, "body": body}) + "\n" for api, body in requests)
    done = subprocess.run(
        [sys.executable, __file__], input=lines, capture_output=True, text=True, env=environment, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    version, *results = done.stdout.splitlines()
    assert (version == OLD_ANTHROPIC_VERSION) == old_anthropic, f"the types were those of anthropic {version}"
    return [json.loads(line) for line in results]


def refuse_unknown_keys(package: str) -> None:
    """A TypedDict accepts any key by default, so extra keys are forbidden in each."""
    import typing_extensions

    root = importlib.import_module(package)
    for module in pkgutil.walk_packages(root.__path__, package + "."):
        for value in vars(importlib.import_module(module.name)).values():
            if typing_extensions.is_typeddict(value):
                value.__pydantic_config__ = {"extra": "forbid", "arbitrary_types_allowed": True}


def exhaust(value: Any) -> None:
    """Walks a whole checked value, because an Iterable is only checked while it is read."""
    if isinstance(value, dict):
        for member in value.values():
            exhaust(member)
    elif not isinstance(value, (str, bytes)) and hasattr(value, "__iter__"):
        for item in value:
            exhaust(item)


def checkers() -> dict[str, Any]:
    import anthropic.types.message_create_params as messages
    import anthropic.types.messages.batch_create_params as message_batches
    import ollama
    import openai.types.batch_create_params as batches
    import openai.types.chat.completion_create_params as completions
    import pydantic

    refuse_unknown_keys("openai.types")
    refuse_unknown_keys("anthropic.types")
    # By whether the body asks for a stream.
    chat = {
        False: pydantic.TypeAdapter(completions.CompletionCreateParamsNonStreaming),
        True: pydantic.TypeAdapter(completions.CompletionCreateParamsStreaming),
    }
    message = {
        False: pydantic.TypeAdapter(messages.MessageCreateParamsNonStreaming),
        True: pydantic.TypeAdapter(messages.MessageCreateParamsStreaming),
    }

    batch = pydantic.TypeAdapter(batches.BatchCreateParams)
    message_batch = pydantic.TypeAdapter(message_batches.BatchCreateParams)

    def check_line(line: dict) -> None:
        assert set(line) == {"custom_id", "method", "url", "body"}, f"unknown keys in {sorted(line)}"
        assert line["method"] == "POST" and line["url"] == "/v1/chat/completions"
        assert isinstance(line["custom_id"], str)
        exhaust(chat[False].validate_python(line["body"], strict=True))

    def check_ollama(body: dict) -> None:
        for item in body["messages"]:
            assert set(item) <= set(ollama.Message.model_fields), f"unknown keys in {sorted(item)}"
            ollama.Message.model_validate(item, strict=True)

    return {
        "openai": lambda body: exhaust(chat["stream" in body].validate_python(body, strict=True)),
        "anthropic": lambda body: exhaust(message["stream" in body].validate_python(body, strict=True)),
        "openai batch line": check_line,
        "openai batch": lambda body: exhaust(batch.validate_python(body, strict=True)),
        "anthropic batch": lambda body: exhaust(message_batch.validate_python(body, strict=True)),
        "ollama messages": check_ollama,
    }


def main() -> None:
    import pydantic

    check = checkers()
    print(importlib.metadata.version("anthropic"))
    for line in sys.stdin:
        request = json.loads(line)
        found: list[str] = []
        try:
            check[request["api"]](request["body"])
        except pydantic.ValidationError as error:
            for problem in error.errors(include_url=False):
                found.append(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}")
        except AssertionError as error:
            found.append(str(error))
        print(json.dumps(found))


if __name__ == "__main__":
    main()
