"""Runs against a metered server: a prompt with a long system prompt, and a judge with a long rubric."""

import json
from dataclasses import dataclass, field

from metered_server import Books, MeteredServer, tokens
from server import Server

BANDS = {
    5: "The response is complete and correct, and a reader could act on it without asking anything further.",
    4: "The response is correct, and one minor detail that the reader would have liked to know is missing.",
    3: "The response covers the main point and leaves out or misstates something that matters to the reader.",
    2: "The response is on the subject, and most of what it says is vague, unsupported or beside the point.",
    1: "The response contradicts the message of the customer, or does not answer it at all.",
}
RULES = [
    "Judge what the response says about delivery dates before anything else, because customers plan by them.",
    "A refund is promised only if the message says that the parcel was lost or that its contents were damaged.",
    "An apology is no answer: a response that only regrets what happened deserves one of the two lowest bands.",
    "Do not reward length, and do not punish a short response that says everything the customer needs to know.",
    "An order number that does not occur in the message was invented, which is as bad as a wrong date.",
    "Spelling mistakes of the customer may be repeated in a quotation and nowhere else in the response.",
]


def long_text(lines: list[str], count: int) -> str:
    """Numbered sentences of about so many tokens."""
    text, number = "", 0
    while len(tokens(text)) < count:
        number += 1
        text += f"{number}. {lines[number % len(lines)]}\n"
    return text


def rows(count: int) -> str:
    places = ["Berlin", "Oslo", "Lisbon", "Vienna", "Dublin", "Prague", "Helsinki"]
    lines = ["message"]
    for number in range(count):
        place = places[number % len(places)]
        lines.append(f'"Order {48_000 + number} to {place} has not arrived yet, and I need it by day {number % 28 + 1}."')
    return "\n".join(lines) + "\n"


@dataclass
class Outcome:
    """What a run told, and what the server counted."""

    estimate: dict
    run: dict
    books: Books


@dataclass
class Plan:
    """A run to make."""

    model: str
    judge: str | None = None
    rows: int = 500
    system_tokens: int = 0
    rubric_tokens: int = 2_000
    tier: str | None = None
    batch: bool = False
    # Besides those of the run's other settings.
    settings: dict = field(default_factory=dict)
    concurrency: int = 8


def credential(server: Server, provider: MeteredServer, model: str) -> int:
    kind = "anthropic" if model.startswith("claude-") else "openai"
    made = server.get(
        "provider_credentials_create",
        provider=kind,
        name=kind,
        api_endpoint=provider.address("v1"),
        api_key="sk-x",
    )
    return made["id"]


def make(server: Server, plan: Plan, credential_id: int) -> int:
    """Creates a run and gives its id."""
    system = long_text(RULES, plan.system_tokens) if plan.system_tokens else None
    prompt = server.get(
        "prompts_create",
        name=f"support {plan.model} {plan.system_tokens}",
        template="Answer this customer in one or two sentences: {{ message }}",
        llm_model=plan.model,
        provider_credential_id=credential_id,
        **({"system_prompt": system} if system else {}),
    )["id"]
    dataset = server.get("datasets_create", name="messages", csv_data=rows(plan.rows))["id"]
    arguments = {
        "prompt_id": prompt,
        "dataset_id": dataset,
        "concurrency": plan.concurrency,
        "probe": False,
    }
    if plan.judge:
        bands = [{"stars": stars, "description": text} for stars, text in BANDS.items()]
        metric = server.get(
            "metrics_create",
            name="helpful",
            instruction=long_text(RULES, plan.rubric_tokens - 250),
            rubric_bands=bands,
        )["id"]
        arguments |= {"judge_model": plan.judge, "metric_ids": [metric]}
    if plan.tier:
        arguments["service_tier"] = plan.tier
    if plan.batch:
        arguments["batch"] = True
    return server.get("runs_create", **arguments, **plan.settings)["id"]


def outcome(server: Server, provider: MeteredServer, run_id: int) -> Outcome:
    """Generates a run; the server's books begin with it."""
    estimate = server.get("runs_get", id=run_id)
    provider.forget()
    for _ in range(60):
        run = server.get("runs_generate", timeout=120, id=run_id, wait_seconds=50)
        if run["status"] not in ("running", "waiting"):
            break
    assert run["status"] == "completed", json.dumps(run)[:2_000]
    return Outcome(estimate, server.get("runs_get", id=run_id), provider.books)
