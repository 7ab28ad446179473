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

/// The kinds of records, by the name of their member in the document, in the order they are written.
package enum RecordKind: String, CaseIterable, Sendable {
  case tags
  case providerCredentials = "provider_credentials"
  case prompts
  case datasets
  case metrics
  case metricGroups = "metric_groups"
  case runs
  case responses
  case experiments
  case generations
  case sessions
  case sessionExchanges = "session_exchanges"

  /// What a message to a person calls one of them.
  package var singular: String {
    switch self {
    case .tags: "tag"
    case .providerCredentials: "provider credential"
    case .prompts: "prompt"
    case .datasets: "dataset"
    case .metrics: "metric"
    case .metricGroups: "metric group"
    case .runs: "run"
    case .responses: "response"
    case .experiments: "experiment"
    case .generations: "generation"
    case .sessions: "session"
    case .sessionExchanges: "exchange of a session"
    }
  }
}

extension RecordKind {
  /// The kind that goes with records of this one when they are deleted.
  var parts: RecordKind? {
    switch self {
    case .runs: .responses
    case .experiments: .generations
    default: nil
    }
  }

  /// The format from which on a file has a member for the kind, empty or not.
  var firstFormat: Int {
    switch self {
    case .tags, .providerCredentials, .prompts, .datasets, .metrics, .metricGroups, .runs, .responses: 1
    case .experiments, .generations, .sessions, .sessionExchanges: 2
    }
  }
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
