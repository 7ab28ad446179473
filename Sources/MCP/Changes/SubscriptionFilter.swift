import JSONCoding
import JSONRPC

/// The changes requested by a subscription (schema `SubscriptionFilter`).
struct SubscriptionFilter: Sendable, Equatable {
  var prompts = false
  var resources = false
  /// Requested URI -> canonical URI, under which changes are published.
  var uris: [String: String] = [:]

  init() {}

  /// Keeps the requested subscriptions that this server supports.
  init(_ value: JSONValue?, hasPrompts: Bool, hasResources: Bool) throws(RPCError) {
    guard let filter = value?.objectValue else {
      throw .invalidParams("subscriptions/listen needs notifications, such as {\"promptsListChanged\": true}.")
    }
    prompts = hasPrompts && filter["promptsListChanged"] == true
    resources = hasResources && filter["resourcesListChanged"] == true
    guard hasResources else { return }
    for uri in filter["resourceSubscriptions"]?.arrayValue?.compactMap(\.stringValue) ?? [] { uris[uri] = uri }
  }

  var json: JSONObject {
    var filter: JSONObject = [:]
    if prompts { filter["promptsListChanged"] = true }
    if resources { filter["resourcesListChanged"] = true }
    if !uris.isEmpty { filter["resourceSubscriptions"] = .array(uris.keys.sorted().map(JSONValue.string)) }
    return filter
  }

  /// The notifications for the changes.
  ///
  /// - Parameter meta: metadata of each notification.
  func notifications(of changes: Set<Change>, meta: JSONObject? = nil) -> [Notification] {
    var found: [Notification] = []
    func add(_ method: String, _ params: JSONObject) {
      var params = params
      if let meta { params["_meta"] = .object(meta) }
      found.append(Notification(method: method, params: params.isEmpty ? nil : params))
    }
    if prompts, changes.contains(.prompts) { add("notifications/prompts/list_changed", [:]) }
    if resources, changes.contains(.resources) { add("notifications/resources/list_changed", [:]) }
    let isAny = changes.contains(.anyResource)
    for (uri, named) in uris.sorted(by: { $0.key < $1.key }) where isAny || changes.contains(.resource(named)) {
      add("notifications/resources/updated", ["uri": .string(uri)])
    }
    return found
  }
}
