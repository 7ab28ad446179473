import JSONCoding

/// The version of the layout that a store writes, and the upgrades from earlier ones.
///
/// A new version is a new number here and one upgrade. A file of an older version is upgraded in memory, record by record
/// as it is read; the first change then writes it anew, with the old file kept beside it.
struct StoreFormat: Sendable {
  /// Turns a record of one version into one of the next.
  typealias Upgrade = @Sendable (_ record: inout JSONObject) throws -> Void

  /// The version that is written, and the newest that is read.
  let version: Int
  /// The upgrades from each version before this one to the one after it, of the kinds of records that change.
  let upgrades: [Int: [RecordKind: Upgrade]]

  /// The format of today.
  ///
  /// Format 2 has kinds of records that format 1 had not. Format 3 has fields that format 2 had not, all of them absent
  /// from a record of format 2: the origin of scores and reviews, which was not recorded before and cannot be found out
  /// afterwards, thoughts, tiers, calls without a known cost, selected rows, prices and
  /// certificate files of credentials. Format 4 has the settings of prompt versions and of snapshots, efforts and limits of
  /// judges, the parts, names and tool calls of messages in sessions and of answers, and the text beside such calls; all of
  /// them are absent from a record of format 3. Format 5 has the limit that cut a review off, the thoughts with which a
  /// turn of a session is sent back, and the settings of the prompt with which a session goes on; all of them are absent
  /// from a record of format 4.
  ///
  /// A field that is added without a new number would make an older program, running beside a newer one, call the file
  /// damaged; with one it says that the format is newer.
  static let current = StoreFormat(version: 5, upgrades: [3: escapes])

  /// What turns records of an older version into those of this version, in order; nothing for a kind that has not changed,
  /// whose records are taken as they stand.
  func upgrades(from older: Int) -> [RecordKind: [Upgrade]] {
    (older..<max(older, version)).reduce(into: [:]) { all, version in
      for (kind, upgrade) in upgrades[version] ?? [:] { all[kind, default: []].append(upgrade) }
    }
  }

  /// In texts of format 3 a backslash before a variable was text, and so was a variable in a system prompt.
  private static let escapes: [RecordKind: Upgrade] = [
    .prompts: { record in escape("template", of: &record) { 2 * $0 } },
    .runs: { record in
      escape("system_prompt", of: &record) { 2 * $0 + 1 }
      guard var snapshot = record["snapshot"]?.objectValue else { return }
      escape("template", of: &snapshot) { 2 * $0 }
      record["snapshot"] = .object(snapshot)
    },
  ]

  /// - Parameter count: how many backslashes take the place of those before a variable.
  private static func escape(_ field: String, of record: inout JSONObject, _ count: (Int) -> Int) {
    guard let text = record[field]?.stringValue else { return }
    record[field] = .string(TemplateSyntax.replacingBackslashes(in: text, with: count))
  }
}
