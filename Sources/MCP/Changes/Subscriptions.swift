import JSONCoding
import JSONRPC
import Synchronization

/// Notifies clients of changes.
///
/// Clients with a handshake are notified automatically and by `resources/subscribe`, others through the stream of
/// `subscriptions/listen`.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/server/resources#subscriptions and
/// https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/subscriptions
final class Subscriptions: Sendable {
  private let feed: ChangeFeed
  private let hasPrompts: Bool
  private let resources: (any ResourceSource)?
  private let hasTasks: Bool
  private let subscribed = Mutex<[String: String]>([:])

  init(feed: ChangeFeed, hasPrompts: Bool, resources: (any ResourceSource)?, hasTasks: Bool) {
    self.feed = feed
    self.hasPrompts = hasPrompts
    self.resources = resources
    self.hasTasks = hasTasks
  }

  var methods: [String: Method] {
    var methods = [
      "subscriptions/listen": Method(
        ordering: { _, _ in .detached }, era: .stateless,
        answer: { [self] call throws(RPCError) in try await listen(call) })
    ]
    if resources != nil {
      methods["resources/subscribe"] = Method(era: .handshake) { [self] call throws(RPCError) in
        try await subscribe(call)
      }
      methods["resources/unsubscribe"] = Method(era: .handshake) { [self] call throws(RPCError) in
        let uri = try uri(of: call)
        subscribed.withLock { $0[uri] = nil }
        return [:]
      }
    }
    return methods
  }

  /// Sends automatic notifications to a client with a handshake until the feed ends.
  ///
  /// - Parameter hasClient: whether a handshake has taken place.
  func announce(while hasClient: @escaping @Sendable () -> Bool, to notify: @Sendable (Notification) -> Void) async {
    await feed.listen(isHeard: hasClient).receive { changes in
      guard hasClient() else { return }
      var filter = SubscriptionFilter()
      filter.prompts = hasPrompts
      filter.resources = resources != nil
      filter.uris = subscribed.withLock { $0 }
      for notification in filter.notifications(of: changes) { notify(notification) }
    }
  }

  private func listen(_ call: MethodCall) async throws(RPCError) -> JSONObject {
    var filter = try SubscriptionFilter(
      call.request.params?["notifications"], hasPrompts: hasPrompts, hasResources: resources != nil)
    if let resources {
      for uri in filter.uris.keys {
        // A missing or unreadable resource is no error, because the stream is about future changes.
        do { filter.uris[uri] = try await resources.resource(at: uri)?.uri ?? uri } catch {}
      }
    }
    // Tasks are not pushed, but only clients that support tasks may name them.
    if hasTasks, call.request.params?["notifications"]?["taskIds"]?.arrayValue != nil {
      try call.client.requireTasks()
    }
    let meta: JSONObject = ["io.modelcontextprotocol/subscriptionId": call.request.id.json]
    let subscription = feed.listen()
    call.context.notify(
      Notification(
        method: "notifications/subscriptions/acknowledged",
        params: ["_meta": .object(meta), "notifications": .object(filter.json)]))
    await subscription.receive { [filter] changes in
      for notification in filter.notifications(of: changes, meta: meta) { call.context.notify(notification) }
    }
    return ["_meta": .object(meta)]
  }

  private func subscribe(_ call: MethodCall) async throws(RPCError) -> JSONObject {
    let uri = try uri(of: call)
    guard let resources else { return [:] }
    let resource: Resource?
    do { resource = try await resources.resource(at: uri) } catch { throw RPCError(error, of: call.request.method) }
    guard let resource else {
      throw ResourcesCapability.notFound(
        "There is nothing at \"\(Quotation.shortened(uri))\" to subscribe to. resources/list shows all.", uri,
        for: call.version)
    }
    subscribed.withLock { $0[uri] = resource.uri }
    return [:]
  }

  private func uri(of call: MethodCall) throws(RPCError) -> String {
    guard let uri = call.request.params?["uri"]?.stringValue else {
      throw .invalidParams("\(call.request.method) needs the resource's uri. resources/list shows all.")
    }
    return uri
  }
}
