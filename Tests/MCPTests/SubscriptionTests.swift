import JSONCoding
import JSONRPC
import Synchronization
import Testing

@testable import MCP

@Suite struct SubscriptionTests {
  private let feed = ChangeFeed()

  private func client(_ version: ProtocolVersion) async throws -> TestClient {
    try await TestClient(version, prompts: FakePrompts(count: 1), resources: FakeResources(count: 2), changes: feed)
  }

  /// Publishes changes once there is a listener, then ends the feed.
  private func publish(_ changes: [Change]) async {
    while !feed.hasListeners { await Task.yield() }
    feed.publish(changes)
    feed.close()
  }

  private func listen(_ filter: JSONObject, _ changes: [Change]) async throws -> (JSONObject, [JSONRPC.Notification]) {
    let client = try await client(.july2026)
    async let published: Void = publish(changes)
    let result = try await client.request("subscriptions/listen", ["notifications": .object(filter)])
    await published
    return (result, client.sent)
  }

  @Test func `a stream is acknowledged first, carries its id, and ends with a result`() async throws {
    let (result, sent) = try await listen(
      ["promptsListChanged": true, "toolsListChanged": true, "resourceSubscriptions": ["fake://0"]],
      [.prompts, .resources, .resource("fake://0"), .resource("fake://1")])
    #expect(
      sent.map(\.method) == [
        "notifications/subscriptions/acknowledged", "notifications/prompts/list_changed",
        "notifications/resources/updated",
      ])
    #expect(
      sent.first?.params?["notifications"] == ["promptsListChanged": true, "resourceSubscriptions": ["fake://0"]])
    #expect(sent.allSatisfy { $0.params?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == 1 })
    #expect(sent.last?.params?["uri"] == "fake://0")
    #expect(result["resultType"] == "complete")
    #expect(result["_meta"]?["io.modelcontextprotocol/subscriptionId"] == 1)
  }

  @Test func `changes outside the subscription are not sent`() async throws {
    let (_, sent) = try await listen([:], [.prompts, .resources, .anyResource])
    #expect(sent.count == 1 && sent[0].params?["notifications"] == [:])
  }

  @Test func `a change of everything is a change of every resource`() async throws {
    let (_, sent) = try await listen(["resourceSubscriptions": ["a:1", "b:2"]], [.anyResource])
    #expect(sent.dropFirst().map { $0.params?["uri"] } == ["a:1", "b:2"])
  }

  @Test func `a change is reported under the URI that the client gave`() async throws {
    let uri: JSONValue = "fake://0?offset=1"
    let (_, sent) = try await listen(["resourceSubscriptions": [uri]], [.resource("fake://0")])
    #expect(sent.first?.params?["notifications"]?["resourceSubscriptions"] == [uri])
    #expect(sent.dropFirst().map { $0.params?["uri"] } == [uri])
  }

  @Test func `a stream needs a filter and no handshake`() async throws {
    #expect(try await client(.july2026).error("subscriptions/listen")?.code == -32602)
    #expect(try await client(.november2025).error("subscriptions/listen", ["notifications": [:]])?.code == -32602)
    let ordering = try await client(.july2026).server.ordering(
      of: Request(id: .integer(1), method: "subscriptions/listen"))
    #expect(ordering == .detached)
  }

  @Test func `a client with a handshake is notified of lists and of subscribed resources`() async throws {
    let client = try await client(.november2025)
    _ = try await client.request("resources/subscribe", ["uri": "fake://0"])
    _ = try await client.request("resources/subscribe", ["uri": "fake://0?offset=1"])
    _ = try await client.request("resources/subscribe", ["uri": "fake://1"])
    _ = try await client.request("resources/unsubscribe", ["uri": "fake://1"])
    let heard = Mutex<[JSONRPC.Notification]>([])
    client.server.connected { notification in heard.withLock { $0.append(notification) } }
    async let published: Void = publish([.prompts, .resources, .resource("fake://0"), .resource("fake://1")])
    await client.server.announceChanges()
    await published
    #expect(
      heard.withLock { $0 } == [
        Notification(method: "notifications/prompts/list_changed"),
        Notification(method: "notifications/resources/list_changed"),
        Notification(method: "notifications/resources/updated", params: ["uri": "fake://0"]),
        Notification(method: "notifications/resources/updated", params: ["uri": "fake://0?offset=1"]),
      ])
  }

  @Test func `notifications take no more stack the more there were`() async throws {
    let client = try await client(.november2025)
    let heard = Atomic(0)
    client.server.connected { _ in heard.add(1, ordering: .relaxed) }
    async let announced: Void = client.server.announceChanges()
    while !feed.hasListeners { await Task.yield() }
    for count in 1...60_000 {
      feed.publish([.prompts])
      while heard.load(ordering: .relaxed) < count { await Task.yield() }
    }
    feed.close()
    await announced
  }

  @Test func `a client without a handshake gets no automatic notifications`() async throws {
    let client = try await client(.july2026)
    client.server.connected { _ in Issue.record("heard") }
    async let announced: Void = client.server.announceChanges()
    for _ in 0..<100 { await Task.yield() }
    #expect(!feed.hasListeners)
    feed.publish([.prompts])
    feed.close()
    await announced
  }

  @Test func `subscribing to a missing resource is refused`() async throws {
    let client = try await client(.november2025)
    let error = await client.error("resources/subscribe", ["uri": "fake://none"])
    #expect(error?.code == -32002 && error?.data?["uri"] == "fake://none")
    #expect(await client.error("resources/subscribe")?.code == -32602)
  }

  @Test func `a slow listener gets a change once`() async {
    let subscription = feed.listen()
    for _ in 0..<1000 { feed.publish([.prompts]) }
    feed.close()
    var heard: [Set<Change>] = []
    await subscription.receive { heard.append($0) }
    #expect(heard == [[.prompts]])
    #expect(!feed.hasListeners)
  }
}
