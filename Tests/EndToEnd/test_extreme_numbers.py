"""Numbers that somebody has typed into the store: each is refused with its line, or shown by every tool and resource."""

import json
import pathlib
from collections.abc import Iterator

from server import Server

# The most absurd first; the first that the store takes is put.
CANDIDATES = [1e300, 2**63 - 1, 2**53 - 1, 10**12, 10**9, 1000, 100, 5, 1]
FREE_FORM = {"input", "inputs", "metadata", "provider_request", "provider_response"}
TOOLS = {
    **{f"{kind}_list": {} for kind in ("prompts", "runs", "datasets", "metrics", "metric_groups", "tags", "sessions")},
    **{f"{kind}_get": {"id": 1} for kind in ("prompts", "runs", "datasets", "metrics", "tags", "sessions")},
    "experiments_list": {},
    "experiments_get": {"id": 1, "generations": True},
    "provider_credentials_list": {},
    "provider_credentials_get": {"id": 1},
    "models_list": {},
    "responses_list": {"run_id": 1},
    "responses_get": {"run_id": 1, "id": 1},
    "runs_compare": {"run_ids": [1, 2]},
}


def ways(value, path: tuple = ()) -> Iterator[tuple]:
    """Where the numbers of a record are that are no ids."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key not in FREE_FORM and key not in ("id", "row_index") and not key.endswith(("_id", "_ids")):
                yield from ways(member, (*path, key))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from ways(element, (*path, index))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path


def put(value, path: tuple, number):
    if not path:
        return number
    copy = value.copy()
    copy[path[0]] = put(value[path[0]], path[1:], number)
    return copy


def test_no_number_in_the_store_ends_the_server(start, home: pathlib.Path) -> None:
    server: Server = start()
    server.get("datasets_create", name="d", csv_data="text,expected_output\na,a\nb,b\n")
    server.get("metrics_create", name="m")
    server.get("tags_create", name="t")
    server.get("provider_credentials_create", provider="ollama")
    for name in ("p", "q"):
        server.get("prompts_create", name=name, template="{{ text }}", llm_model="echo")
    settings = {"temperature": 0.5, "top_p": 0.5, "max_tokens": 5, "seed": 7, "max_cost": 1}
    for prompt in (1, 2):
        run = server.get("runs_create", prompt_id=prompt, dataset_id=1, **settings)["id"]
        server.get("runs_generate", id=run, wait_seconds=60)
    server.get("experiments_create", name="e", prompt_ids=[1, 2])
    server.get("experiments_generate", experiment_id=1, inputs={"text": "a"})
    server.get("experiments_feedback", generation_id=1, outcome="positive")
    server.get("chat_completions_create", model="echo", session_id="s", messages=[{"role": "user", "content": "hi"}])
    assert server.finish() == 0

    text = server.store.read_text()
    lines = text.split("\n")
    refused = raised = 0
    for index, line in enumerate(lines):
        if not line.startswith('{"id":'):
            continue
        comma = "," if line.endswith(",") else ""
        record = json.loads(line.removesuffix(","))
        for path in ways(record):
            for number in CANDIDATES:
                lines[index] = json.dumps(put(record, path, number), ensure_ascii=False) + comma
                server.store.write_text("\n".join(lines))
                look = start()
                result = look.call("tags_list")
                if not result.get("isError"):
                    record, raised = put(record, path, number), raised + 1
                    look.stop()
                    break
                refused += 1
                assert f"line {index + 1}:" in result["content"][0]["text"], (path, number)
                look.stop()
            lines[index] = json.dumps(record, ensure_ascii=False) + comma
    server.store.write_text("\n".join(lines))
    print(f"\n{refused} numbers refused with their line, {raised} fields at the end of their range")

    last = start()
    for tool, arguments in TOOLS.items():
        last.call(tool, **arguments)
    for resource in last.request("resources/list")["result"]["resources"]:
        last.request("resources/read", {"uri": resource["uri"]})
    assert last.get("tags_list")["total"] == 1
