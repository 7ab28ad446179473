import JSONCoding
import JSONRPC
import Testing

@Suite struct BatchTests {
  private func batch(_ messages: String...) -> String { "[" + messages.joined(separator: ",") + "]" }

  private func ids(_ line: String?) throws -> [JSONValue?] {
    try JSONValue(parsing: #require(line)).arrayValue.map { $0.map { $0["id"] } } ?? []
  }

  @Test func `a batch is refused where batches are not served, and its ids are free again`() async throws {
    let client = LineClient()
    client.send(batch(LineClient.message(1, "echo"), LineClient.message(nil, "note")))
    let refusal = try await client.nextMessage()
    #expect(refusal["id"] == .null)
    #expect(refusal["error"]?["code"] == -32600)
    client.request(1, "echo")
    #expect(try await client.nextMessage()["result"] == [:])
    #expect(await client.finish() == [])
    #expect(client.handler.events == ["begin 1", "end 1"])
  }

  @Test func `a batch is answered with one array on one line`() async throws {
    let client = LineClient(acceptsBatches: true)
    client.send(
      batch(
        LineClient.message(1, "echo"), LineClient.message(nil, "note"), "7", LineClient.message("b", "nothing"),
        #"{"jsonrpc":"2.0","id":5,"result":{}}"#))
    let lines = await client.finish()
    #expect(lines.count == 1)
    #expect(try ids(lines.first) == [1, .null, "b"])
    #expect(client.handler.events == ["begin 1", "end 1", "receive note", "begin \"b\"", "end \"b\""])
  }

  @Test func `a batch of nothing but notifications and responses is not answered`() async {
    let client = LineClient(acceptsBatches: true)
    client.send(batch(LineClient.message(nil, "note"), #"{"jsonrpc":"2.0","id":5,"result":{}}"#))
    #expect(await client.finish() == [])
    #expect(client.handler.events == ["receive note"])
  }

  @Test(arguments: [false, true]) func `an empty batch is an invalid request`(acceptsBatches: Bool) async throws {
    let client = LineClient(acceptsBatches: acceptsBatches)
    client.send("[]")
    let refusal = try await client.nextMessage()
    #expect(refusal["id"] == .null)
    #expect(refusal["error"]?["code"] == -32600)
    #expect(await client.finish() == [])
  }

  @Test func `a batch waits for its concurrent requests without holding up the others`() async throws {
    let client = LineClient(acceptsBatches: true)
    client.send(batch(LineClient.message(1, "wait"), LineClient.message(2, "echo")))
    client.request(3, "echo")
    #expect(try await client.nextMessage()["id"] == 3)
    client.handler.release(.integer(1))
    #expect(try ids(await client.nextLine()) == [2, 1])
    #expect(await client.finish() == [])
  }

  @Test func `in a batch, later requests begin once an earlier one has begun its work`() async throws {
    let client = LineClient(acceptsBatches: true)
    client.send(batch(LineClient.message(1, "launch", ["until": 9]), LineClient.message(2, "hold")))
    #expect(await client.nextBegun() == .integer(1))
    client.handler.release(.integer(1))
    #expect(await client.nextBegun() == .integer(2))
    client.handler.release(.integer(2))
    client.handler.release(.integer(9))
    #expect(try ids(await client.nextLine()).compactMap { $0?.intValue }.sorted() == [1, 2])
    #expect(await client.finish() == [])
  }

  @Test func `a cancelled request is left out of its batch's answer`() async throws {
    let client = LineClient(acceptsBatches: true)
    client.send(
      batch(
        LineClient.message(1, "wait"), LineClient.message(2, "echo"), LineClient.message(3, "echo"),
        LineClient.message(nil, "cancel", ["id": 3])))
    #expect(await client.nextBegun() == .integer(1))
    client.cancel(1)
    #expect(try ids(await client.nextLine()) == [2])
    #expect(await client.finish() == [])
    #expect(!client.handler.events.contains("begin 3"))
  }

  @Test func `whether batches are served is decided in order`() async throws {
    let client = LineClient()
    client.request(1, "batches")
    client.send(batch(LineClient.message(2, "echo")))
    let lines = await client.finish()
    #expect(lines.count == 2)
    #expect(try ids(lines.last) == [2])
  }
}
