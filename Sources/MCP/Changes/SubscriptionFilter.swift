import JSONCoding
import JSONRPC

/// The changes that one subscription is about (schema `SubscriptionFilter`).
struct SubscriptionFilter: Sendable, Equatable {
  var prompts = false
  var resources = false
  var uris: Set<String> = []

  init() {}

  /// What of the asked-for the server has.
  init(_ value: JSONValue?, hasPrompts: Bool, hasResources: Bool) throws(RPCError) {
    guard let filter = value?.objectValue else {
      throw .invalidParams("subscriptions/listen needs notifications, such as {\"promptsListChanged\": true}.")
    }
    prompts = hasPrompts && filter["promptsListChanged"] == true
    resources = hasResources && filter["resourcesListChanged"] == true
    if hasResources { uris = Set(filter["resourceSubscriptions"]?.arrayValue?.compactMap(\.stringValue) ?? []) }
  }

  var json: JSONObject {
    var filter: JSONObject = [:]
    if prompts { filter["promptsListChanged"] = true }
    if resources { filter["resourcesListChanged"] = true }
    if !uris.isEmpty { filter["resourceSubscriptions"] = .array(uris.sorted().map(JSONValue.string)) }
    return filter
  }

  /// The notifications that the changes make.
  ///
  /// - Parameter meta: goes into each of them.
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
    for uri in uris.sorted() where isAny || changes.contains(.resource(uri)) {
      add("notifications/resources/updated", ["uri": .string(uri)])
    }
    return found
  }
}
