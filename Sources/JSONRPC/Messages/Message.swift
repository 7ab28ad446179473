package import JSONCoding

/// A call that expects a response.
package struct Request: Equatable, Sendable {
  package let id: RequestID
  package let method: String
  /// Nil if `params` is absent or null.
  package let params: JSONObject?

  package init(id: RequestID, method: String, params: JSONObject? = nil) {
    self.id = id
    self.method = method
    self.params = params
  }
}

/// A call that expects no response.
package struct Notification: Equatable, Sendable {
  package let method: String
  package let params: JSONObject?
  /// Whether it replaces an earlier one of the same method and request, like a progress notification.
  ///
  /// The earlier one is then dropped if it still waits to be written.
  package let supersedesEarlier: Bool

  package init(method: String, params: JSONObject? = nil, supersedesEarlier: Bool = false) {
    self.method = method
    self.params = params
    self.supersedesEarlier = supersedesEarlier
  }
}
