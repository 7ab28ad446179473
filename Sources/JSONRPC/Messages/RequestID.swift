package import JSONCoding

/// The id of a request, echoed in its response with its type and its digits.
///
/// JSON-RPC 2.0, section 4: a string or a number, here one without a fraction; null is not an id of a request.
package enum RequestID: Hashable, Sendable {
  case string(String)
  case integer(Int64)
  /// The digits of an integer beyond 64 bits.
  case bigInteger(String)

  /// Nil if the value is not a valid id.
  package init?(_ value: JSONValue) {
    switch value {
    case .string(let text): self = .string(text)
    case .integer(let number): self = .integer(number)
    case .numeral(let digits): self = .bigInteger(digits)
    default: return nil
    }
  }

  package var json: JSONValue {
    switch self {
    case .string(let text): .string(text)
    case .integer(let number): .integer(number)
    case .bigInteger(let digits): .numeral(digits)
    }
  }
}
