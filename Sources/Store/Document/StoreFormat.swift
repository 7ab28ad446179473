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

  /// The format of today.
  ///
  /// Format 2 has kinds of records that format 1 had not. Format 3 has fields that format 2 had not, all of them absent
  /// from a record of format 2: the origin of scores and reviews, which was not recorded before and cannot be found out
  /// afterwards, thoughts, tiers, calls without a known cost, selected rows, prices and
  /// certificate files of credentials.
  ///
  /// A field that is added without a new number would make an older program, running beside a newer one, call the file
  /// damaged; with one it says that the format is newer.
  static let current = StoreFormat(version: 3, upgrades: [:])

  /// What turns a record of an older version into one of this version, in order.
  func upgrades(from older: Int) -> [Upgrade] { (older..<max(older, version)).compactMap { upgrades[$0] } }
}
