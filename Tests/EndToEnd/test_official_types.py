"""What is really sent is what the providers' own SDKs would send: no key they do not know, no value they would not take."""

import itertools
import json
import pathlib
from collections.abc import Callable, Iterator

import official_types
import pytest
from fault_server import FaultServer
from server import Server

PROVIDERS = ["openai", "anthropic", "ollama", "openrouter"]
# Integers and fractions, ends of ranges, and characters that JSON must escape.
SETTINGS = {
    "temperature": [0, 0.7, 1],
    "top_p": [1, 0.25],
    "max_tokens": [1, 4000],
    "seed": [0, -7, 2**31],
    "system_prompt": ["Answer in one \"word\".\n\\ \u2028 é 🙂"],
}
# What one completion takes, and what a generation of an experiment takes.
COMPLETION_SETTINGS = {
    **{name: SETTINGS[name] for name in ("temperature", "top_p", "max_tokens", "seed")},
    "stop": [["END"], ["\n\n", "é \"🙂\""]],
}
GENERATION_SETTINGS = {
    "user": ["visitor 7"],
    "seed": [0, -7],
    "suffix": ["the end"],
    "logprobs": [0, 20],
}
CONVERSATION = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Hello \u2028 \"there\"."},
    {"role": "assistant", "content": "Hi 🙂"},
    {"role": "user", "content": "And now?"},
]
OLD, NEW = "2023-06-01", "2026-10-21"


@pytest.fixture(scope="module", autouse=True)
def both_sdks() -> None:
    official_types.install_old_anthropic()


class Capture:
    """A server whose four providers all lie at a server that keeps what it is asked."""

    def __init__(self, server: Server, faults: FaultServer) -> None:
        self.server, self.faults = server, faults
        self.credentials = {
            provider: server.get(
                "provider_credentials_create",
                provider=provider,
                api_key="sk-captured-0123456789",
                api_endpoint=faults.address("ok"),
            )["id"]
            for provider in PROVIDERS
        }
        csv = 'question,expected_output\n"Which city? ""Paris"" 🙂",Paris\n'
        self.dataset = server.get("datasets_create", name="d", csv_data=csv)["id"]
        self.metrics = [server.get("metrics_create", name=name)["id"] for name in ("tone", "length")]

    def run(self, provider: str, model: str = "stub-1", **settings) -> tuple[dict, list[dict]]:
        """A run of one row, and the requests that it made."""
        self.faults.reset()
        prompt = self.server.get("prompts_create", name="p", template="{{ question }}", llm_model=model)["id"]
        run = self.server.get(
            "runs_create",
            prompt_id=prompt,
            dataset_id=self.dataset,
            provider_credential_id=self.credentials[provider],
            **settings,
        )
        run = self.server.get("runs_generate", id=run["id"], wait_seconds=30)
        assert run["status"] == "completed", run
        return run, self.faults.calls_of("ok")

    def complete(self, provider: str, **settings) -> tuple[dict, list[dict]]:
        """One answer to a conversation, and the requests that it made."""
        self.faults.reset()
        answer = self.server.get(
            "chat_completions_create",
            model="stub-1",
            messages=CONVERSATION,
            provider_credential_id=self.credentials[provider],
            **settings,
        )
        return answer, self.faults.calls_of("ok")

    def generate(self, provider: str, **settings) -> tuple[dict, list[dict]]:
        """Two samples of an experiment, and the requests that they made."""
        self.faults.reset()
        prompts = [
            self.server.get("prompts_create", name="p", template=template, llm_model="stub-1")["id"]
            for template in ("Greet {{ name }}.", "Hail {{ name }}!")
        ]
        experiment = self.server.get("experiments_create", name="e", prompt_ids=prompts)["id"]
        generated = self.server.get(
            "experiments_generate",
            experiment_id=experiment,
            inputs={"name": "Ada"},
            num_samples=2,
            provider_credential_id=self.credentials[provider],
            **settings,
        )
        return generated, self.faults.calls_of("ok")


