"""Finding by a part of a name, a tag or a text."""

from server import Server


def found(server: Server, query: str, **more) -> set[tuple[str, int]]:
    return {(item["kind"], item["id"]) for item in server.get("search", query=query, **more)["results"]}


def test_everything_is_found_in_any_case_with_or_without_accents(server: Server) -> None:
    server.get("prompts_create", name="Übersicht", template="Say {{ text }}.", llm_model="echo", tag_names=["naïve"])
    server.get("datasets_create", name="cities", csv_data="text,expected_output\nZürich,x\nłódź,y\n")
    server.get("runs_create", prompt_id=1, dataset_id=1, name="Première", scoring="ExactMatch", concurrency=1)
    server.get("runs_generate", id=1, wait_seconds=60)
    assert found(server, "ubersi") == {("prompts", 1)}
    assert found(server, "NAIVE") == {("prompts", 1), ("tags", 1)}
    assert found(server, "premiere") == {("runs", 1)}
    assert found(server, "ZURICH") == {("datasets", 1), ("responses", 1)}
    assert found(server, "lodz", kinds=["responses"]) == {("responses", 2)}
    assert found(server, "Say Zu") == {("responses", 1)}
    assert found(server, "nowhere") == set()


def test_pages_go_through_all_results(server: Server) -> None:
    for index in range(25):
        server.get("datasets_create", name=f"set {index}", csv_data="a\nneedle\n")
    seen: list[int] = []
    cursor = None
    while True:
        page = server.get("search", query="needle", limit=10, **({"cursor": cursor} if cursor else {}))
        seen += [item["id"] for item in page["results"]]
        cursor = page.get("next_cursor")
        if not cursor:
            break
    assert seen == list(range(25, 0, -1))


def test_a_key_is_never_found(server: Server) -> None:
    key = "sk-abcdefghijklmnopqrstuvwxyz"
    server.secrets.append(key)
    server.get("provider_credentials_create", provider="openai", name="mine", api_key=key)
    assert found(server, "abcdefghijkl") == set()
    assert found(server, "mine") == {("provider_credentials", 1)}
