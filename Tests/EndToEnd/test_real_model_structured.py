"""A real language model is asked with everything that a prompt version has: a system prompt, few-shot turns, a schema, tools.

What a small model answers is up to it. What is asserted is that what is said of its answers is true.
"""

import json

import jsonschema
import pytest
import real_model
from server import Server

KEY = "local-models-need-no-key"
PLACES = {"Oslo": "Norway", "Lima": "Peru", "Cairo": "Egypt", "Rome": "Italy"}
ROWS = "city,country\n" + "".join(f"{city},{country}\n" for city, country in PLACES.items())
SCHEMA = {
    "type": "object",
    "properties": {"country": {"type": "string"}, "continent": {"type": "string", "enum": ["Europe", "Africa", "Asia", "America"]}},
    "required": ["country", "continent"],
    "additionalProperties": False,
}
EXAMPLES = [
    {"role": "user", "content": "Where is Paris?"},
    {"role": "assistant", "content": '{"country": "France", "continent": "Europe"}'},
]
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Tells the weather in a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
CALLS = [
    {"role": "user", "content": "How is the weather in Paris?"},
    {
        "role": "assistant",
        "tool_calls": [
            {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Paris"}'}}
        ],
    },
    {"role": "tool", "tool_call_id": "call_1", "content": "Sun."},
    {"role": "assistant", "content": "It is sunny in Paris."},
]


@pytest.fixture(params=["openai", "anthropic"])
def model(server: Server, model_address: str, request: pytest.FixtureRequest) -> str:
    """The small model by each API, with the dataset beside it."""
    server.secrets.append(KEY)
    server.get("provider_credentials_create", provider=request.param, api_key=KEY, api_endpoint=model_address)
    server.get("datasets_create", name="places", csv_data=ROWS)
    return f"{request.param}/{real_model.NAME}"


def answers(server: Server, prompt: dict) -> tuple[dict, list[dict]]:
    """A run of a version on all places, and its responses."""
    run = server.get(
        "runs_create", prompt_id=prompt["id"], dataset_id=1, scoring="None", max_tokens=40, temperature=0,
        concurrency=real_model.SLOTS,
    )
    done = server.get("runs_generate", id=run["id"], wait_seconds=300, timeout=330)
    assert done["status"] == "completed", (done["error_message"], done["failure_summary"])
    listed = server.get("responses_list", run_id=run["id"], limit=100)["responses"]
    assert [response["row_index"] for response in listed] == list(range(len(PLACES)))
    responses = [server.get("responses_get", run_id=run["id"], id=response["id"]) for response in listed]
    for response in responses:
        if response["status"] == "failed":
            assert response["error"]
        else:
            assert response["status"] == "completed" and response["response_text"] and response["usage"]["completion_tokens"] > 0
    return done, responses


def streamed(server: Server, prompt: dict, city: str) -> dict:
    """The answer to a version that comes piece by piece; the pieces are the text."""
    token = f"stream-{city}"
    request = server.begin(
        "tools/call",
        {
            "name": "chat_completions_create",
            "arguments": {"prompt_id": prompt["id"], "inputs": {"city": city}, "stream": True, "max_tokens": 40, "temperature": 0},
            "_meta": {"progressToken": token},
        },
    )
    result = server.answer(request, timeout=120)["result"]
    assert not result.get("isError"), result["content"]
    [choice] = result["structuredContent"]["choices"]
    text = "".join(step["message"] for step in server.progress(token))
    assert text == (choice["message"]["content"] or "")
    return choice


def fault(text: str) -> str | None:
    """What Python's own validator finds; nil for a valid answer."""
    try:
        jsonschema.validate(json.loads(text), SCHEMA)
    except json.JSONDecodeError:
        return "not_json"
    except jsonschema.ValidationError as error:
        return {"required": "missing_key", "type": "wrong_type", "additionalProperties": "extra_key"}.get(error.validator, "other")
    return None


def test_answers_under_a_schema(server: Server, model: str, capsys) -> None:
    prompt = server.get(
        "prompts_create", name="place", template="Where is {{ city }}?", llm_model=model,
        system_prompt="Answer with one JSON object with the keys country and continent, and nothing else.",
        messages=EXAMPLES, response_schema=SCHEMA,
    )
    done, responses = answers(server, prompt)
    completed = [response for response in responses if response["status"] == "completed"]
    check = done["schema"]
    assert check["valid"] + check["invalid"] == len(completed)
    assert sum(check["reasons"].values()) == check["invalid"]
    told = [response["schema_fault"] for response in completed]
    assert told.count(None) == check["valid"]
    for reason, count in check["reasons"].items():
        assert sum(1 for sentence in told if sentence and sentence.split(":")[0] == reason) == count
    for response in completed:
        found = fault(response["response_text"])
        assert (found is None) == (response["schema_fault"] is None), response["response_text"]
    if model.startswith("openai/"):
        # llama.cpp holds its answers to a schema in Chat Completions; in its Messages API it knows none.
        assert check["valid"] == len(PLACES)
    choice = streamed(server, prompt, "Oslo")
    whole = responses[0]
    assert choice["finish_reason"] == whole["finish_reason"]
    assert (fault(choice["message"]["content"]) is None) == (whole["schema_fault"] is None)
    with capsys.disabled():
        print(f"\n{model}: {check}; whole {whole['response_text']!r}, streamed {choice['message']['content']!r}")


def test_answers_with_tools(server: Server, model: str, capsys) -> None:
    prompt = server.get(
        "prompts_create", name="weather", template="How is the weather in {{ city }}?", llm_model=model,
        system_prompt="Use the tool weather.", messages=CALLS, tools=[TOOL],
    )
    done, responses = answers(server, prompt)
    assert done.get("schema") is None
    called = [response for response in responses if response["finish_reason"] == "tool_calls"]
    for response in called:
        calls = json.loads(response["response_text"])
        assert calls and all(set(call) == {"name", "arguments"} for call in calls)
    for response in responses:
        assert (response in called) or response["finish_reason"] in ("stop", "length") or response["error"]
    choice = streamed(server, prompt, "Oslo")
    assert choice["finish_reason"] == responses[0]["finish_reason"]
    assert bool(choice["message"].get("tool_calls")) == (choice["finish_reason"] == "tool_calls")
    with capsys.disabled():
        print(f"\n{model}: {len(called)} of {len(responses)} called a tool; {responses[0]['response_text']!r}")
