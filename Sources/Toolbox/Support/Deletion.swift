import JSONCoding
import MCP
import Store

/// What every delete takes and says.
enum Deletion {
  static let dryRun = Field<Bool>.defaulted("dry_run", .boolean, default: false, "Only count what would be removed.")
  static let confirm = Field<Bool>.defaulted("confirm", .boolean, default: false, "Delete without asking the user.")

  /// How a deletion is refused in the end when it was only to be counted.
  private struct OnlyCounted: Error {
    let result: JSONObject
  }

  /// Runs a transaction that deletes, or, for a dry run, takes it back and keeps the counts.
  ///
  /// - Parameter body: deletes, and returns what it removed by kind.
  static func perform(
    _ id: Int, dryRun: Bool, in store: Store, _ body: @escaping @Sendable (inout Transaction) throws -> JSONObject
  ) async throws -> JSONObject {
    do {
      return try await store.commit { transaction in
        let counts = try body(&transaction)
        let result: JSONObject = ["deleted": .bool(!dryRun), "id": .int(id), "removed": .object(counts)]
        if dryRun { throw OnlyCounted(result: result) }
        return result
      }
    } catch let counted as OnlyCounted {
      return counted.result
    }
  }

  /// Deletes a record with the runs that are about it, once the user has agreed to lose their responses.
  ///
  /// - Parameters:
  ///   - belongs: whether a run goes with the record of this id.
  ///   - more: removes what else goes with it, and returns how much of each kind.
  static func perform<Row: NamedRecord>(
    _ type: Row.Type, _ arguments: Arguments, id: Field<Int>, with kit: Kit, _ context: ToolContext,
    runsWhere belongs: @escaping @Sendable (_ run: RunRecord, _ id: Int) -> Bool,
    alsoRemoving more: @escaping @Sendable (inout Transaction, _ id: Int) -> JSONObject = { _, _ in [:] }
  ) async throws -> JSONObject {
    let id = arguments[id]
    let matches: @Sendable (RunRecord) -> Bool = { belongs($0, id) }
    let body: @Sendable (inout Transaction) throws -> JSONObject = { transaction in
      _ = try transaction.tables.find(type, id)
      var removed = transaction.deleteRuns(where: matches)
      for member in more(&transaction, id).members { removed[member.key] = member.value }
      transaction.delete(type, id: id)
      return removed
    }
    if arguments[dryRun] { return try await perform(id, dryRun: true, in: kit.store, body) }
    let mustAsk = !arguments[confirm] && context.canConfirm
    let agreed = mustAsk ? try await agreement(type, id, with: kit, context, runsWhere: matches, body) : nil
    try await kit.cancelRuns { run in matches(run) && agreed?.runs.keys.contains(run.id) != false }
    return try await perform(id, dryRun: false, in: kit.store) { transaction in
      let runs = transaction.tables.responsesAtStake(where: matches)
      let removed = try body(&transaction)
      if let agreed, !agreed.covers(DeletionStake(runs: runs, removed: removed)) {
        throw ToolError("Nothing was deleted: while the user was asked, more came to be lost. Call again to ask anew.")
      }
      return removed
    }
  }

  /// What the user agreed to lose, if there is anything.
  /// - Throws: ``ToolError`` if the user did not agree.
  private static func agreement<Row: NamedRecord>(
    _ type: Row.Type, _ id: Int, with kit: Kit, _ context: ToolContext,
    runsWhere matches: @escaping @Sendable (RunRecord) -> Bool,
    _ body: @escaping @Sendable (inout Transaction) throws -> JSONObject
  ) async throws -> DeletionStake {
    let (name, runs) = try await kit.store.read { tables in
      (try tables.find(type, id).displayName, tables.responsesAtStake(where: matches))
    }
    let removed = try await perform(id, dryRun: true, in: kit.store, body)["removed"]?.objectValue ?? [:]
    let stake = DeletionStake(runs: runs, removed: removed)
    guard stake.isBeingGenerated || answers.contains(where: { (removed[$0]?.intValue ?? 0) > 0 }) else { return stake }
    let more = stake.isBeingGenerated ? ", and what is being generated now" : ""
    let question =
      "Delete the \(Row.kind.singular) \(id) \"\(Clipping.clip(name, to: 100))\" and with it "
      + "\(sentence(removed))\(more)? This cannot be undone."
    guard try await context.confirm(question, about: "\(Row.kind.singular) \(id): \(stake.text)") else {
      throw ToolError("Nothing was deleted: the user did not agree. Do not try again unless they ask for it.")
    }
    return stake
  }

  /// What models have answered, and may have been paid for.
  private static let answers = ["responses", "generations"]

  /// `1 run, 2 responses`.
  private static func sentence(_ removed: JSONObject) -> String {
    removed.members.compactMap { member in
      guard let number = member.value.intValue, number > 0 else { return nil }
      return "\(number) \(number == 1 ? String(member.key.dropLast()) : member.key)"
    }.joined(separator: ", ")
  }
}

extension Transaction {
  /// Deletes runs with their responses.
  /// - Returns: how many of each.
  mutating func deleteRuns(where matches: (RunRecord) -> Bool) -> JSONObject {
    var (runs, responses) = (0, 0)
    for run in tables.runs.newestFirst where matches(run) {
      responses += tables.responses.entries(ofRun: run.id).count
      runs += 1
      delete(RunRecord.self, id: run.id)
    }
    return ["runs": .int(runs), "responses": .int(responses)]
  }
}
