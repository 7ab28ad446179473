import Evaluation
import JSONCoding
import MCP
import Store

/// The common inputs, confirmation and result of all delete tools.
enum Deletion {
  static let dryRun = Field<Bool>.defaulted("dry_run", .boolean, default: false, "Only count what would go.")
    .selfExplaining
  static let confirm = Field<Bool>.defaulted(
    "confirm", .boolean, default: false, "Delete without asking."
  ).selfExplaining

  /// The inputs after the one that selects the record.
  static var fields: [any ToolField] { [dryRun, confirm] }

  /// Deletes a record and everything that belongs to it, after the user has agreed to lose model output.
  static func perform<Row: DeletableRecord>(
    _ type: Row.Type, id: Int, _ arguments: Arguments, with services: Services, _ context: ToolContext
  ) async throws -> JSONObject {
    if arguments[dryRun] {
      return result(try await services.store.removal(of: type, id: id), id: id, isDeleted: false)
    }
    let agreed = arguments[confirm] ? nil : try await agreement(type, id, with: services, context)
    try await services.store.read { tables in try tables.checkNoneWaits(for: type, id: id) }
    // Before any run is stopped, and again in the transaction that deletes.
    try check(agreed, try await services.store.removal(of: type, id: id))
    try await services.cancelRuns { run in
      Row.owns(run, id: id) && agreed?.runs.keys.contains(run.id) != false
    }
    let removal = try await services.store.commit { transaction in
      let removal = try transaction.deleteCascading(type, id: id)
      try check(agreed, removal)
      return removal
    }
    return result(removal, id: id, isDeleted: true)
  }

  /// - Throws: ``ToolError`` if more would be lost than the user has agreed to.
  private static func check(_ agreed: DeletedOutput?, _ removal: Removal) throws(ToolError) {
    guard agreed?.covers(removal.stake) == false else { return }
    throw ToolError(
      "Nothing was deleted: more would be lost now than when the user was asked. Call again to ask once more.")
  }

  /// What was paid for what is lost; the calls of a run that goes on are told of apart.
  ///
  /// - Parameter isLive: whether a run goes on.
  private static func clause(_ removal: Removal, isLive: Bool) -> String {
    guard isLive else { return removal.spending.clause + removal.earlierSpending.earlierClause }
    let known = removal.spending.known
    return (known > 0 ? ", which cost at least \(Dollars.text(known))" : "") + removal.earlierSpending.earlierClause
  }

  /// Whether a process still generates one of the runs that would go.
  private static func isLive(_ stake: DeletedOutput, _ services: Services) async throws -> Bool {
    for (id, responses) in stake.runs where responses == nil {
      if try await !services.engine.isInterrupted(run: id, status: .running) { return true }
    }
    return false
  }

  /// The user's consent to a loss; nil if the client cannot ask and the kind of record makes the loss clear.
  /// - Throws: ``ToolError`` if the user does not agree, or cannot be asked about output of other records.
  private static func agreement<Row: DeletableRecord>(
    _ type: Row.Type, _ id: Int, with services: Services, _ context: ToolContext
  ) async throws -> DeletedOutput? {
    let removal = try await services.store.removal(of: type, id: id)
    let stake = removal.stake
    guard removal.losesAnswers || !removal.uses.isEmpty else { return stake }
    let isLive = try await isLive(stake, services)
    let thing = "the \(Row.kind.singular) \(id) \"\(Clipping.clip(removal.name, to: 100))\""
    let lost =
      removal.losesAnswers
      ? [
        sentence(removal.counts.filter { $0.kind != Row.kind }) + clause(removal, isLive: isLive),
        isLive ? "what is being generated now" : "",
      ].filter { !$0.isEmpty }.joined(separator: ", and ") : nil
    let users = removal.uses.isEmpty ? nil : sentence(removal.uses)
    guard context.canConfirm else {
      let isHolder = outputHolders.contains(Row.kind)
      if isHolder, !isLive, isCheap(removal.spending, after: removal.earlierSpending) { return nil }
      let losses = [lost.map { "\(isHolder ? "" : "also ")deletes \($0)" }, users.map { "takes it from \($0)" }]
        .compactMap(\.self)
      throw ToolError(
        "Nothing was deleted: deleting \(thing) \(losses.joined(separator: ", and ")). Call again with confirm: true if "
          + "that is intended.")
    }
    let question =
      "Delete \(thing)\(lost.map { " and with it \($0)" } ?? "")\(users.map { ", which \($0) use" } ?? "")? This cannot be "
      + "undone."
    guard try await context.confirm(question, about: "\(Row.kind.singular) \(id): \(stake.text)") else {
      throw ToolError("Nothing was deleted: the user did not agree. Do not try again unless they ask for it.")
    }
    return stake
  }

