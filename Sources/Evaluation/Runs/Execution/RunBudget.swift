import Store

/// The most that a run may cost, what it has cost so far, and what the rows under way may add, in US dollars.
struct RunBudget: Sendable {
  /// A row that is to be begun.
  typealias Row = RowForecast.Row

  private let maximum: Double
  private var forecast: RowForecast
  private(set) var spent = 0.0
  /// Answers without token counts, and what they count as.
  private var estimated = RowForecast.Unknown()
  /// Calls of which nothing has come back, and what they count as.
  private var lost = RowForecast.Unknown()
  /// The rows that have shown what one costs.
  private var finished = (rows: 0, cost: 0.0, longestPrompt: 0)
  /// What the rows under way may cost, by their indices.
  private var reservations: [Int: Double] = [:]

  /// - Parameters:
  ///   - earlier: what was spent before, row by row.
  ///   - isFinished: whether one of them tells what the next one costs.
  init(
    maximum: Double, _ forecast: RowForecast, earlier: [RowAccount] = [],
    isFinished: (RowAccount) -> Bool = { _ in true }
  ) {
    self.maximum = maximum
    self.forecast = forecast
    for account in earlier where isFinished(account) { self.forecast.learn(from: account) }
    for account in earlier {
      let cost = spend(account)
      if isFinished(account) { finish(account, cost) }
    }
  }

  // MARK: After the calls

  /// Takes in what the calls for a row took.
  mutating func add(_ account: RowAccount) {
    forecast.learn(from: account)
    finish(account, spend(account))
  }

  /// Returns what the row counts as.
  private mutating func spend(_ account: RowAccount) -> Double {
    let (guess, most) = (forecast.estimate(account), forecast.mostLost(account))
    estimated.calls += guess.calls
    estimated.cost += guess.cost
    lost.calls += most.calls
    lost.cost += most.cost
    let cost = account.known + guess.cost + most.cost
    spent += cost
    return cost
  }

  private mutating func finish(_ account: RowAccount, _ cost: Double) {
    finished.rows += 1
    finished.cost += cost
    finished.longestPrompt = max(finished.longestPrompt, account.promptBytes)
  }

  // MARK: Before the calls

  /// Sets aside what a row may cost, if that fits beside what is spent and set aside.
  ///
  /// A forecast may be too low. So no more rows are under way than have shown what one costs, and one to begin with; and
  /// a row much longer than those goes alone.
  mutating func reserve(_ row: Row, index: Int) -> Bool {
    let underWay = reservations.count
    guard underWay == 0 || underWay <= finished.rows && row.promptBytes <= Self.longest(finished.longestPrompt) else {
      return false
    }
    let amount = amount(for: row)
    guard spent + reservations.values.reduce(0, +) + amount <= maximum else { return false }
    reservations[index] = amount
    return true
  }

  /// Gives free what was set aside for a row whose calls are through.
  mutating func release(index: Int) { reservations[index] = nil }

  /// The longest prompt of which rows of so long a prompt tell something.
  private static func longest(_ bytes: Int) -> Int { max(2 * bytes, 2_000) }

  /// What is set aside for a row: what one cost on average, and no less than its own texts can cost.
  private func amount(for row: Row) -> Double {
    max(finished.rows == 0 ? 0 : finished.cost / Double(finished.rows), forecast.most(row))
  }

  // MARK: Sentences

  /// Why the run stopped, and the max_cost with which it finishes.
  ///
  /// - Parameter rows: those that have not been begun.
  func sentence(rowsLeft rows: [Row]) -> String {
    let likely = rows.map(forecast.likely)
    let rest = likely.reduce(0, +)
    let amounts = rows.map(amount)
    let margin = zip(amounts, likely).map { $0 - $1 }.max() ?? 0
    let enough = spent + max(rest * Self.headroom, rest + margin)
    let left = rows.count == 1 ? "1 row is left and costs" : "\(rows.count) rows are left and cost"
    return
      "Stopped at max_cost: \(Dollars.text(spent)) of \(Dollars.text(maximum)) are used up\(unknown). \(left) about "
      + "\(Dollars.text(rest)); the next one may cost \(Dollars.text(amounts.first ?? 0)). Results are kept. To finish, "
      + "set max_cost to \(Dollars.roundedUp(enough)) with runs_update and call runs_generate."
  }

  /// Rows differ, so the figure to finish is a little above what is expected.
  private static let headroom = 1.1

  private var unknown: String {
    let parts = [
      estimated.calls == 0 ? nil : "\(Self.calls(estimated.calls)) without token counts estimated by length",
      lost.calls == 0 ? nil : "\(Self.calls(lost.calls)) of unknown cost counted as long answers",
    ].compactMap(\.self)
    return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
  }

  /// What to say of calls whose cost is not known; nil where there are none.
  var warning: String? {
    let sentences = [
      estimated.calls == 0
        ? nil
        : "For max_cost \(Self.calls(estimated.calls)) without token counts \(estimated.calls == 1 ? "is" : "are") estimated at "
          + "\(Dollars.text(estimated.cost)) by the length of the texts.",
      lost.calls == 0
        ? nil
        : "For max_cost \(Self.calls(lost.calls)) of unknown cost \(lost.calls == 1 ? "counts as a long answer" : "count as long answers"), "
          + "\(Dollars.text(lost.cost)).",
    ].compactMap(\.self)
    guard !sentences.isEmpty else { return nil }
    let whole = "So the run has spent about \(Dollars.text(spent)) of \(Dollars.text(maximum))."
    return (sentences + [whole]).joined(separator: " ")
  }

  private static func calls(_ count: Int) -> String { count == 1 ? "1 call" : "\(count) calls" }
}
