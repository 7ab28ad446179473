import JSONCoding

/// The format version that a store writes, with the upgrades from earlier versions.
///
/// A new version needs a new number and one upgrade. A file of an older version is upgraded in memory, record by
/// record, as it is read. The first change then rewrites it, and the old file is kept beside it.
struct StoreFormat: Sendable {
  /// Converts a record of one version to the next.
  typealias Upgrade = @Sendable (_ record: inout JSONObject) throws -> Void

  /// The version that is written, and the newest that can be read.
  let version: Int
  /// The upgrades from each earlier version to the next, for the kinds of records that change.
  let upgrades: [Int: [RecordKind: Upgrade]]

  /// The current format.
  ///
  /// Format 2 added kinds of records. Format 3 added fields that are absent from records of format 2: the origin of
  /// scores and reviews (not recorded before, and impossible to reconstruct), reasoning, tiers, calls of unknown cost,
  /// selected rows, prices and certificate files of credentials. Format 4 added fields that are absent from records of
  /// format 3: the settings of prompt versions and snapshots, the efforts and limits of judges, the parts, names and
  /// tool calls of messages in sessions and of answers, and the text beside such calls.
  ///
  /// Every added field needs a new number. Without it, an older program running beside a newer one would report a
  /// damaged file; with it, the older one reports a newer format.
  static let current = StoreFormat(version: 4, upgrades: [3: escapes])

  /// The upgrades that convert records of an older version to this one, in order; none for a kind that has not changed.
  func upgrades(from older: Int) -> [RecordKind: [Upgrade]] {
    (older..<max(older, version)).reduce(into: [:]) { all, version in
      for (kind, upgrade) in upgrades[version] ?? [:] { all[kind, default: []].append(upgrade) }
    }
  }

  /// In format 3 a backslash before a variable was literal, and so was a variable in a system prompt.
  private static let escapes: [RecordKind: Upgrade] = [
    .prompts: { record in escape("template", of: &record) { 2 * $0 } },
    .runs: { record in
      escape("system_prompt", of: &record) { 2 * $0 + 1 }
      guard var snapshot = record["snapshot"]?.objectValue else { return }
      escape("template", of: &snapshot) { 2 * $0 }
      record["snapshot"] = .object(snapshot)
    },
  ]

  /// - Parameter count: the number of backslashes that replace those before a variable.
  private static func escape(_ field: String, of record: inout JSONObject, _ count: (Int) -> Int) {
    guard let text = record[field]?.stringValue else { return }
    record[field] = .string(TemplateSyntax.replacingBackslashes(in: text, with: count))
  }
}
