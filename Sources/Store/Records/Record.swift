/// An object of the store: a value with an id unique within its kind, written as one line of JSON.
package protocol Record: Fields {
  /// The member of the document that holds records of this type.
  static var kind: RecordKind { get }
  /// The table that holds them in memory.
  static var table: WritableKeyPath<Tables, Table<Self>> { get }

  /// The id, counted from 1 within the kind and never reused.
  var id: Int { get set }

  /// The references to records that must exist as long as this one, checked when a file is loaded.
  var references: [RecordReference] { get }
  /// The name by which its table finds it; nil for kinds that are only found by id.
  var indexedName: String? { get }
  /// A value that must be erased from disk once the record is deleted or has another value.
  var secret: String? { get }
  /// Removes implausible figures reported by a provider, so that the rest can be written.
  mutating func clearImplausibleFigures()
  /// Takes over from the record that this one replaces what its own line does not hold.
  mutating func adopt(_ old: Self)
  /// The text that a ``DatasetTextRecord`` with its id holds, if it is not that of an earlier state.
  func newText(since old: Self?) -> DatasetText?
}

extension Record {
  package var indexedName: String? { nil }
  package var secret: String? { nil }
  package mutating func clearImplausibleFigures() {}
  package mutating func adopt(_ old: Self) {}
  package func newText(since old: Self?) -> DatasetText? { nil }
}
