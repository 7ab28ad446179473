"""Checks every message of the server against the JSON schema of its protocol version."""

import functools
import json
import os
import pathlib

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMAS = pathlib.Path(os.environ.get("MCP_SCHEMAS", ROOT.parent / "shared" / "mcp-schema"))

NEWEST_HANDSHAKE = "2025-11-25"
HANDSHAKE_VERSIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
STATELESS = "2026-07-28"
VERSIONS = [*HANDSHAKE_VERSIONS, STATELESS]
VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities"
SERVER_KEY = "io.modelcontextprotocol/serverInfo"
SUBSCRIPTION_KEY = "io.modelcontextprotocol/subscriptionId"
CACHEABLE = [
    "server/discover", "tools/list", "prompts/list", "resources/list", "resources/templates/list", "resources/read"
]

RESULTS = {
    "initialize": "InitializeResult",
    "ping": "EmptyResult",
    "tools/list": "ListToolsResult",
    "tools/call": "CallToolResult",
    "prompts/list": "ListPromptsResult",
    "prompts/get": "GetPromptResult",
    "resources/list": "ListResourcesResult",
    "resources/templates/list": "ListResourceTemplatesResult",
    "resources/read": "ReadResourceResult",
    "completion/complete": "CompleteResult",
    "server/discover": "DiscoverResult",
    "subscriptions/listen": "SubscriptionsListenResult",
    "resources/subscribe": "EmptyResult",
    "resources/unsubscribe": "EmptyResult",
    "tasks/get": "GetTaskResult",
    "tasks/list": "ListTasksResult",
    "tasks/cancel": "CancelTaskResult",
}
NOTIFICATIONS = {
    "notifications/progress": "ProgressNotification",
    "notifications/message": "LoggingMessageNotification",
    "notifications/tools/list_changed": "ToolListChangedNotification",
    "notifications/prompts/list_changed": "PromptListChangedNotification",
    "notifications/resources/list_changed": "ResourceListChangedNotification",
    "notifications/resources/updated": "ResourceUpdatedNotification",
    "notifications/subscriptions/acknowledged": "SubscriptionsAcknowledgedNotification",
    "notifications/cancelled": "CancelledNotification",
    "notifications/tasks/status": "TaskStatusNotification",
}


def available() -> bool:
    """Whether the schemas are available; they are not part of the repository."""
    return all((SCHEMAS / f"{version}.json").is_file() for version in VERSIONS)


@functools.cache
def definitions(version: str) -> tuple[str, dict, type]:
    document = json.loads((SCHEMAS / f"{version}.json").read_text())
    keyword = "$defs" if "$defs" in document else "definitions"
    return keyword, document, jsonschema.validators.validator_for(document)


@functools.cache
def validator(version: str, *names: str) -> jsonschema.protocols.Validator:
    """The validator of the first of these definitions in the version."""
    keyword, document, kind = definitions(version)
    name = next(name for name in names if name in document[keyword])
    return kind({"$schema": document["$schema"], keyword: document[keyword], "$ref": f"#/{keyword}/{name}"})


def problems(message: object, version: str, method: str | None) -> list[str]:
    """The faults of one message of the server.

    `method` is that of the request which the message answers, None for a notification and for an error of a message
    without a readable id.
    """
    if not isinstance(message, dict):
        return ["a message must be an object"]
    if message.get("jsonrpc") != "2.0":
        return ["no jsonrpc 2.0"]
    if not available():
        return []
    if "method" in message and "id" in message:
        if version == STATELESS or message["method"] != "elicitation/create":
            return [f"the server must not ask {message['method']}"]
        return errors(validator(version, "ElicitRequest"), message)
    if "method" in message:
        name = NOTIFICATIONS.get(message["method"])
        if name is None:
            return [f"the server must not send {message['method']}"]
        return errors(validator(version, name), message)
    if "error" in message:
        if message.get("id", 0) is None:
            # The schemas lack the null that JSON-RPC 2.0 requires for an unreadable id.
            message = {**message, "id": 0}
        return errors(validator(version, "JSONRPCErrorResponse", "JSONRPCError"), message)
    found = errors(validator(version, "JSONRPCResultResponse", "JSONRPCResponse"), message)
    result = message.get("result")
    return found + result_problems(result, version, method) if isinstance(result, dict) else found


def result_problems(result: dict, version: str, method: str | None) -> list[str]:
    name = RESULTS.get(method, "Result")
    if version != STATELESS:
        if method == "tools/call" and "task" in result:
            name = "CreateTaskResult"
        newer = {"resultType", "ttlMs", "cacheScope"} & result.keys()
        return errors(validator(version, name), result) + [f"{key} is of a newer version" for key in newer]
    found = []
    if SERVER_KEY not in result.get("_meta", {}):
        found.append("the result does not say whose it is")
    kind = result.get("resultType")
    if kind == "input_required":
        return found + errors(validator(version, "InputRequiredResult"), result)
    if kind == "task" or (method or "").startswith("tasks/"):
        # The extension has no schema here.
        return found + ([] if "taskId" in result or method in ("tasks/cancel", "tasks/update") else ["no taskId"])
    if kind != "complete":
        found.append(f"resultType is {kind!r}")
    if (method in CACHEABLE) != ("ttlMs" in result and "cacheScope" in result):
        found.append("ttlMs and cacheScope belong to what can be cached, and to nothing else")
    return found + errors(validator(version, name), result)


def errors(checker: jsonschema.protocols.Validator, value: object) -> list[str]:
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in checker.iter_errors(value)]
