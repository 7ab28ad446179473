"""Bad messages: each earns the right error, and the server goes on."""

import json

import pytest
from conformance import HANDSHAKE_VERSIONS
from server import Server

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602


def alive(server: Server) -> None:
    assert server.request("ping")["result"] == {}


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"\x00\xff\xfe\x80garbage", id="garbage"),
        pytest.param(b'{"jsonrpc":"2.0","id":1,"method":"ping"', id="half an object"),
        pytest.param(b'{"jsonrpc":"2.0","id":1,"method":"ping",}', id="trailing comma"),
        pytest.param(b'{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}', id="duplicate key"),
        pytest.param(b'{"jsonrpc":"2.0","id":1,"method":"\xc3\x28"}', id="malformed UTF-8"),
        pytest.param(b'{"jsonrpc":"2.0","id":1,"method":"pi\tng"}', id="control character"),
        pytest.param(b"[" * 600 + b"]" * 600, id="600 levels"),
        pytest.param(b"GET / HTTP/1.1", id="HTTP"),
        pytest.param(b"{'jsonrpc':'2.0'}", id="single quotes"),
    ],
)
def test_what_is_not_json_is_a_parse_error(server: Server, line: bytes) -> None:
    error = server.unaddressed_error(line + b"\n")
    assert error["code"] == PARSE_ERROR
    assert error["message"]
    alive(server)


@pytest.mark.parametrize(
    "line",
    [
        b"1",
        b'"ping"',
        b"null",
        b"true",
        b"{}",
        b"[]",
        b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]',
        b'{"jsonrpc":"2.0","id":null,"method":"ping"}',
        b'{"jsonrpc":"2.0","id":1.5,"method":"ping"}',
        b'{"jsonrpc":"2.0","id":true,"method":"ping"}',
        b'{"jsonrpc":"2.0","id":[1],"method":"ping"}',
        b'{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}',
    ],
)
def test_what_is_no_message_is_an_invalid_request_without_an_id(server: Server, line: bytes) -> None:
    assert server.unaddressed_error(line + b"\n")["code"] == INVALID_REQUEST
    alive(server)


@pytest.mark.parametrize(
    "rest", ['"method":7', '"method":null', '"nomethod":"ping"', '"method":"ping","params":7', '"method":"ping","params":"x"']
)
def test_an_invalid_request_with_an_id_is_answered_with_it(server: Server, rest: str) -> None:
    server.expect({"id": "bad", "method": "ping"})
    server.write(b'{"jsonrpc":"2.0","id":"bad",' + rest.encode() + b"}\n")
    assert server.answer("bad")["error"]["code"] in (INVALID_REQUEST, INVALID_PARAMS)
    alive(server)


@pytest.mark.parametrize(
    "id", [0, -1, 7, 2**53 + 1, 2**63 - 1, -(2**63), 2**63, 10**40, "", "1", "null", "é 😀", "x" * 1000], ids=str
)
def test_an_id_is_echoed_with_its_type_and_digits(server: Server, id: int | str) -> None:
    response = server.request("ping", id=id)
    assert response == {"jsonrpc": "2.0", "id": id, "result": {}}
    assert type(response["id"]) is type(id)


@pytest.mark.parametrize("method", ["nothing/here", "", "tools/List", "tools/list/", "logging/setLevel"])
def test_an_unknown_method_is_not_found(server: Server, method: str) -> None:
    error = server.request(method, {})["error"]
    assert error["code"] == METHOD_NOT_FOUND
    alive(server)


@pytest.mark.parametrize(
    "params",
    [
        {"name": "prompts_gett", "arguments": {}},
        {"name": ""},
        {"name": 7},
        {"name": None},
        {"arguments": {}},
        {},
        {"name": "tags_list", "arguments": 7},
        {"name": "tags_list", "arguments": ["a"]},
    ],
    ids=json.dumps,
)
def test_a_call_of_no_tool_is_invalid(server: Server, params: dict) -> None:
    error = server.request("tools/call", params)["error"]
    assert error["code"] == INVALID_PARAMS
    assert error["message"]
    alive(server)


@pytest.mark.parametrize("params", [{"name": "tags_list"}, {"name": "tags_list", "arguments": None}, {"name": "tags_list", "arguments": {}}])
def test_arguments_may_be_absent(server: Server, params: dict) -> None:
    assert server.request("tools/call", params)["result"]["structuredContent"]["tags"] == []


