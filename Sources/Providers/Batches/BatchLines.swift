import JSONCoding

/// One request of a batch, encoded.
package struct BatchLine: Sendable {
  /// JSON without a line break.
  package var bytes: [UInt8]
  /// What was changed in the request, such as a dropped parameter; empty for most requests.
  package var warnings: [String]

  package init(bytes: [UInt8], warnings: [String] = []) {
    self.bytes = bytes
    self.warnings = warnings
  }
}

/// The requests of one batch, encoded.
package struct BatchLines: Sendable {
  /// How a provider takes the requests of a batch.
  package enum Form: Sendable {
    /// Each with a line break behind it.
    case lines
    /// As the array of this name in an object.
    case array(named: String)
  }

  private let form: Form
  /// The requests in their form, whole after each one, so that no copy is needed to send them.
  package private(set) var bytes: [UInt8]
  package private(set) var count = 0

  package init(_ form: Form = .lines) {
    self.form = form
    switch form {
    case .lines: bytes = []
    case .array(let name): bytes = Array(#"{"\#(name)":[]}"#.utf8)
    }
  }

  /// Adds a line if it fits.
  package mutating func add(_ line: BatchLine, within limits: BatchLimits) -> Bool {
    guard count < limits.requests, bytes.count + line.bytes.count + 1 <= limits.bytes else { return false }
    switch form {
    case .lines:
      bytes += line.bytes
      bytes.append(ASCII.lineFeed)
    case .array:
      bytes.removeLast(2)
      if count > 0 { bytes.append(ASCII.comma) }
      bytes += line.bytes
      bytes += [ASCII.closeBracket, ASCII.closeBrace]
    }
    count += 1
    return true
  }
}
