import Store

/// The most that a run may cost, and what it has cost so far, in US dollars.
struct RunBudget: Sendable, Equatable {
  private let maximum: Double
  /// What a row was expected to cost before the first call.
  private let expectedRowCost: Double
  /// The most that a row can cost: what one counts whose cost is not known.
  private let mostRowCost: Double
  private(set) var spent = 0.0
  /// Calls that count as the most that they can cost.
  private var unknownCalls = 0
  /// The rows whose mean tells what the next one costs.
  private var measuredRows = 0
  private var measuredCost = 0.0

  /// - Parameters:
  ///   - earlier: what was spent before, row by row.
  ///   - measured: those of them that tell what the next one costs.
  init(
    maximum: Double, earlier: [RowCost] = [], measured: [RowCost] = [], expectedRowCost: Double, mostRowCost: Double
  ) {
    self.maximum = maximum
    self.expectedRowCost = expectedRowCost
    self.mostRowCost = max(mostRowCost, expectedRowCost)
    for row in earlier { spend(row) }
    for row in measured { measure(row) }
  }

  /// Takes in what the calls for a row cost.
  mutating func add(_ row: RowCost) {
    spend(row)
    measure(row)
  }

  private mutating func spend(_ row: RowCost) {
    spent += row.most(each: mostRowCost)
    unknownCalls += row.unknownCalls
  }

  private mutating func measure(_ row: RowCost) {
    measuredCost += row.most(each: mostRowCost)
    measuredRows += 1
  }

  /// What the next row will probably cost: the mean so far.
  private var rowCost: Double { measuredRows == 0 ? expectedRowCost : measuredCost / Double(measuredRows) }

  /// Whether another row fits beside those under way.
  ///
  /// An estimate may be far too low, so no more rows are under way than have shown what one costs, and one to begin with.
  func allowsAnother(underWay: Int) -> Bool {
    underWay <= measuredRows && spent + rowCost * Double(underWay + 1) <= maximum
  }

  /// Why the run stopped, and the max_cost with which it finishes.
  ///
  /// - Parameter rowsLeft: how many rows have not been begun.
  func sentence(rowsLeft: Int) -> String {
    let unknown =
      unknownCalls == 0
      ? ""
      : " (\(unknownCalls == 1 ? "1 call" : "\(unknownCalls) calls") of unknown cost counted at the most it can be)"
    let isMeasured = measuredRows > 0
    let rows =
      rowsLeft == 1
      ? "1 row is left and \(isMeasured ? "costs" : "is expected to cost")"
      : "\(rowsLeft) rows are left and \(isMeasured ? "cost" : "are expected to cost")"
    let each = rowsLeft == 1 ? "" : " each"
    return "Stopped at max_cost: \(Dollars.text(spent)) of \(Dollars.text(maximum)) are spent\(unknown). \(rows) about "
      + "\(Dollars.text(rowCost))\(each). Results are kept. To finish, set max_cost to "
      + "\(Dollars.roundedUp(spent + rowCost * Double(rowsLeft) * Self.headroom)) with runs_update and call "
      + "runs_generate."
  }

  /// Rows differ, so the figure to finish is a little above the mean of those so far.
  private static let headroom = 1.1
}

/// What the calls for a row cost.
struct RowCost: Sendable, Equatable {
  /// US dollars of the calls whose cost is known.
  var known: Double
  /// Calls whose cost is not known.
  var unknownCalls: Int

  static let nothing = RowCost(known: 0, unknownCalls: 0)

  init(known: Double, unknownCalls: Int) {
    self.known = known
    self.unknownCalls = unknownCalls
  }

  /// What a response has cost so far.
  init(_ entry: ResponseEntry) {
    self.init(known: entry.knownCost, unknownCalls: entry.cost == nil ? max(Int(entry.uncountedCalls), 1) : 0)
  }

  /// US dollars, where a call whose cost is not known counts as the most that it can be.
  func most(each limit: Double) -> Double { known + Double(unknownCalls) * limit }
}
