"""The peer that the protocol is measured beside: one tool on the official Python SDK, shaped like prompts_get."""

from mcp.server.mcpserver import MCPServer

app = MCPServer("peer")

PROMPT = {
    "id": 1,
    "name": "summarizer",
    "description": None,
    "template": "Summarize: {{text}}",
    "llm_model": "gpt-4.1",
    "family_key": "6fa0b2f4-3b0e-4f4e-9a53-1f3f1f6a4d11",
    "version_number": 1,
    "current": True,
    "created_at": "2026-01-01T00:00:00.000Z",
    "updated_at": "2026-01-01T00:00:00.000Z",
    "tags": [],
    "variables": ["text"],
}


@app.tool()
def prompts_get(id: int) -> dict:
    """Get a prompt by ID."""
    return {**PROMPT, "id": id}


if __name__ == "__main__":
    app.run(transport="stdio")