def test_unasked_responses_and_notifications_are_ignored(server: Server) -> None:
    server.write(b'{"jsonrpc":"2.0","id":99,"result":{}}\n')
    server.write(b'{"jsonrpc":"2.0","id":98,"error":{"code":1,"message":"no"}}\n')
    server.write(b'{"jsonrpc":"2.0","method":"notifications/never_heard_of","params":{"a":1}}\n')
    server.write(b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":4711}}\n')
    server.write(b'{"jsonrpc":"2.0","method":"notifications/cancelled"}\n')
    alive(server)
    assert server.unaddressed == []


def test_lines_may_come_as_clients_send_them(server: Server) -> None:
    for id in ("bom", "crlf", "null", "split", "joined", "spaced"):
        server.expect({"id": id, "method": "ping"})
    server.write(b'\xef\xbb\xbf{"jsonrpc":"2.0","id":"bom","method":"ping"}\n')
    server.write(b'\r\n\n  \n{"jsonrpc":"2.0","id":"crlf","method":"ping"}\r\n')
    server.write(b'{"jsonrpc":"2.0","id":"null","method":"ping","params":null}\n')
    for part in (b'{"jsonrpc":"2.0",', b'"id":"split",', b'"method":"ping"}', b"\n"):
        server.write(part)
    server.write(
        b'{"jsonrpc":"2.0","id":"joined","method":"ping"}\n \t{ "jsonrpc" : "2.0" , "id" : "spaced" , "method" : "ping" } \n'
    )
    for id in ("bom", "crlf", "null", "split", "joined", "spaced"):
        assert server.answer(id)["result"] == {}
    assert server.unaddressed == []


def test_a_batch_is_served_only_where_it_was_negotiated(start) -> None:
    server = start(handshake="2025-03-26")
    server.expect({"id": 1, "method": "ping"})
    server.expect({"id": "2", "method": "nothing/here"})
    server.write(
        b'[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"notifications/initialized"},'
        b'{"jsonrpc":"2.0","id":"2","method":"nothing/here"}]\n'
    )
    assert server.answer(1)["result"] == {}
    assert server.answer("2")["error"]["code"] == METHOD_NOT_FOUND
    alive(server)


@pytest.mark.parametrize("version", HANDSHAKE_VERSIONS)
def test_a_known_version_is_echoed_and_obeyed(start, version: str) -> None:
    server = start(handshake=None)
    result = server.initialize(version)
    assert result["protocolVersion"] == version
    assert result["serverInfo"]["name"] == "completion-kit"
    assert result["serverInfo"].get("title", "Completion Kit") == "Completion Kit"
    tools = server.tools()
    assert all(("annotations" in tool) == (version >= "2025-03-26") for tool in tools)
    assert all("title" not in tool for tool in tools if version < "2025-06-18")
    result = server.call("tags_create", name="versions")
    assert ("structuredContent" in result) == (version >= "2025-06-18")
    assert json.loads(result["content"][0]["text"])["name"] == "versions"
    assert server.finish() == 0


@pytest.mark.parametrize("version", ["2026-07-28", "1999-01-01", "", "latest"])
def test_any_other_version_is_answered_with_the_newest_of_the_handshake(start, version: str) -> None:
    server = start(handshake=None)
    assert server.initialize(version)["protocolVersion"] == "2025-11-25"
    alive(server)
    assert server.initialize("2025-06-18")["protocolVersion"] == "2025-06-18"


def test_requests_before_any_handshake_are_served(start) -> None:
    server = start(handshake=None)
    assert server.request("server/discover", {})["error"]["code"] == INVALID_PARAMS
    assert len(server.tools()) >= 39
    assert server.get("tags_list")["total"] == 0
    assert server.initialize()["protocolVersion"] == "2025-11-25"


def test_half_a_line_at_the_end_of_input_is_refused_and_the_rest_answered(start) -> None:
    server = start()
    ids = [server.begin("tools/call", {"name": "tags_create", "arguments": {"name": f"tag {n}"}}) for n in range(20)]
    server.write(b'{"jsonrpc":"2.0","id":77,"method":"tools/ca')
    assert server.finish() == 0
    assert [server.answer(id)["result"]["structuredContent"]["id"] for id in ids] == list(range(1, 21))
    assert [message["error"]["code"] for message in server.unaddressed] == [PARSE_ERROR]
    assert start().get("tags_list")["total"] == 20


def test_a_last_line_without_its_end_is_answered(start) -> None:
    server = start()
    server.expect({"id": "last", "method": "ping"})
    server.write(b'{"jsonrpc":"2.0","id":"last","method":"ping"}')
    assert server.finish() == 0
    assert server.answer("last")["result"] == {}


def test_an_input_that_ends_at_once_ends_the_server(start) -> None:
    assert start(handshake=None).finish() == 0


def test_a_line_beyond_the_limit_is_refused_and_the_next_one_served(server: Server) -> None:
    error = server.unaddressed_error(b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"' + b"a" * (65 << 20) + b'"}}\n')
    assert error["code"] in (PARSE_ERROR, INVALID_REQUEST)
    alive(server)
