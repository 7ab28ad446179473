import Store

/// A run's cost limit, what it has spent, and what the rows in progress may add, in US dollars.
struct RunBudget: Sendable {
  /// A row about to begin.
  typealias Row = RowForecast.Row

  let maximum: Double
  private(set) var forecast: RowForecast
  /// What earlier runs have shown of the run's rows.
  private let history: RunPlanner.History
  private(set) var spent = 0.0
  /// Answers without token counts, and their estimated cost.
  private var estimated = RowForecast.Unknown()
  /// Lost calls, and their assumed cost.
  private var lost = RowForecast.Unknown()
  /// The rows from which the cost of a row is known.
  private var finished = (rows: 0, cost: 0.0, longestPrompt: 0)
  /// The possible costs of the rows in progress.
  private var reservations: [AnswerKey: Double] = [:]
  /// What the attempts without an answer have cost, of the rows in progress.
  private var wasted: [AnswerKey: Double] = [:]

  /// - Parameters:
  ///   - earlier: the earlier spending, row by row.
  ///   - probes: the earlier spending on tests of judges.
  ///   - spentBefore: the cost of rows that were discarded.
  ///   - lostBefore: the number of calls whose cost is not known and of which no row tells.
  ///   - longestPrompt: the length of the run's longest prompt, which such a call may have had.
  ///   - history: what earlier runs have shown of the run's rows.
  ///   - isFinished: whether an earlier row shows what a row costs.
  init(
    maximum: Double, _ forecast: RowForecast, earlier: [RowCost] = [], probes: [RowCost] = [],
    spentBefore: Double = 0, lostBefore: Int = 0, longestPrompt: Int = 0,
    history: RunPlanner.History = RunPlanner.History(), isFinished: (RowCost) -> Bool = { _ in true }
  ) {
    self.maximum = maximum
    self.history = history
    spent = spentBefore
    self.forecast = forecast
    self.forecast.learn(from: earlier.filter(isFinished))
    for account in earlier {
      let cost = spend(account)
      if isFinished(account) { finish(account, cost) }
    }
    for probe in probes { _ = spend(probe) }
    if lostBefore > 0 {
      _ = spend(RowCost(key: AnswerKey(rowIndex: 0), promptBytes: longestPrompt, lostCalls: lostBefore))
    }
  }

  // MARK: After the calls

  /// Adds the cost of the calls for a row.
  ///
  /// - Parameter isFinished: false for a row that failed, which does not show the cost of a row.
  mutating func add(_ account: RowCost, isFinished: Bool) {
    forecast.learn(from: [account])
    let cost = spend(account)
    if isFinished, !account.isCopied { finish(account, cost) }
  }

  /// Adds a row's cost, estimated where unknown, and returns it.
  ///
  /// Calls that ended in errors of servers count as lost ones, because a limit must hold even if they are billed.
  private mutating func spend(_ account: RowCost) -> Double {
    var billed = account
    billed.lostCalls += account.serverErrors
    let (guess, most) = (forecast.estimate(account), forecast.assumedCostOfLostCalls(billed))
    estimated.calls += guess.calls
    estimated.cost += guess.cost
    lost.calls += most.calls
    lost.cost += most.cost
    let cost = account.known + guess.cost + most.cost
    spent += cost
    return cost
  }

  private mutating func finish(_ account: RowCost, _ cost: Double) {
    finished.rows += 1
    finished.cost += cost
    finished.longestPrompt = max(finished.longestPrompt, account.promptBytes)
  }

  /// Adds the cost of a probe, which shows nothing of what a row costs.
  mutating func add(probe account: RowCost) {
    release(Self.probeKey)
    _ = spend(account)
  }

  // MARK: Before the calls

  /// Stands for the probe in progress.
  static let probeKey = AnswerKey(rowIndex: -1)