@pytest.fixture
def capture(start: Callable[..., Server], faults: FaultServer) -> Callable[..., Capture]:
    return lambda version: Capture(start("--anthropic-version", version), faults)


def combinations(settings: dict[str, list] = SETTINGS) -> Iterator[dict]:
    """Every set of settings, and every value of each alone."""
    for count in range(len(settings) + 1):
        for names in itertools.combinations(settings, count):
            yield {name: settings[name][0] for name in names}
    for name, values in settings.items():
        for value in values[1:]:
            yield {name: value}


def expected(provider: str, version: str, settings: dict) -> dict:
    """The body that these settings must lead to, without the messages."""
    body = {"model": "stub-1", **settings}
    body.pop("system_prompt", None)
    if provider == "anthropic":
        body.pop("seed", None)
        body.setdefault("max_tokens", 4096)
        if "system_prompt" in settings:
            body["system"] = settings["system_prompt"]
        if version == NEW:
            body.pop("temperature", None)
            body.pop("top_p", None)
    return body


def check(calls: list[tuple[str, dict]], version: str) -> None:
    """Checks what was sent to each provider with the types of its API."""
    requests = []
    for provider, call in calls:
        body = json.loads(call["body"])
        assert call["path"] == ("v1/messages" if provider == "anthropic" else "v1/chat/completions")
        assert call["headers"]["content-type"] == "application/json"
        if provider == "anthropic":
            assert call["headers"]["anthropic-version"] == version
            requests.append(("anthropic", body))
        else:
            requests.append(("openai", body))
            if provider == "ollama":
                requests.append(("ollama messages", body))
    found = official_types.problems(requests, old_anthropic=version == OLD)
    assert len(found) == len(requests)
    wrong = [(api, body, problems) for (api, body), problems in zip(requests, found) if problems]
    assert not wrong, f"{len(wrong)} of {len(requests)} requests: {wrong[:3]}"
    print(f"\n{len(requests)} bodies checked, Anthropic's API version {version}")


@pytest.mark.parametrize("version", [OLD, NEW])
def test_sampling_parameters_are_sent_only_when_somebody_set_them(capture: Callable[..., Capture], version: str) -> None:
    captured, calls = capture(version), []
    for provider in PROVIDERS if version == OLD else ["anthropic"]:
        for settings in combinations():
            run, made = captured.run(provider, **settings)
            assert len(made) == 1
            body = json.loads(made[0]["body"])
            messages = body.pop("messages")
            assert body == expected(provider, version, settings)
            assert messages[-1] == {"role": "user", "content": 'Which city? "Paris" 🙂'}
            system = [m["content"] for m in messages if m["role"] == "system"]
            assert system == ([settings["system_prompt"]] if "system_prompt" in settings and "system" not in body else [])
            dropped = [name for name in ("temperature", "top_p", "seed") if name in settings and name not in body]
            warned = [warning.split(" ")[0] for warning in run["warnings"] if "was not sent" in warning]
            assert sorted(warned) == sorted(dropped), run["warnings"]
            calls.append((provider, made[0]))
    check(calls, version)


@pytest.mark.parametrize("version", [OLD, NEW])
def test_a_judge_is_asked_and_asked_to_repair_in_valid_requests(capture: Callable[..., Capture], version: str) -> None:
    captured, calls = capture(version), []
    for provider in PROVIDERS if version == OLD else ["anthropic"]:
        judge = "vendor/judge-1"
        run, made = captured.run(
            provider, metric_ids=captured.metrics, judge_model=f"{provider}/{judge}", judge_samples=2, probe=False
        )
        # The answer, and by each of two metrics two samples, each with its repair: the provider never answers in JSON.
        assert len(made) == 1 + 2 * 2 * 2
        assert run["steps"]["judged"] == {"done": 0, "failed": 2, "total": 2}
        bodies = [json.loads(call["body"]) for call in made]
        for body in bodies[1:]:
            assert body["model"] == judge
            # Several samples of one question differ only at the provider's own temperature.
            assert "temperature" not in body
            schema = (
                body["output_config"]["format"]["schema"]
                if provider == "anthropic"
                else body["response_format"]["json_schema"]["schema"]
            )
            assert list(schema["properties"]) == ["reasons", "score"], "reasons come before the score"
            assert schema["required"] == ["reasons", "score"] and schema["additionalProperties"] is False
        roles = [[m["role"] for m in body["messages"] if m["role"] != "system"] for body in bodies[1:3]]
        assert roles == [["user"], ["user", "assistant", "user"]]
        calls += [(provider, call) for call in made]
    check(calls, version)


