/// Why an object of the file is not a valid record.
package enum RecordError: Error, Equatable, Sendable, CustomStringConvertible {
  case missing(field: String)
  case wrongType(field: String, expected: String)
  case unknown(field: String)
  case outOfRange(field: String, expected: String)

  package var description: String {
    switch self {
    case .missing(let field): "the field \"\(field)\" is missing"
    case .wrongType(let field, let expected): "the field \"\(field)\" is not \(expected)"
    case .unknown(let field): "the field \"\(field)\" is unknown"
    case .outOfRange(let field, let expected): "the field \"\(field)\" is not \(expected)"
    }
  }
}
