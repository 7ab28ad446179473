"""The FastMCP client, in its automatic mode, with a handshake, and with the version without one from the start."""

import asyncio
import json
import pathlib

import pytest
from fastmcp import Client
from fastmcp.client.transports import StdioTransport
from fastmcp.exceptions import ToolError
from server import BINARY, environment
from test_official_client import MODES

REPORT = "completion-kit://runs/1/report.md"


def client(home: pathlib.Path, mode: str, **keywords) -> Client:
    # env -i, because the client adds what it inherits to the environment it is given.
    variables = [f"{name}={value}" for name, value in environment(home, home / "store.json").items()]
    transport = StdioTransport("/usr/bin/env", ["-i", *variables, str(BINARY)], cwd="/", keep_alive=False)
    return Client(transport, mode=mode, timeout=60, **keywords)


async def finished_run(connected: Client) -> None:
    """A prompt (1), a dataset (1) and a run (1) with two responses."""
    prompt = {"name": "Capital city", "template": "Is it {{ city }}?", "llm_model": "echo"}
    await connected.call_tool("prompts_create", prompt)
    data = "city,expected_output\nParis,Is it Paris?\nRome,x\n"
    await connected.call_tool("datasets_create", {"name": "capitals", "csv_data": data})
    await connected.call_tool("runs_create", {"prompt_id": 1, "dataset_id": 1, "scoring": "ExactMatch"})
    done = await connected.call_tool("runs_generate", {"id": 1})
    assert (done.data["status"], done.data["avg_score"]) == ("completed", 0.5)


@pytest.mark.parametrize("mode", MODES)
def test_tools_are_listed_and_called(home: pathlib.Path, mode: str) -> None:
    steps: list[float] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        steps.append(progress)

    async def main() -> None:
        async with client(home, mode) as connected:
            tools = {tool.name: tool for tool in await connected.list_tools()}
            assert len(tools) >= 39 and tools["runs_get"].annotations.read_only_hint is True
            tag = await connected.call_tool("tags_create", {"name": "fast"})
            assert tag.structured_content["name"] == "fast" == json.loads(tag.content[0].text)["name"]
            with pytest.raises(ToolError, match="No prompt 7"):
                await connected.call_tool("prompts_get", {"id": 7})
            refused = await connected.call_tool("prompts_get", {"id": 7}, raise_on_error=False)
            assert refused.is_error and "No prompt 7" in refused.content[0].text
            prompt = {"name": "p", "template": "{{ q }}", "llm_model": "echo"}
            await connected.call_tool("prompts_create", prompt)
            data = "q\n" + "".join(f"row {n}\n" for n in range(400))
            await connected.call_tool("datasets_create", {"name": "d", "csv_data": data})
            await connected.call_tool("runs_create", {"prompt_id": 1, "dataset_id": 1, "concurrency": 1})
            done = await connected.call_tool("runs_generate", {"id": 1}, progress_handler=note)
            assert done.structured_content["status"] == "completed"
            assert steps and steps == sorted(set(steps))

    asyncio.run(main())


@pytest.mark.parametrize("mode", MODES)
def test_prompts_are_listed_and_rendered(home: pathlib.Path, mode: str) -> None:
    async def main() -> None:
        async with client(home, mode) as connected:
            await finished_run(connected)
            prompts = {prompt.name: prompt for prompt in await connected.list_prompts()}
            assert list(prompts) == ["improve_prompt", "design_metrics", "review_judge", "capital_city"]
            assert [argument.name for argument in prompts["capital_city"].arguments] == ["city"]
            [message] = (await connected.get_prompt("capital_city", {"city": "Oslo"})).messages
            assert (message.role, message.content.text) == ("user", "Is it Oslo?")
            improve = (await connected.get_prompt("improve_prompt", {"run": 1})).messages[0].content.text
            assert "Is it Rome?" in improve
            with pytest.raises(Exception, match="city"):
                await connected.get_prompt("capital_city")

    asyncio.run(main())


@pytest.mark.parametrize("mode", MODES)
def test_resources_are_listed_and_read(home: pathlib.Path, mode: str) -> None:
    async def main() -> None:
        async with client(home, mode) as connected:
            await finished_run(connected)
            resources = {str(resource.uri): resource for resource in await connected.list_resources()}
            assert REPORT in resources
            for uri, resource in resources.items():
                [contents] = await connected.read_resource(uri)
                assert contents.text and contents.mime_type == resource.mime_type
            templates = await connected.list_resource_templates()
            assert "completion-kit://runs/{id}/report.md" in [template.uri_template for template in templates]
            with pytest.raises(Exception, match="No run 9"):
                await connected.read_resource("completion-kit://runs/9/report.md")

    asyncio.run(main())


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("agrees", [True, False])
def test_the_user_is_asked_before_a_deletion(home: pathlib.Path, mode: str, agrees: bool) -> None:
    asked: list[str] = []

    async def ask(message: str, response_type: type, params, context):
        asked.append(message)
        return response_type(confirm=agrees)

    async def main() -> None:
        async with client(home, mode, elicitation_handler=ask) as connected:
            await finished_run(connected)
            result = await connected.call_tool("prompts_delete", {"id": 1}, raise_on_error=False)
            assert len(asked) == 1 and "2 responses" in asked[0]
            assert result.is_error is not agrees

    asyncio.run(main())
