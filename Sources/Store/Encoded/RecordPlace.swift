/// The ids of an owner's records, in their order.
struct RecordKeys: Sendable {
  let ownerID: Int
  let ids: [Int]
}

/// The place at which a record that is kept encoded was written.
struct RecordPlace: Sendable {
  let kind: RecordKind
  let id: Int
  /// As ``TableEntry/ownerID``.
  let ownerID: Int
  /// The offset of its first byte.
  var offset: Int
}
