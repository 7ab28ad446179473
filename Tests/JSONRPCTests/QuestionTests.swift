import JSONCoding
import JSONRPC
import Testing

@Suite struct QuestionTests {
  /// Sends a request that asks the client, and returns the id of the question.
  private func question(_ client: LineClient, _ id: JSONValue, _ params: JSONObject = ["q": 1]) async throws
    -> JSONValue
  {
    client.request(id, "ask", params)
    let message = try await client.nextMessage()
    #expect(message["method"] == "question" && message["params"] == .object(params))
    return try #require(message["id"])
  }

  private func answer(_ client: LineClient, _ id: JSONValue, _ member: String) {
    client.send(#"{"jsonrpc":"2.0","id":\#(id.text),\#(member)}"#)
  }

  @Test func `the client's answer goes to the request that asked`() async throws {
    let client = LineClient()
    let first = try await question(client, 1)
    let second = try await question(client, 2)
    #expect(first != second)
    answer(client, second, #""result":{"a":2}"#)
    #expect(try await client.nextMessage()["result"] == ["answer": ["a": 2]])
    answer(client, first, #""result":{"a":1}"#)
    #expect(try await client.nextMessage()["result"] == ["answer": ["a": 1]])
    #expect(await client.finish().isEmpty)
  }

  @Test func `an error is an answer too`() async throws {
    let client = LineClient()
    answer(client, try await question(client, 1), #""error":{"code":-1,"message":"no"}"#)
    #expect(try await client.nextMessage()["error"]?["message"] == "no")
    #expect(await client.finish().isEmpty)
  }

  @Test func `answers that nobody waits for are dropped`() async throws {
    let client = LineClient()
    let id = try await question(client, 1)
    for stranger in [#""server-99""#, "1", "null", "{}"] {
      client.send(#"{"jsonrpc":"2.0","id":\#(stranger),"result":{"a":0}}"#)
    }
    answer(client, id, #""result":{"a":1}"#)
    answer(client, id, #""result":{"a":2}"#)
    #expect(try await client.nextMessage()["result"] == ["answer": ["a": 1]])
    #expect(await client.finish().isEmpty)
  }

  @Test func `a cancelled request withdraws its question and is not answered`() async throws {
    let client = LineClient()
    let id = try await question(client, 1)
    client.cancel(1)
    let withdrawal = try await client.nextMessage()
    #expect(withdrawal["method"] == "notifications/cancelled" && withdrawal["params"]?["requestId"] == id)
    answer(client, id, #""result":{"a":1}"#)
    #expect(await client.finish().isEmpty)
  }

  @Test func `the end of input ends every wait for an answer`() async throws {
    let client = LineClient()
    _ = try await question(client, 1)
    client.transport.endInput()
    #expect(await client.remainingLines() == [#"{"jsonrpc":"2.0","id":1,"result":{"answer":null}}"#])
  }

  @Test func `a detached request delays nothing, even in order, and ends with the input`() async {
    let client = LineClient(inOrder: true)
    client.request(1, "listen")
    client.request(2, "echo")
    #expect(await client.nextLine() == #"{"jsonrpc":"2.0","id":2,"result":{}}"#)
    client.transport.endInput()
    #expect(await client.remainingLines() == [#"{"jsonrpc":"2.0","id":1,"result":{"listened":true}}"#])
  }
}
