/// The place at which a record that is kept encoded was written.
struct RecordPlace: Sendable {
  let kind: RecordKind
  let id: Int
  /// As ``TableEntry/ownerID``.
  let ownerID: Int
  /// The offset of its first byte.
  var offset: Int
}
