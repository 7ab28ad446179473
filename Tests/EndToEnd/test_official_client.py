"""The official Python client: in its automatic mode, with a handshake, and with the version without one from the start."""

import asyncio
import json
import pathlib

import anyio
import mcp.types
import pytest
from conformance import NEWEST_HANDSHAKE, STATELESS
from fault_server import FaultServer
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.subscriptions import PromptsListChanged, ResourcesListChanged, ResourceUpdated
from server import BINARY, PATIENCE, environment

HANDSHAKE = "legacy"
MODES = ["auto", HANDSHAKE, STATELESS]
REPORT = "completion-kit://runs/1/report.md"
REFERENCE = """
prompts_list prompts_get prompts_create prompts_update prompts_delete prompts_publish
runs_list runs_get runs_create runs_update runs_delete runs_generate
responses_list responses_get
datasets_list datasets_get datasets_create datasets_update datasets_delete
metrics_list metrics_get metrics_create metrics_update metrics_delete
metric_groups_list metric_groups_get metric_groups_create metric_groups_update metric_groups_delete
provider_credentials_list provider_credentials_get provider_credentials_create provider_credentials_update
provider_credentials_delete
tags_list tags_get tags_create tags_update tags_delete
""".split()


def client(home: pathlib.Path, mode: str, **keywords) -> Client:
    # env -i, because the client adds what it inherits to the environment it is given.
    variables = [f"{name}={value}" for name, value in environment(home, home / "store.json").items()]
    parameters = StdioServerParameters(command="/usr/bin/env", args=["-i", *variables, str(BINARY)], cwd="/")
    return Client(stdio_client(parameters), mode=mode, read_timeout_seconds=60, **keywords)