  /// Reserves the possible cost of a probe, if it fits beside what is spent; no row is in progress yet.
  mutating func reserve(probe: Row) -> Bool {
    let amount = amount(for: probe)
    guard spent + amount <= maximum else { return false }
    reservations[Self.probeKey] = amount
    return true
  }

  /// Reserves the possible cost of a row, if it fits beside what is spent and reserved.
  ///
  /// Forecasts can be too low: start with one row, and never have more in progress than rows whose cost is known. A row
  /// much longer than those runs alone.
  mutating func reserve(_ row: Row, for key: AnswerKey) -> Bool {
    let underWay = reservations.count
    guard underWay == 0 || underWay <= finished.rows && row.promptBytes <= Self.longest(finished.longestPrompt) else {
      return false
    }
    let amount = amount(for: row)
    guard committed + amount <= maximum else { return false }
    reservations[key] = amount
    return true
  }

  /// Releases the reservation of a row whose calls have finished.
  mutating func release(_ key: AnswerKey) { (reservations[key], wasted[key]) = (nil, nil) }

  /// What is spent and reserved.
  private var committed: Double {
    [reservations, wasted].reduce(spent) { $0 + $1.values.reduce(0, +) }
  }

  /// Counts an attempt without an answer at a row in progress.
  ///
  /// - Parameter cost: nil for one whose answer was lost.
  mutating func waste(_ cost: Double?, on row: Row, for key: AnswerKey) {
    let lost = RowCost(key: key, promptBytes: row.promptBytes, lostCalls: 1)
    wasted[key, default: 0] += cost ?? forecast.assumedCostOfLostCalls(lost).cost
  }

  /// Expects the rows that are left to be as earlier runs have shown them.
  mutating func expect(_ rows: Set<Int>) { forecast.expect(rows, by: history) }

  /// Whether a row in progress may be tried again: what its attempts have cost leaves room for another.
  func affordsRetry(for key: AnswerKey) -> Bool { wasted[key] ?? 0 == 0 || committed <= maximum }

  /// The longest prompt whose cost can be predicted from rows with a prompt of this length.
  private static func longest(_ bytes: Int) -> Int { max(2 * bytes, 2_000) }

  /// What a row, or the test of a judge, must find left: the average cost of a row, and at least the possible cost of its
  /// own texts.
  private func amount(for row: Row) -> Double {
    // What a row costs says nothing of a test.
    if row.probes > 0 { return forecast.most(row) }
    return max(finished.rows == 0 ? 0 : finished.cost / Double(finished.rows), forecast.most(row))
  }

  // MARK: Sentences

  /// Why the run stopped, and the max_cost that lets it finish.
  ///
  /// - Parameters:
  ///   - rows: the rows that have not begun.
  ///   - probes: the probes that have not begun.
  ///   - isRepeated: whether they are several answers to each row.
  ///   - resume: what goes on with them.
  func sentence(
    rowsLeft rows: [Row], probes: [Row] = [], isRepeated: Bool = false, resume: String = "runs_generate"
  ) -> String {
    let calls = probes + rows
    let (spent, maximum) = Dollars.compared(spent, with: maximum)
    return
      "Stopped at max_cost: \(spent) of \(maximum) are spent\(unknown). "
      + "\(Self.left(rows, isRepeated)) about \(Dollars.text(likely(calls))); the next \(probes.isEmpty ? "one" : "call, the probe of the judge,") may cost "
      + "\(Dollars.text(calls.first.map(amount) ?? 0)). Results are "
      + "kept. To finish, set max_cost to \(Dollars.roundedUp(enough(for: calls))) with runs_update and call \(resume).\(certainty(for: calls) ?? Self.uncertainty)"
  }

  /// Why not even the first of the rows can begin; nil if it can.
  func refusal(before rows: [Row]) -> String? {
    guard let first = rows.first, spent + amount(for: first) > maximum else { return nil }
    let (spent, maximum) = Dollars.compared(spent, with: maximum)
    return
      "The run has spent \(spent) of max_cost \(maximum), and its rows cost about "
      + "\(Dollars.text(likely(rows))) more. Set max_cost to \(Dollars.roundedUp(enough(for: rows))) with runs_update first."
  }

