import JSONCoding
import MCP
import Store

/// What every delete takes and says.
enum Deletion {
  static let dryRun = Field<Bool>.defaulted("dry_run", .boolean, default: false, "Only count what would be removed.")
  static let confirm = Field<Bool>.defaulted(
    "confirm", .boolean, default: false, "Delete what models answered too, without asking.")

  /// The inputs behind the one that says what to delete.
  static var fields: [any ToolField] { [dryRun, confirm] }

  /// What a deletion has removed beside the record itself.
  struct Removal: Sendable {
    /// By kind, in the order in which they are told.
    var counts: JSONObject = [:]
    /// What else has changed.
    var note: String?
  }

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
    try await perform(id, dryRun: dryRun, in: store) { transaction in Removal(counts: try body(&transaction)) }
  }

  private static func perform(
    _ id: Int, dryRun: Bool, in store: Store, _ body: @escaping @Sendable (inout Transaction) throws -> Removal
  ) async throws -> JSONObject {
    do {
      return try await store.commit { transaction in
        let removal = try body(&transaction)
        var result: JSONObject = ["deleted": .bool(!dryRun), "id": .int(id), "removed": .object(removal.counts)]
        result["note"] = removal.note.map(JSONValue.string)
        if dryRun { throw OnlyCounted(result: result) }
        return result
      }
    } catch let counted as OnlyCounted {
      return counted.result
    }
  }

  /// Deletes a record of a kind that has no runs.
  static func perform<Row: NamedRecord>(
    _ type: Row.Type, id: Int, _ arguments: Arguments, with services: Services, _ context: ToolContext,
    alsoRemoving more: @escaping @Sendable (inout Transaction) throws -> Removal = { _ in Removal() }
  ) async throws -> JSONObject {
    try await perform(type, id: id, arguments, with: services, context, runsWhere: nil, alsoRemoving: more)
  }

  /// Deletes a record with what goes with it, once the user has agreed to lose what models have answered.
  ///
  /// - Parameters:
  ///   - belongs: whether a run goes with the record; nil for a kind that has no runs.
  ///   - more: removes what else goes with it.
  static func perform<Row: NamedRecord>(
    _ type: Row.Type, id: Int, _ arguments: Arguments, with services: Services, _ context: ToolContext,
    runsWhere belongs: (@Sendable (RunRecord) -> Bool)?,
    alsoRemoving more: @escaping @Sendable (inout Transaction) throws -> Removal = { _ in Removal() }
  ) async throws -> JSONObject {
    let body: @Sendable (inout Transaction) throws -> Removal = { transaction in
      _ = try transaction.tables.find(type, id)
      var counts: JSONObject = [type.kind.rawValue: 1]
      let runs = belongs.map { transaction.deleteRuns(where: $0) } ?? [:]
      let removal = try more(&transaction)
      for member in runs.members + removal.counts.members { counts[member.key] = member.value }
      transaction.delete(type, id: id)
      return Removal(counts: counts, note: removal.note)
    }
    if arguments[dryRun] { return try await perform(id, dryRun: true, in: services.store, body) }
    let matches = belongs ?? { _ in false }
    let agreed =
      arguments[confirm] ? nil : try await agreement(type, id, with: services, context, runsWhere: matches, body)
    try await services.cancelRuns { run in matches(run) && agreed?.runs.keys.contains(run.id) != false }
    return try await perform(id, dryRun: false, in: services.store) { transaction in
      let runs = transaction.tables.responsesAtStake(where: matches)
      let removal = try body(&transaction)
      if let agreed, !agreed.covers(DeletionStake(runs: runs, removed: removal.counts)) {
        throw ToolError("Nothing was deleted: while the user was asked, more came to be lost. Call again to ask anew.")
      }
      return removal
    }
  }

  /// What the user agreed to lose; nil where there is nobody to ask and the call itself says clearly enough what is lost.
  /// - Throws: ``ToolError`` if the user did not agree, or cannot be asked about what the call does not name.
  private static func agreement<Row: NamedRecord>(
    _ type: Row.Type, _ id: Int, with services: Services, _ context: ToolContext,
    runsWhere matches: @escaping @Sendable (RunRecord) -> Bool,
    _ body: @escaping @Sendable (inout Transaction) throws -> Removal
  ) async throws -> DeletionStake? {
    let (name, runs) = try await services.store.read { tables in
      (try tables.find(type, id).displayName, tables.responsesAtStake(where: matches))
    }
    let removed = try await perform(id, dryRun: true, in: services.store, body)["removed"]?.objectValue ?? [:]
    let stake = DeletionStake(runs: runs, removed: removed)
    guard stake.isBeingGenerated || answers.contains(where: { (removed[$0]?.intValue ?? 0) > 0 }) else { return stake }
    let thing = "the \(Row.kind.singular) \(id) \"\(Clipping.clip(name, to: 100))\""
    let lost =
      sentence(removed, besides: Row.kind) + (stake.isBeingGenerated ? ", and what is being generated now" : "")
    guard context.canConfirm else {
      if outputHolders.contains(Row.kind) { return nil }
      throw ToolError(
        "Nothing was deleted: with \(thing) go \(lost). Call again with confirm: true if that is meant.")
    }
    let question = "Delete \(thing) and with it \(lost)? This cannot be undone."
    guard try await context.confirm(question, about: "\(Row.kind.singular) \(id): \(stake.text)") else {
      throw ToolError("Nothing was deleted: the user did not agree. Do not try again unless they ask for it.")
    }
    return stake
  }

  /// What models have answered, and may have been paid for.
  private static let answers = ["responses", "generations", "exchanges"]
  /// Kinds that consist of what models have answered: who deletes one means that.
  private static let outputHolders: [RecordKind] = [.runs, .experiments, .sessions]

  /// `1 run, 2 responses`.
  private static func sentence(_ removed: JSONObject, besides kind: RecordKind) -> String {
    removed.members.compactMap { member in
      guard member.key != kind.rawValue, let number = member.value.intValue, number > 0 else { return nil }
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
