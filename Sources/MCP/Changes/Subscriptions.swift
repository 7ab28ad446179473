import JSONCoding
import JSONRPC
import Synchronization

/// Tells clients of changes: those of a handshake by themselves and by `resources/subscribe`, others by the stream that
/// `subscriptions/listen` opens.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/server/resources#subscriptions and
/// https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/subscriptions
final class Subscriptions: Sendable {
  private let feed: ChangeFeed
  private let hasPrompts: Bool
  private let resources: (any ResourceSource)?
  private let subscribed = Mutex<Set<String>>([])

  init(feed: ChangeFeed, hasPrompts: Bool, resources: (any ResourceSource)?) {
    self.feed = feed
    self.hasPrompts = hasPrompts
    self.resources = resources
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
        subscribed.withLock { _ = $0.remove(uri) }
        return [:]
      }
    }
    return methods
  }

  /// Sends a handshake's client what it hears without asking, until the feed ends.
  ///
  /// - Parameter hasClient: whether there has been a handshake.
  func announce(while hasClient: @Sendable () -> Bool, to notify: @Sendable (Notification) -> Void) async {
    await feed.listen().receive { changes in
      guard hasClient() else { return }
      var filter = SubscriptionFilter()
      filter.prompts = hasPrompts
      filter.resources = resources != nil
      filter.uris = subscribed.withLock { $0 }
      for notification in filter.notifications(of: changes) { notify(notification) }
    }
  }

  private func listen(_ call: MethodCall) async throws(RPCError) -> JSONObject {
    let asked = call.request.params?["notifications"]
    if asked?["taskIds"]?.arrayValue != nil { try call.client.requireTasks(for: "notifications.taskIds") }
    let filter = try SubscriptionFilter(
      asked, hasPrompts: hasPrompts, hasResources: resources != nil)
    let meta: JSONObject = ["io.modelcontextprotocol/subscriptionId": call.request.id.json]
    let subscription = feed.listen()
    call.context.notify(
      Notification(
        method: "notifications/subscriptions/acknowledged",
        params: ["_meta": .object(meta), "notifications": .object(filter.json)]))
    await subscription.receive { changes in
      for notification in filter.notifications(of: changes, meta: meta) { call.context.notify(notification) }
    }
    return ["_meta": .object(meta)]
  }

  private func subscribe(_ call: MethodCall) async throws(RPCError) -> JSONObject {
    let uri = try uri(of: call)
    guard let resources else { return [:] }
    let resource: Resource?
    do { resource = try await resources.resource(at: uri) } catch { throw RPCError(error, of: call.request.method) }
    guard resource != nil else {
      throw ResourcesCapability.notFound(
        "There is nothing at \"\(Quotation.shortened(uri))\" to subscribe to. resources/list shows all.", uri,
        for: call.version)
    }
    subscribed.withLock { _ = $0.insert(uri) }
    return [:]
  }

  private func uri(of call: MethodCall) throws(RPCError) -> String {
    guard let uri = call.request.params?["uri"]?.stringValue else {
      throw .invalidParams("\(call.request.method) needs the resource's uri. resources/list shows all.")
    }
    return uri
  }
}
