import JSONCoding

/// The format version that a store writes, with the upgrades from earlier versions.
///
/// A new version needs a new number and one upgrade. A file of an older version is upgraded in memory, record by
/// record, as it is read. The first change then rewrites it, and the old file is kept beside it.
package struct StoreFormat: Sendable {
  /// Converts a record of one version to the next.
  typealias Upgrade = @Sendable (_ record: inout JSONObject) throws -> Void

  /// The version that is written, and the newest that can be read.
  package let version: Int
  /// The upgrades from each earlier version to the next, for the kinds of records that change.
  let upgrades: [Int: [RecordKind: Upgrade]]

  /// The current format.
  ///
  /// Format 2 has kinds of records that format 1 had not. Format 3 has fields that format 2 had not, all of them absent
  /// from a record of format 2: the origin of scores and reviews, which was not recorded before and cannot be found out
  /// afterwards, thoughts, tiers, calls without a known cost, selected rows, prices and
  /// certificate files of credentials. Format 4 has the settings of prompt versions and of snapshots, efforts and limits of
  /// judges, the parts, names and tool calls of messages in sessions and of answers, and the text beside such calls; all of
  /// them are absent from a record of format 3. Format 5 has the limit that cut a review off, the thoughts with which a
  /// turn of a session is sent back, the settings with which a session continues, what texts were compared as,
  /// what a judge was shown besides texts, and what a run spent before it was restarted; all of them are absent from a
  /// record of format 4. Format 6 has the checks of metrics and of reviews, the repeats of runs and of responses, and the
  /// run whose comparison stops another, with the order of rows, the stop and the rows that decided it; all of them are
  /// absent from a record of format 5. Format 7 has the source and the cost of copied answers, whether a run copies, the
  /// place that answered a run, the rule of the scores that stopped a run, a removed stop, the verdicts of people, the
  /// looks that outlive their runs, the tests of judges and whether a run makes them, and the comparisons of responses by
  /// a judge; all of them are absent from a record of format 6. Format 8 has the number of calls of unknown cost before a
  /// run was restarted, what was shown of the runs' responses, and the metrics, the state and the early end of a
  /// comparison of responses; all of them are absent from a record of format 7. Format 9 has the text of a dataset in a
  /// line of its own; a dataset of format 8 has it among its fields, where it is still read. It also has whether
  /// a record is archived, which is absent from a record of format 8. Format 10 has the service tier of runs, what the
  /// providers' caches saved, the status `waiting`, whether a run's provider answers in batches, and its batches; all of
  /// them are absent from a record of format 9. Format 11 has the address and the store of a batch, and its state `lost`,
  /// and leaves out two fields of batches that nothing read. Format 12 has the order in which the outcomes of generations were
  /// recorded, which is absent from a record of format 11. Format 13 has the status `skipped` of reviews, which no review of
  /// format 12 has, and whether a comparison of responses was skipped, which is absent from a record of format 12. Format 14 has
  /// why responses failed, the number of calls of unknown cost of generations and that of open calls of experiments, which are
  /// absent from a record of format 13, and the assumed prices of runs, which were warnings. Format 15 has the number of lost
  /// calls of runs, which was a warning. Format 16 has calls without an answer in sessions, and the number of calls of unknown
  /// cost of exchanges, which are absent from a record of format 15. Format 17 has the known part of what judges cost and
  /// the judgements without a known cost, which are absent from a record of format 16. Format 18 has the number of calls that
  /// ended in errors of servers, which was a warning, the tokens of each judge of a response, what runs were expected to
  /// cost at their first start, the seeds and the attempts of generations and whether their outcomes were changed, which are
  /// absent from a record of format 17.
  ///
  /// A field that is added without a new number would make an older program, running beside a newer one, call the file
  /// damaged; with one it says that the format is newer.
  package static let current = StoreFormat(
    version: 18, upgrades: [3: escapes, 10: batches, 13: prices, 14: lostCalls, 17: serverErrors])

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

  private static let batches: [RecordKind: Upgrade] = [
    .runs: { record in
      guard let batches = record["batches"]?.arrayValue else { return }
      record["batches"] = .array(
        batches.map { batch in
          guard var object = batch.objectValue else { return batch }
          for field in ["file_id", "polled_at"] { object[field] = nil }
          return .object(object)
        })
    }
  ]

  private static let prices: [RecordKind: Upgrade] = [
    .runs: { record in
      guard let warnings = record["warnings"]?.arrayValue else { return }
      let prices = warnings.map { $0.stringValue.flatMap(AssumedPrice.init(warningOfFormat13:)) }
      guard prices.contains(where: { $0 != nil }) else { return }
      record["warnings"] = .array(zip(warnings, prices).filter { $1 == nil }.map(\.0))
      record["assumed_prices"] = .array(
        try prices.compactMap(\.self).map { try JSONValue(ofStore: $0.encoded.span) }.unique)
    }
  ]

  /// `Servers were killed while up to 8 calls were under way: ...`.
  private static let lostCalls: [RecordKind: Upgrade] = [
    .runs: { record in takeCalls("lost_calls", of: &record) { $0.hasPrefix("Servers were killed while up to ") } }
  ]

  /// `3 calls ended in a server error (500 or 502) without token counts ...`.
  private static let serverErrors: [RecordKind: Upgrade] = [
    .runs: { record in
      takeCalls("server_errors", of: &record) { $0.contains(" ended in a server error (500 or 502) without ") }
    }
  ]

  /// Puts the first number of each of some warnings in place of these warnings.
  private static func takeCalls(
    _ field: String, of record: inout JSONObject, fromWarnings isMeant: (String) -> Bool
  ) {
    guard let warnings = record["warnings"]?.arrayValue else { return }
    func count(_ warning: JSONValue) -> Int? {
      guard let text = warning.stringValue, isMeant(text) else { return nil }
      return text.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }
    }
    let total = warnings.compactMap(count).reduce(0) { $0.addingReportingOverflow($1).partialValue }
    guard ValueRange.calls.range.contains(total), total > 0 else { return }
    record["warnings"] = .array(warnings.filter { count($0) == nil })
    record[field] = .int(total)
  }

  /// - Parameter count: the number of backslashes that replace those before a variable.
  private static func escape(_ field: String, of record: inout JSONObject, _ count: (Int) -> Int) {
    guard let text = record[field]?.stringValue else { return }
    record[field] = .string(TemplateSyntax.replacingBackslashes(in: text, with: count))
  }
}
