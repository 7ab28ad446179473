import JSONCoding

/// The version of the layout that a store writes, and how to read the ones before it.
///
/// A new version is a new number here and one upgrade. A file of an older version is upgraded in memory, record by record
/// as it is read; the first change then writes it anew, with the old file kept beside it.
struct StoreFormat: Sendable {
  /// Turns a record of one version into one of the next.
  typealias Upgrade = @Sendable (_ kind: RecordKind, _ record: inout JSONObject) throws -> Void

  /// The version that is written, and the newest that is read.
  let version: Int
  /// The upgrade from each version before this one to the one after it.
  let upgrades: [Int: Upgrade]

  /// Format 2 has kinds of records that format 1 had not; those of format 1 are the same in both.
  static let current = StoreFormat(version: 2, upgrades: [:])

  /// What turns a record of an older version into one of this version, in order.
  func upgrades(from older: Int) -> [Upgrade] { (older..<max(older, version)).compactMap { upgrades[$0] } }
}