class Session:
    """Calls tools and remembers which."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.called: set[str] = set()

    async def get(self, tool: str, /, progress=None, **arguments) -> dict:
        self.called.add(tool)
        result = await self.client.call_tool(tool, arguments, progress_callback=progress)
        assert not result.is_error, (tool, result.content)
        assert json.loads(result.content[0].text) == result.structured_content
        return result.structured_content


@pytest.mark.parametrize("mode", MODES)
def test_every_tool_of_the_reference_is_called(home: pathlib.Path, mode: str) -> None:
    async def main() -> None:
        async with client(home, mode) as connected:
            assert connected.protocol_version == (NEWEST_HANDSHAKE if mode == HANDSHAKE else STATELESS)
            # Who asks for a version without asking which there are, asks nothing else either.
            assert mode == STATELESS or connected.server_info.name == "completion-kit"
            assert mode == STATELESS or connected.instructions
            listed = [tool.name for tool in (await connected.list_tools()).tools]
            assert sorted(listed[: len(REFERENCE)]) == sorted(REFERENCE)
            session = Session(connected)
            await use_every_tool(session)
            assert session.called >= set(REFERENCE), set(REFERENCE) - session.called

    asyncio.run(main())


async def use_every_tool(session: Session) -> None:
    get = session.get

    tag = await get("tags_create", name="Real Estate")
    assert (tag["name"], tag["color"]) == ("real estate", "crimson")
    assert (await get("tags_update", id=tag["id"], name="homes"))["name"] == "homes"
    assert (await get("tags_get", id=tag["id"]))["name"] == "homes"
    assert (await get("tags_list"))["total"] == 1

    prompt = await get(
        "prompts_create", name="p", template="{{ question }} ({{topic}})", llm_model="echo", tag_names=["homes"]
    )
    assert prompt["variables"] == ["question", "topic"]
    assert (prompt["version_number"], prompt["current"]) == (1, True)
    assert (await get("prompts_update", id=prompt["id"], description="asks"))["description"] == "asks"
    assert (await get("prompts_get", id=prompt["id"]))["tags"] == ["homes"]
    assert (await get("prompts_list", tag_names=["homes"]))["total"] == 1

    data = "question,topic,expected_output\nWhy?,life,Why? (life)\nHow?,work,no idea\n"
    dataset = await get("datasets_create", name="d", csv_data=data)
    assert (await get("datasets_update", id=dataset["id"], name="d2"))["name"] == "d2"
    assert (await get("datasets_get", id=dataset["id"]))["csv_data"] == data
    assert "csv_data" not in (await get("datasets_list"))["datasets"][0]

    metric = await get(
        "metrics_create", name="Good Answer", instruction="Is it good?", rubric_bands=[{"stars": 5, "description": "yes"}]
    )
    assert metric["key"] and [band["stars"] for band in metric["rubric_bands"]] == [5, 4, 3, 2, 1]
    assert (await get("metrics_update", id=metric["id"], instruction="Is it?"))["instruction"] == "Is it?"
    assert (await get("metrics_get", id=metric["id"]))["rubric_bands"][0]["description"] == "yes"
    assert (await get("metrics_list"))["total"] == 1

    group = await get("metric_groups_create", name="g", metric_ids=[metric["id"]])
    assert (await get("metric_groups_update", id=group["id"], description="all"))["description"] == "all"
    assert (await get("metric_groups_get", id=group["id"]))["metric_ids"] == [metric["id"]]
    assert (await get("metric_groups_list"))["total"] == 1

    credential = await get("provider_credentials_create", provider="openai", api_key="env:OPENAI_API_KEY", name="mine")
    assert credential["key_source"] == "environment"
    assert (await get("provider_credentials_update", id=credential["id"], name="ours"))["name"] == "ours"
    assert (await get("provider_credentials_get", id=credential["id"]))["name"] == "ours"
    assert (await get("provider_credentials_list"))["total"] == 1

    run = await get("runs_create", prompt_id=prompt["id"], dataset_id=dataset["id"], scoring="ExactMatch")
    assert (await get("runs_update", id=run["id"], name="first"))["name"] == "first"
    generated = await get("runs_generate", id=run["id"])
    assert (generated["status"], generated["avg_score"], generated["responses_count"]) == ("completed", 0.5, 2)
    assert (await get("runs_get", id=run["id"]))["status"] == "completed"
    assert (await get("runs_list", status="completed"))["total"] == 1
    responses = (await get("responses_list", run_id=run["id"]))["responses"]
    assert [response["response_text"] for response in responses] == ["Why? (life)", "How? (work)"]
    assert (await get("responses_get", run_id=run["id"], id=responses[1]["id"]))["score"] == 0

    # A version that has runs is not changed any more: the next one is a draft until it is published.
    second = await get("prompts_update", id=prompt["id"], template="{{ question }}!")
    assert (second["version_number"], second["current"], second["family_key"]) == (2, False, prompt["family_key"])
    assert (await get("prompts_publish", id=second["id"]))["current"] is True
    assert (await get("prompts_get", id=prompt["id"]))["current"] is False

    removed = await get("prompts_delete", id=prompt["id"], dry_run=True)
    assert removed["removed"]["runs"] == 1 and removed["removed"]["responses"] == 2
    for kind, id in [
        ("runs", run["id"]),
        ("prompts", second["id"]),
        ("datasets", dataset["id"]),
        ("metric_groups", group["id"]),
        ("metrics", metric["id"]),
        ("provider_credentials", credential["id"]),
        ("tags", tag["id"]),
    ]:
        assert (await get(f"{kind}_delete", id=id))["deleted"] is True
        assert id not in [item["id"] for item in (await get(f"{kind}_list"))[kind]]


@pytest.mark.parametrize("mode", MODES)
def test_progress_is_received(home: pathlib.Path, mode: str) -> None:
    received: list[tuple] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        received.append((progress, total, message))

    async def main() -> None:
        async with client(home, mode) as connected:
            session = Session(connected)
            prompt = await session.get("prompts_create", name="p", template="{{ q }}", llm_model="echo")
            data = "q\n" + "".join(f"row {n}\n" for n in range(200))
            dataset = await session.get("datasets_create", name="d", csv_data=data)
            run = await session.get("runs_create", prompt_id=prompt["id"], dataset_id=dataset["id"])
            done = await session.get("runs_generate", progress=note, id=run["id"])
            assert done["status"] == "completed"

    asyncio.run(main())
    steps = [step for step, _, _ in received]
    assert received and steps == sorted(set(steps)), received
    assert all(step <= total for step, total, _ in received)
    assert any(message for _, _, message in received)


@pytest.mark.parametrize("mode", MODES)
def test_a_run_is_cancelled(home: pathlib.Path, faults: FaultServer, mode: str) -> None:
    async def main() -> None:
        async with client(home, mode) as connected:
            session = Session(connected)
            await session.get(
                "provider_credentials_create", provider="openai", api_key="k", api_endpoint=faults.address("hold")
            )
            prompt = await session.get("prompts_create", name="p", template="{{ q }}", llm_model="gpt-held")
            dataset = await session.get("datasets_create", name="d", csv_data="q\n1\n2\n3\n")
            run = await session.get("runs_create", prompt_id=prompt["id"], dataset_id=dataset["id"], concurrency=1)
            async with anyio.create_task_group() as group:
                group.start_soon(lambda: session.get("runs_generate", id=run["id"], wait_seconds=60))
                await anyio.to_thread.run_sync(faults.wait_for_call, "hold")
                assert (await session.get("runs_get", id=run["id"]))["status"] == "running"
                group.cancel_scope.cancel()
            # An answer to what was sent after the cancellation means that it was read.
            assert (await connected.list_tools()).tools
            faults.release()
            after = await session.get("runs_get", id=run["id"], wait_seconds=30)
            assert after["status"] == "cancelled"
            assert len(faults.calls_of("hold")) == 1
            again = await session.get("runs_generate", id=run["id"])
            assert (again["status"], again["responses_count"]) == ("completed", 3)

    asyncio.run(main())


@pytest.mark.parametrize("mode", MODES)
def test_errors_reach_the_client_as_they_should(home: pathlib.Path, mode: str) -> None:
    async def main() -> None:
        async with client(home, mode) as connected:
            result = await connected.call_tool("prompts_get", {"id": 99})
            assert result.is_error and "No prompt 99" in result.content[0].text
            with pytest.raises(Exception, match="no_such_tool"):
                await connected.call_tool("no_such_tool", {})
            assert (await connected.list_tools()).tools

    asyncio.run(main())


async def finished_run(session: Session) -> None:
    """A prompt (1), a dataset (1) and a run (1) with two responses."""
    await session.get("prompts_create", name="p", template="{{ q }}", llm_model="echo")
    await session.get("datasets_create", name="d", csv_data="q\n1\n2\n")
    await session.get("runs_create", prompt_id=1, dataset_id=1)
    assert (await session.get("runs_generate", id=1))["status"] == "completed"


@pytest.mark.parametrize("mode", MODES)
def test_the_user_is_asked_before_a_deletion(home: pathlib.Path, mode: str) -> None:
    asked: list[str] = []
    answers = [
        mcp.types.ElicitResult(action="decline"),
        mcp.types.ElicitResult(action="cancel"),
        mcp.types.ElicitResult(action="accept", content={"confirm": False}),
        mcp.types.ElicitResult(action="accept", content={"confirm": True}),
    ]

    async def ask(context, params: mcp.types.ElicitRequestParams) -> mcp.types.ElicitResult:
        asked.append(params.message)
        assert list(params.requested_schema["properties"]) == ["confirm"]
        return answers[len(asked) - 1]

    async def main() -> None:
        async with client(home, mode, elicitation_callback=ask) as connected:
            session = Session(connected)
            await finished_run(session)
            for count in (1, 2, 3):
                refused = await connected.call_tool("prompts_delete", {"id": 1})
                assert refused.is_error and "Nothing was deleted" in refused.content[0].text
                assert len(asked) == count
            gone = await session.get("prompts_delete", id=1)
            assert gone["removed"] == {"prompts": 1, "runs": 1, "responses": 2}
            assert len(asked) == 4 and len(set(asked)) == 1 and "1 run, 2 responses" in asked[0]
            # What takes nothing along is nothing to ask about.
            await session.get("datasets_delete", id=1)
            assert len(asked) == 4

    asyncio.run(main())


@pytest.mark.parametrize("mode", MODES)
def test_who_cannot_be_asked_must_confirm(home: pathlib.Path, mode: str) -> None:
    async def main() -> None:
        async with client(home, mode) as connected:
            session = Session(connected)
            await finished_run(session)
            refused = await connected.call_tool("datasets_delete", {"id": 1})
            assert refused.is_error and "1 run, 2 responses. Call again with confirm: true" in refused.content[0].text
            gone = await session.get("datasets_delete", id=1, confirm=True)
            assert gone["removed"] == {"datasets": 1, "runs": 1, "responses": 2}

    asyncio.run(main())


# The handshake's way to subscribe, which the client warns of.
@pytest.mark.filterwarnings("ignore:resources/:mcp.shared.exceptions.MCPDeprecationWarning")
@pytest.mark.parametrize("mode", MODES)
def test_changes_are_heard_of(home: pathlib.Path, mode: str) -> None:
    async def change(session: Session) -> None:
        await session.get("prompts_create", name="other", template="{{ q }}", llm_model="echo")
        await session.get("runs_update", id=1, name="better")

    async def with_handshake() -> None:
        heard: list[str] = []
        news = anyio.Event()

        async def note(message) -> None:
            if isinstance(message, mcp.types.ServerNotification):
                heard.append(message.method)
                if {"notifications/prompts/list_changed", "notifications/resources/updated"} <= set(heard):
                    news.set()

        async with client(home, mode, message_handler=note) as connected:
            session = Session(connected)
            await finished_run(session)
            await connected.session.subscribe_resource(REPORT)
            await change(session)
            with anyio.fail_after(PATIENCE):
                await news.wait()
            await connected.session.unsubscribe_resource(REPORT)

    async def by_stream() -> None:
        async with client(home, mode) as connected:
            session = Session(connected)
            await finished_run(session)
            asked = {"prompts_list_changed": True, "resources_list_changed": True, "resource_subscriptions": [REPORT]}
            async with connected.listen(tools_list_changed=True, **asked) as stream:
                assert stream.honored.model_dump(exclude_none=True) == asked
                await change(session)
                missing = {PromptsListChanged(), ResourcesListChanged(), ResourceUpdated(uri=REPORT)}
                with anyio.fail_after(PATIENCE):
                    async for event in stream:
                        missing.discard(event)
                        if not missing:
                            break
            # The stream has ended, and the connection has not.
            assert (await connected.list_prompts()).prompts
            async with connected.listen(prompts_list_changed=True):
                assert (await connected.list_tools()).tools

    asyncio.run(with_handshake() if mode == HANDSHAKE else by_stream())


@pytest.mark.parametrize("mode", MODES)
def test_many_calls_at_once(home: pathlib.Path, mode: str) -> None:
    async def main() -> None:
        async with client(home, mode) as connected:
            session = Session(connected)
            found: dict[int, str] = {}

            async def create(number: int) -> None:
                tag = await session.get("tags_create", name=f"tag {number}")
                found[number] = (await session.get("tags_get", id=tag["id"]))["name"]

            async with anyio.create_task_group() as group:
                for number in range(100):
                    group.start_soon(create, number)
            assert found == {number: f"tag {number}" for number in range(100)}
            assert (await session.get("tags_list"))["total"] == 100

    asyncio.run(main())
