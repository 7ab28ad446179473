"""Checks with the model echo: scored with the answers, added afterwards, and without any judge."""

from server import Server


def test_checks_of_a_run(server: Server) -> None:
    server.get("prompts_create", name="p", template="{{ text }}", llm_model="echo")
    server.get("datasets_create", name="d", csv_data='text,expected_output\n"{""n"": 1}",1\n"{""n"": 2}",3\nword,1\n')
    checks = [
        {"kind": "json", "schema": {"type": "object"}},
        {"kind": "json_path", "path": "n", "check": {"kind": "number"}},
        {"kind": "regex", "pattern": "(a+)+$", "not": True},
    ]
    ids = [server.get("metrics_create", name=check["kind"], check=check)["id"] for check in checks]
    run = server.get("runs_create", prompt_id=1, dataset_id=1, metric_ids=ids[:2])
    run = server.get("runs_generate", id=run["id"])
    assert (run["scoring"], run["avg_score"], run["total_cost"]) == ("Checks", 0.5, 0)
    assert [(each["name"], each["avg"]) for each in run["metric_averages"]] == [("json", 0.6667), ("json_path", 0.3333)]
    run = server.get("runs_update", id=run["id"], metric_ids=ids)
    assert (run["avg_score"], run["status"]) == (0.6667, "completed")
    # Rows finish in any order, so ids do not tell the row.
    rows = server.get("responses_list", run_id=run["id"])["responses"]
    response = server.get("responses_get", run_id=run["id"], id=next(row["id"] for row in rows if row["row_index"] == 1))
    assert [review["ai_score"] for review in response["reviews"]] == [1, 0, 1]
    assert all(review["ai_feedback"].endswith(".") for review in response["reviews"])
