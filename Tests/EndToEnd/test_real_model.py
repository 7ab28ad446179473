"""The main job with a real language model as generator and as judge.

The model is a small one and judges badly. What is asserted is that every row has its text, usage and latency, and every review a
score from 1 to 5 or a reason why it has none.

llama.cpp holds a judge to its schema in Chat Completions alone: its Messages API passes over `output_config`, as it does over any
other way to send a schema. There the judge writes prose until it is cut off, and hardly a review has a score.
"""

import pathlib
import time

import pytest
import real_model
from server import Server

QUESTIONS = pathlib.Path(__file__).with_name("questions.csv")
METRICS = [
    ("Correctness", "Does the response agree with the expected output?"),
    ("Brevity", "Is the response short and to the point?"),
]
TERMINAL = {"completed", "failed", "cancelled"}


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_questions_are_answered_and_judged(start, model_address: str, provider: str, capsys) -> None:
    server = start(secrets=("local-models-need-no-key",))
    # Without a schema each judgement is asked for twice and goes on until it is cut off, which takes its time.
    header, *questions = QUESTIONS.read_text().splitlines(keepends=True)
    questions = questions if provider == "openai" else questions[:4]
    dataset = server.get("datasets_create", name="facts", csv_data=header + "".join(questions))
    rows = dataset["row_count"]
    assert rows == len(questions)
    credential = server.get(
        "provider_credentials_create",
        provider=provider,
        name="local",
        api_key="local-models-need-no-key",
        api_endpoint=model_address,
    )
    prompt = server.get(
        "prompts_create",
        name="quiz",
        template="A question about {{ topic }}: {{ question }} Answer in one or two words.",
        llm_model=real_model.NAME,
    )
    metrics = [server.get("metrics_create", name=name, instruction=text)["id"] for name, text in METRICS]
    run = server.get(
        "runs_create",
        prompt_id=prompt["id"],
        dataset_id=dataset["id"],
        metric_ids=metrics,
        judge_model=real_model.NAME,
        judge_max_tokens=160,
        provider_credential_id=credential["id"],
        max_tokens=16,
        temperature=0,
        concurrency=real_model.SLOTS,
    )
    assert run["scoring"] == "LlmJudge"

    began = time.monotonic()
    request = server.begin(
        "tools/call",
        {"name": "runs_generate", "arguments": {"id": run["id"], "wait_seconds": 600}, "_meta": {"progressToken": "real"}},
    )
    done = server.answer(request, timeout=630)["result"]["structuredContent"]
    seconds = time.monotonic() - began
    progress = server.progress("real")
    assert done["status"] == "completed", (done["error_message"], done["failure_summary"])
    assert done["steps"]["generated"] == {"done": rows, "total": rows, "failed": 0}
    judged = done["steps"]["judged"]
    assert judged["total"] == rows * len(METRICS)
    assert judged["done"] + judged["failed"] >= judged["total"]
    assert progress and [step["progress"] for step in progress] == sorted({step["progress"] for step in progress})

    responses = server.get("responses_list", run_id=run["id"], limit=500)["responses"]
    assert [response["row_index"] for response in responses] == list(range(rows))
    scored = 0
    for row in responses:
        response = server.get("responses_get", run_id=run["id"], id=row["id"])
        # A row whose scoring failed has failed, and its answer is kept.
        judged_rows = all(review["status"] == "completed" for review in response["reviews"])
        assert response["status"] == ("completed" if judged_rows else "failed")
        assert response["response_text"].strip()
        assert response["input_data"]["question"] in response["rendered_prompt"]
        assert response["expected_output"]
        assert response["latency_ms"] > 0
        assert response["usage"]["completion_tokens"] > 0 and response["usage"]["prompt_tokens"] > 0
        assert response["finish_reason"] in ("stop", "length")
        assert response["model"]
        assert sorted(review["metric_id"] for review in response["reviews"]) == sorted(metrics)
        for review in response["reviews"]:
            if review["status"] == "completed":
                assert 1 <= review["ai_score"] <= 5
                scored += 1
            else:
                assert (review["status"], review["ai_score"]) == ("failed", None)
                assert review["error"]
    usage = done["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0
    assert done["latency"]["p50_ms"] <= done["latency"]["p95_ms"]
    assert (done["avg_score"] is None) == (scored == 0)
    assert server.finish() == 0

    again = start()
    assert again.get("runs_get", id=run["id"])["metric_averages"] == done["metric_averages"]
    with capsys.disabled():
        print(
            f"\n{provider}: {rows} rows and {judged['total']} reviews in {seconds:.1f} s, {scored} scored, {len(progress)} progress"
            f" messages, the last one: {progress[-1]}\n{provider}: {response['rendered_prompt']!r} -> {response['response_text']!r},"
            f" reviews {[(r['metric_name'], r['ai_score'], r['error'] or r['ai_feedback'][:80]) for r in response['reviews']]}"
        )


def test_two_versions_of_a_prompt_are_compared(server: Server, model_address: str, capsys) -> None:
    """From the first version to the verdict, as a user goes about it; which version is better is for the model to say."""
    server.get("datasets_create", name="facts", csv_data=QUESTIONS.read_text())
    server.get("provider_credentials_create", provider="openai", api_key="local", api_endpoint=model_address)
    templates = [
        "{{ topic }}? {{ question }}",
        "Answer with the name or the number only, nothing else. Question: {{ question }}",
    ]
    server.get("prompts_create", name="quiz", template=templates[0], llm_model=f"openai/{real_model.NAME}")
    runs = []
    for number, template in enumerate(templates, 1):
        prompt = server.get("prompts_update", id=1, template=template) if number > 1 else server.get("prompts_get", id=1)
        assert prompt["version_number"] == number
        run = server.get(
            "runs_create", prompt_id=prompt["id"], dataset_id=1, scoring="Contains", max_tokens=24, temperature=0, seed=1,
            concurrency=real_model.SLOTS,
        )
        done = server.get("runs_generate", id=run["id"], wait_seconds=600, timeout=630)
        assert done["status"] == "completed"
        runs.append(run["id"])
    compared = server.get("runs_compare", run_ids=runs)
    rows = compared["total"]
    assert rows >= 20 and len(compared["comparisons"]) == rows
    [statistics] = compared["statistics"]
    assert statistics["wins"] + statistics["ties"] + statistics["losses"] == rows
    means = [run["avg_score"] for run in compared["runs"]]
    assert abs(statistics["mean_difference"] - (means[1] - means[0])) < 1e-9
    low, high = statistics["interval"]
    assert low <= statistics["mean_difference"] <= high
    assert 0 <= statistics["p_value"] <= 1
    assert statistics["verdict"]
    with capsys.disabled():
        print(f"\ncomparison of {templates[0]!r} and {templates[1]!r}: {means}\n{statistics}")
