package import Store

/// What calls to models cost together, and how much of it is not known.
package struct Spending: Sendable, Equatable {
  /// US dollars of the calls whose cost is known.
  package private(set) var known = 0.0
  /// US dollars of the dearest answer whose cost is known.
  private(set) var dearest = 0.0
  /// The number of calls that returned nothing from which their cost follows.
  package private(set) var uncountedCalls = 0
  /// The number of answers that were paid for and have no known price.
  package private(set) var unpriced = 0
  /// The number of answers whose server counted no tokens.
  private var unmetered = 0
  /// The number of calls that ended in errors of servers, which count as free and may have been billed.
  private(set) var serverErrors = 0

  /// - Parameter openCalls: calls that are under way, or were when a server ended.
  package init(openCalls: Int = 0) { uncountedCalls = openCalls }

  /// What these records cost together.
  package init(_ records: [some BilledRecord]) {
    for record in records {
      add(known: record.cost ?? 0)
      uncountedCalls += record.uncountedCalls
      if record.lacksCost { addUnpriced(hasTokens: record.hasTokens) }
    }
  }

  /// What these generations cost together, with calls that are still open.
  init(_ generations: [GenerationEntry], openCalls: Int = 0) {
    self.init(openCalls: openCalls)
    for generation in generations { add(generation) }
  }

  mutating func add(_ entry: GenerationEntry) {
    add(known: entry.knownCost, uncountedCalls: Int(entry.uncountedCalls))
    serverErrors += Int(entry.serverErrors)
    if entry.lacksCost { addUnpriced(hasTokens: entry.promptTokens > 0 || entry.completionTokens > 0) }
  }

  /// What the responses of a run, the tests of its judges and the calls that were lost with a server cost.
  package init(_ run: RunRecord, _ entries: [ResponseEntry]) {
    entries.forEachInPlace { entry in
      let lost = Int(entry.uncountedCalls)
      add(known: entry.knownCost, uncountedCalls: lost)
      unpriced += entry.callsOfUnknownCost - lost
      serverErrors += entry.serverErrors
    }
    serverErrors += run.serverErrors
    for probe in run.probes { add(probe) }
    let hasAnswers = entries.containsInPlace { $0.status != .failed }
    uncountedCalls += Interruption.counted(
      Interruption.lostCalls(of: run), hasAnswers: hasAnswers, isFree: !isAny)
  }

  /// What the responses of a run cost that restarts have discarded.
  init(before run: RunRecord) { (known, uncountedCalls) = (run.spentBefore ?? 0, run.uncountedBefore) }

  /// Adds an answer of which a part may have a known cost.
  mutating func add(known cost: Double, uncountedCalls count: Int = 0) {
    known += cost
    dearest = max(dearest, cost)
    uncountedCalls += count
  }

  /// Adds what the test of a judge has cost, unless another run paid for it.
  mutating func add(_ probe: ProbeRecord) {
    guard probe.sourceRunID == nil else { return }
    add(known: probe.cost ?? 0, uncountedCalls: probe.uncountedCalls)
    if probe.lacksCost { unpriced += 1 }
    serverErrors += probe.serverErrors
  }

  private mutating func addUnpriced(hasTokens: Bool) {
    if hasTokens { unpriced += 1 } else { unmetered += 1 }
  }

  package static func += (sum: inout Self, part: Self) {
    sum.known += part.known
    sum.dearest = max(sum.dearest, part.dearest)
    sum.uncountedCalls += part.uncountedCalls
    sum.unpriced += part.unpriced
    sum.unmetered += part.unmetered
    sum.serverErrors += part.serverErrors
  }

  /// The number of calls whose cost is not known, for whatever reason.
  package var unknownCalls: Int { uncountedCalls + unpriced + unmetered }

  /// The number of calls that may have been paid for and gave nothing, unlike answers that only lack a price.
  private var lostCalls: Int { uncountedCalls + serverErrors }

  /// Whether any answer has a known cost above 0.
  package var isPriced: Bool { dearest > 0 }

  /// Whether everything has cost less than this many US dollars, with lost calls as dear as the dearest answer.
  ///
  /// Answers without a price do not count, because the answers of a server on the user's own machine often have none.
  package func isLess(than limit: Double) -> Bool {
    if lostCalls > 0, dearest == 0 { return false }
    return known + Double(lostCalls) * dearest < limit
  }

  /// US dollars; nil if a part is unknown.
  package var total: Double? { unknownCalls == 0 ? known : nil }

  /// Whether there is any cost, or a part that is unknown.
  package var isAny: Bool { total != 0 }
}

extension Spending {
  /// What is unknown, why, and what the rest cost; nil if all is known.
  ///
  /// - Parameters:
  ///   - whole: such as `the experiment`.
  ///   - unit: the name of one answer that was paid for.
  package func remark(on whole: String, of unit: String = "generation") -> String? {
    guard total == nil else { return nil }
    var sentences: [String] = []
    if uncountedCalls > 0 {
      sentences.append(
        "The cost of \(Self.count(uncountedCalls, "call")) is unknown, because no complete answer has arrived.")
    }
    let lacks: [(Int, UnknownCost.Cause.Lack, String)] = [
      (unmetered, .tokens, ""), (unpriced, .price, ", or a call was lost"),
    ]
    for (number, lack, other) in lacks where number > 0 {
      sentences.append(
        "The cost of \(Self.count(number, unit)) is not known, because \(lack.reason)\(other). \(lack.remedy)")
    }
    if known > 0 { sentences.append("The others cost \(Dollars.text(known)), so \(whole) has cost at least that.") }
    return sentences.joined(separator: " ")
  }

  /// What a call without an answer has cost all the same; nil if nothing.
  package var remarkOnFailure: String? {
    isAny ? remark(on: "the call", of: "call") ?? "The call has cost \(Dollars.text(known)) all the same." : nil
  }

  /// The cost as the end of a clause: `, which cost $0.3`; empty if there is none.
  package var clause: String {
    let errors =
      serverErrors > 0
      ? " (and \(Self.count(serverErrors, "call")) that ended in a server error, if they are billed)" : ""
    return costClause + errors
  }

  private var costClause: String {
    let unknown = unknownCalls > 0 ? Self.count(unknownCalls, "call") : nil
    return switch (known > 0, unknown) {
    case (true, nil): ", which cost \(Dollars.text(known))"
    case (true, let unknown?): ", which cost at least \(Dollars.text(known)) (the cost of \(unknown) is not known)"
    case (false, let unknown?): ", whose cost is not known (\(unknown))"
    case (false, nil): ""
    }
  }

  /// The cost of discarded responses as the end of a clause; empty if there is none.
  package var earlierClause: String {
    guard isAny else { return "" }
    let amount = known > 0 ? Dollars.text(known) : ""
    let calls = unknownCalls > 0 ? "\(Self.count(unknownCalls, "call")) of unknown cost" : ""
    let both = [amount, calls].filter { !$0.isEmpty }.joined(separator: " and ")
    return ", after \(both) for earlier ones that a restart discarded"
  }

  private static func count(_ number: Int, _ unit: String) -> String { "\(number) \(unit)\(number == 1 ? "" : "s")" }
}