  /// Asks the user before a restart discards paid answers.
  ///
  /// - Returns: what may be discarded.
  /// - Throws: ``ToolError`` if the user does not agree, or cannot be asked.
  static func agreeToRestart(
    ofRun id: Int, with services: Services, _ context: ToolContext
  ) async throws -> RunEngine.AgreedLoss {
    let (run, entries) = try await services.store.read { tables in
      (try tables.find(RunRecord.self, id), tables.responses.entries(ofRun: id))
    }
    let spending = Spending(run, entries)
    let loss = RunEngine.AgreedLoss(responses: entries.count, spending: spending)
    guard !isCheap(spending) else { return loss }
    // A run under way is not restarted. One whose process was killed is still recorded as running.
    let isInterrupted = try await services.engine.isInterrupted(run: id, status: run.status)
    guard isInterrupted || !run.status.isUnderWay else { return .none }
    let lost =
      "the \(entries.count) responses of run \(id) \"\(Clipping.clip(run.name, to: 100))\"\(spending.clause)"
    guard context.canConfirm else {
      throw ToolError(
        "Nothing was discarded: a restart loses \(lost). Call again with confirm: true if that is intended; runs_create with "
          + "like_run \(id) makes a new run and keeps them.")
    }
    let question = "Discard \(lost), and pay for new ones? This cannot be undone."
    guard try await context.confirm(question, about: "restart of run \(id): \(lost)") else {
      throw ToolError("Nothing was discarded: the user did not agree. Do not try again unless they ask for it.")
    }
    return loss
  }

  /// Kinds that consist of model output, so that deleting one obviously deletes it.
  private static let outputHolders: [RecordKind] = [.runs, .experiments, .sessions]

  /// US dollars that answers of these kinds may have cost if they are deleted without asking.
  private static let dearest = 0.01

  /// Whether answers may be lost without asking, because they have cost little, with those that restarts have discarded.
  ///
  /// A restart does not record which calls of unknown cost were lost and which only lack a price, so those of a model without
  /// prices count as the latter.
  private static func isCheap(_ spending: Spending, after earlier: Spending = Spending()) -> Bool {
    var sum = spending
    sum += earlier.known > 0 || spending.isPriced ? earlier : Spending()
    return sum.isLess(than: dearest)
  }

  // MARK: Result

  private static func result(_ removal: Removal, id: Int, isDeleted: Bool) -> JSONObject {
    var result: JSONObject = [
      "deleted": .bool(isDeleted), "id": .int(id), "removed": .object(members(removal.counts)),
    ]
    add(removal.spending, to: &result)
    let earlier = removal.earlierSpending
    if earlier.known > 0 { result["earlier_cost"] = .double(earlier.known.rounded(toDigits: 6)) }
    if earlier.unknownCalls > 0 { result["earlier_uncounted_calls"] = .int(earlier.unknownCalls) }
    if !removal.uses.isEmpty { result["used_by"] = .object(members(removal.uses)) }
    result["note"] = removal.successor.map { successor in
      let prompt = successor.prompt
      return .string(
        "Version \(prompt.versionNumber), prompt \(prompt.id), \(isDeleted ? "is the current one now" : "would become the current one")"
          + (successor.isTested ? "." : "; it has no completed run."))
    }
    return result
  }

  /// Adds what was lost with the records, in the words of runs; nothing if that is free.
  private static func add(_ spending: Spending, to result: inout JSONObject) {
    guard spending.isAny else { return }
    result["cost"] = .optional(spending.total?.rounded(toDigits: 6))
    guard spending.unknownCalls > 0 else { return }
    result["known_cost"] = .double(spending.known.rounded(toDigits: 6))
    result["uncounted_calls"] = .int(spending.unknownCalls)
  }

  /// The counts by kind.
  private static func members(_ counts: [Removal.Count]) -> JSONObject {
    JSONObject(counts.map { JSONObject.Member(key: plural($0.kind), value: .int($0.number)) })
  }

  /// `1 run, 2 responses`.
  private static func sentence(_ counts: [Removal.Count]) -> String {
    counts.compactMap { count in
      guard count.number > 0 else { return nil }
      let plural = plural(count.kind)
      return "\(count.number) \(count.number == 1 ? String(plural.dropLast()) : plural)"
    }.joined(separator: ", ")
  }

  private static func plural(_ kind: RecordKind) -> String {
    kind == .sessionExchanges ? "exchanges" : kind.rawValue
  }
}
