/// Why an answer does not satisfy a schema.
package struct SchemaFault: Sendable, Equatable, CustomStringConvertible {
  package enum Reason: String, Sendable, CaseIterable {
    case notJSON = "not_json"
    /// It would be JSON without the fence around it.
    case codeFence = "in_code_fence"
    /// The token limit ended it, so that nothing else can be said of it.
    case truncated
    case missingKey = "missing_key"
    case wrongType = "wrong_type"
    case extraKey = "extra_key"
    /// A value of the right type that is not allowed.
    case other
  }

  package let reason: Reason
  /// Where it is in the answer, such as `/items/0/price`; empty for the whole.
  package let place: String
  private let what: String

  init(_ reason: Reason, at place: String = "", _ what: String) {
    self.reason = reason
    self.place = place
    self.what = what
  }

  package var description: String { place.isEmpty ? what : "\(place.prefix(200)): \(what)" }
}
