/// The way a vendor keeps the beginnings of a model's prompts, so that they are not paid for in full again.
package struct PromptCache: Sendable, Equatable {
  /// The fewest tokens of a beginning that is kept.
  package let minimum: Int
  /// Whether every long prompt is kept; otherwise only a beginning that the request marks.
  package let isAutomatic: Bool

  /// The fewest tokens that any vendor keeps.
  package static let leastMinimum = 512

  package init(minimum: Int, isAutomatic: Bool) {
    self.minimum = minimum
    self.isAutomatic = isAutomatic
  }

  /// The fewest requests with the same beginning for which it is kept.
  ///
  /// The first pays up to a quarter more than for other input, each later one as little as a fortieth. From three on that
  /// is a gain even if the beginning is lost once and kept anew, at the prices of every model in the lists.
  package static let fewestRequests = 3

  /// Whether keeping a beginning pays.
  ///
  /// - Parameter requests: the number of requests that begin with it.
  package func keeps(_ prefix: SharedPrefix, requests: Int) -> Bool {
    prefix.tokens >= minimum && requests >= Self.fewestRequests
  }
}