def expected_completion(provider: str, version: str, settings: dict) -> dict:
    """The body that one completion with these settings must lead to, without the messages."""
    body = expected(provider, version, settings)
    if provider == "anthropic":
        body["system"] = CONVERSATION[0]["content"]
        if "stop" in body:
            body["stop_sequences"] = body.pop("stop")
    elif settings.get("stream"):
        body["stream_options"] = {"include_usage": True}
    return body


@pytest.mark.parametrize("version", [OLD, NEW])
def test_a_completion_is_asked_for_in_valid_requests_streamed_or_not(
    capture: Callable[..., Capture], version: str
) -> None:
    captured, calls = capture(version), []
    for provider in PROVIDERS if version == OLD else ["anthropic"]:
        for settings in combinations(COMPLETION_SETTINGS):
            for streaming in ({}, {"stream": True}):
                answer, made = captured.complete(provider, **settings, **streaming)
                assert len(made) == 1
                body = json.loads(made[0]["body"])
                messages = body.pop("messages")
                assert messages == (CONVERSATION[1:] if provider == "anthropic" else CONVERSATION)
                assert body == expected_completion(provider, version, {**settings, **streaming})
                sent = {name.removesuffix("_sequences") for name in body}
                dropped = {name for name in settings if name not in sent}
                warned = {warning.split(" ")[0] for warning in answer["warnings"] if "cost" not in warning}
                assert warned == dropped, answer["warnings"]
                calls.append((provider, made[0]))
    check(calls, version)


def test_generations_of_an_experiment_are_asked_for_in_valid_requests(capture: Callable[..., Capture]) -> None:
    captured, calls = capture(OLD), []
    for provider in PROVIDERS:
        for settings in combinations(GENERATION_SETTINGS):
            generated, made = captured.generate(provider, **settings)
            assert len(made) == 2
            bodies = [json.loads(call["body"]) for call in made]
            assert generated["provider_request"] in bodies, "what is shown is what was sent"
            for body in bodies:
                assert body["messages"][0]["content"] in ("Greet Ada.", "Hail Ada!") and len(body["messages"]) == 1
            keys = {"model", "messages"}
            if provider == "anthropic":
                keys |= {"max_tokens"} | ({"metadata"} if "user" in settings else set())
                assert all(body.get("metadata", {}).get("user_id") == settings.get("user") for body in bodies)
                dropped = {"seed", "suffix", "logprobs"}
            else:
                keys |= settings.keys() - {"suffix"} | ({"top_logprobs"} if "logprobs" in settings else set())
                assert all(body.get("user") == settings.get("user") for body in bodies)
                assert all(body.get("top_logprobs") == settings.get("logprobs") for body in bodies)
                seeds = sorted(body["seed"] for body in bodies if "seed" in body)
                assert seeds == ([settings["seed"], settings["seed"] + 1] if "seed" in settings else [])
                dropped = {"suffix"}
            assert all(body.keys() == keys for body in bodies)
            # These models have no known price.
            warned = {warning.split(" ")[0] for warning in generated["warnings"] if "cost" not in warning}
            assert warned == dropped & settings.keys(), generated["warnings"]
            calls += [(provider, call) for call in made]
    check(calls, OLD)


def test_reasoning_models_get_max_completion_tokens(capture: Callable[..., Capture]) -> None:
    captured, calls = capture(OLD), []
    for model in ("o3", "o4-mini", "gpt-5", "gpt-5.1-mini"):
        _, made = captured.run("openai", model=model, max_tokens=99)
        body = json.loads(made[0]["body"])
        assert body["max_completion_tokens"] == 99 and "max_tokens" not in body
        calls.append(("openai", made[0]))
    check(calls, OLD)


