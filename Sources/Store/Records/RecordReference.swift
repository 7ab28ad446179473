/// A record's reference to another one.
package struct RecordReference: Equatable, Sendable {
  package let kind: RecordKind
  package let id: Int

  package init(_ kind: RecordKind, _ id: Int) {
    self.kind = kind
    self.id = id
  }
}