  /// The beginning of a sentence: `12 rows are left and cost`, without those that have failed and are tried again.
  static func left(_ rows: [Row], _ isRepeated: Bool) -> String {
    let noun = isRepeated ? "answer" : "row"
    func count(_ number: Int) -> String { number == 1 ? "1 \(noun)" : "\(number) \(noun)s" }
    let failed = rows.count(where: \.hasFailed)
    let open = rows.count - failed
    let left = "\(count(open)) \(open == 1 ? "is" : "are") left"
    if failed == 0 { return "\(left) and \(open == 1 ? "costs" : "cost")" }
    let again = "\(count(failed)) that failed \(failed == 1 ? "is" : "are") to be tried again"
    return open == 0 ? "\(again) and \(failed == 1 ? "costs" : "cost")" : "\(left) and \(again); together they cost"
  }

  func likely(_ rows: [Row]) -> Double { rows.reduce(0) { $0 + forecast.likely($1) } }

  /// The max_cost with which all rows fit, those of a batch even if their answers are as long as they can be.
  private func enough(for rows: [Row]) -> Double {
    let batched = rows.filter(\.isBatched)
    if !batched.isEmpty, let most = need(of: Batched(waiting: batched)) {
      return enough(for: rows.filter { !$0.isBatched }) + most
    }
    let rest = likely(rows)
    let margin = rows.map { amount(for: $0) - forecast.likely($0) }.max() ?? 0
    return spent + max(rest * Self.headroom, rest + margin)
  }

  /// Said where nothing bounds what is left.
  private static let uncertainty = " It takes more if the answers that are left are longer than those so far."

  /// The max_cost with which the calls fit however long their answers are; nil without a chosen limit on them.
  private func certainty(for rows: [Row]) -> String? {
    let most = rows.compactMap(forecast.highest)
    guard forecast.answers.isLimitChosen, most.count == rows.count, !rows.contains(where: \.isBatched) else {
      return nil
    }
    let margin = zip(rows, most).map { amount(for: $0) - $1 }.max() ?? 0
    let certain = spent + most.reduce(0, +) + max(margin, 0)
    guard certain > enough(for: rows) else { return "" }
    return
      " \(Dollars.roundedUp(certain)) is enough even if every answer is as long as its limit allows, unless attempts fail "
      + "that are paid for."
  }

  /// The margin above the expected cost to finish, because rows differ.
  private static let headroom = 1.1

  var unknown: String {
    let parts = [
      estimated.calls == 0 ? nil : "\(Self.calls(estimated.calls)) without token counts estimated by length",
      lost.calls == 0
        ? nil : "\(Self.calls(lost.calls)) of unknown cost, or ended in a server error, counted as long answers",
    ].compactMap(\.self)
    return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
  }

  /// The warning about calls of unknown cost; nil if there are none.
  var warning: String? {
    let sentences = [
      estimated.calls == 0
        ? nil
        : "For max_cost \(Self.calls(estimated.calls)) without token counts \(estimated.calls == 1 ? "is" : "are") estimated at "
          + "\(Dollars.text(estimated.cost)) by the length of the texts.",
      lost.calls == 0
        ? nil
        : "For max_cost \(Self.calls(lost.calls)) of unknown cost, or ended in a server error, \(lost.calls == 1 ? "counts as a long answer" : "count as long answers"), "
          + "\(Dollars.text(lost.cost)).",
    ].compactMap(\.self)
    guard !sentences.isEmpty else { return nil }
    let (spent, maximum) = Dollars.compared(spent, with: maximum)
    let whole = "So the run has spent about \(spent) of \(maximum)."
    return (sentences + [whole]).joined(separator: " ")
  }

  private static func calls(_ count: Int) -> String { count == 1 ? "1 call" : "\(count) calls" }
}