def test_a_temperature_that_anthropic_does_not_have_is_refused_before_it_is_sent(
    capture: Callable[..., Capture], faults: FaultServer
) -> None:
    captured = capture(OLD)
    prompt = captured.server.get("prompts_create", name="p", template="hello", llm_model="stub-1")["id"]
    run = captured.server.get(
        "runs_create",
        prompt_id=prompt,
        provider_credential_id=captured.credentials["anthropic"],
        temperature=1.5,
    )
    assert any("temperature from 0 to 1" in warning for warning in run["warnings"])
    assert "temperature from 0 to 1" in captured.server.fault("runs_generate", id=run["id"], wait_seconds=30)
    assert faults.calls == []


REFUSED = {
    True: [
        ("openai", {"temprature": 0}, "temprature"),
        ("openai", {"temperature": "0"}, "temperature"),
        ("openai", {"messages": [{"role": "user", "content": 5}]}, "content"),
        ("openai", {"max_tokens": 1.5}, "max_tokens"),
        ("anthropic", {"seed": 1}, "seed"),
        ("anthropic", {"messages": [{"role": "user", "content": "x", "name": "y"}]}, "name"),
        ("anthropic", {"output_config": {"format": {"type": "json", "schema": {}}}}, "output_config"),
        ("anthropic", {"temperature": 0.5, "top_p": 0.5}, None),
        ("openai", {"stream": True, "stream_options": {"usage": True}}, "stream_options"),
        ("openai", {"suffix": "x"}, "suffix"),
        ("openai", {"top_logprobs": "2"}, "top_logprobs"),
        ("anthropic", {"stream": True, "stop": ["x"]}, "stop"),
        ("ollama messages", {"messages": [{"role": "user", "content": 5}]}, "content"),
        ("openai batch line", {}, "unknown keys"),
        ("openai batch", {}, "completion_window"),
        ("anthropic batch", {}, "requests"),
    ],
    False: [("anthropic", {name: 0.5}, name) for name in ("temperature", "top_p", "top_k")],
}


@pytest.mark.parametrize("old", [True, False])
def test_the_types_do_refuse(old: bool) -> None:
    """The tests above can fail."""
    plain = {"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "hello"}]}
    requests = [(api, {**plain, **change}) for api, change, _ in REFUSED[old]]
    for (_, change, words), found in zip(REFUSED[old], official_types.problems(requests, old_anthropic=old)):
        assert any(words in problem for problem in found) if words else not found, (change, found)


# The words of vendors that OpenAI's client does not know (console.groq.com/docs/service-tiers and
# ai.google.dev/gemini-api/docs/optimization).
OWN_TIERS = {"groq": {"on_demand", "performance"}, "gemini": {"standard"}}


def without_own_tier(vendor: str, body: dict) -> dict:
    return body | {"service_tier": "default"} if body.get("service_tier") in OWN_TIERS.get(vendor, ()) else body


def test_every_form_of_a_request_is_one_that_the_official_clients_could_send() -> None:
    """Tools, images, schemas, efforts and every other parameter, of which ProvidersTests keep what is sent."""
    captured = json.loads((pathlib.Path(__file__).parent / "captured_requests.json").read_text())
    for version in ("", OLD, NEW):
        lines = [line for line in captured if line["version"] == version]
        requests = [
            (line.get("api") or ("anthropic" if version else "openai"), without_own_tier(line["vendor"], line["body"]))
            for line in lines
        ]
        assert len(requests) >= 40 and any("batch" in api for api, _ in requests)
        found = official_types.problems(requests, old_anthropic=version == OLD)
        wrong = [(body, problems) for (_, body), problems in zip(requests, found, strict=True) if problems]
        assert not wrong, f"{len(wrong)} of {len(requests)} requests: {wrong[:3]}"
