import JSONCoding

/// One object of the store: a value with an id of its kind, written as one line of JSON.
package protocol Record: Fields {
  /// The member of the document that holds records of this type.
  static var kind: RecordKind { get }
  /// The table that holds them in memory.
  static var table: WritableKeyPath<Tables, Table<Self>> { get }

  /// Counted from 1 within the kind, never reused.
  var id: Int { get set }

  /// The references to other records that this one must not outlive, to be checked when a file is loaded.
  var references: [RecordReference] { get }
  /// What must not be found on the disk once the record is gone or has another one.
  var secret: String? { get }
  /// Makes unknown what a provider has reported and cannot be true, so that the rest can be written.
  mutating func dropImpossibleFigures()
}

extension Record {
  package var secret: String? { nil }
  package mutating func dropImpossibleFigures() {}
}

/// The id of a record that another one names.
package struct RecordReference: Equatable, Sendable {
  package let kind: RecordKind
  package let id: Int

  package init(_ kind: RecordKind, _ id: Int) {
    self.kind = kind
    self.id = id
  }
}

/// Why an object of the file is no record.
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
