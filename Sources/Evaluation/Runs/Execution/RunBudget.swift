/// The most that a run may cost, and what it has cost so far, in US dollars.
struct RunBudget: Sendable, Equatable {
  private let maximum: Double
  /// What a row was expected to cost before the first call.
  private let expectedRowCost: Double
  /// The most that a row can cost: what one counts whose cost is not known.
  private let mostRowCost: Double
  private(set) var spent: Double
  private var rows = 0
  private var rowsCost = 0.0

  init(maximum: Double, spent: Double, expectedRowCost: Double, mostRowCost: Double) {
    self.maximum = maximum
    self.spent = spent
    self.expectedRowCost = expectedRowCost
    self.mostRowCost = max(mostRowCost, expectedRowCost)
  }

  /// Takes in what the calls for a row cost.
  mutating func add(_ cost: RowCost) {
    let cost = cost.most(each: mostRowCost)
    spent += cost
    rowsCost += cost
    rows += 1
  }

  /// What the next row will probably cost: the mean so far.
  private var rowCost: Double { rows == 0 ? expectedRowCost : rowsCost / Double(rows) }

  /// Whether another row fits beside those under way.
  ///
  /// An estimate may be far too low, so no more rows are under way than have shown what one costs, and one to begin with.
  func allowsAnother(underWay: Int) -> Bool {
    underWay <= rows && spent + rowCost * Double(underWay + 1) <= maximum
  }

  var sentence: String {
    "Stopped at max_cost: \(Self.dollars(spent)) of \(Self.dollars(maximum)) are spent and a row costs about "
      + "\(Self.dollars(rowCost)). Results are kept; raise max_cost with runs_update, then runs_generate goes on."
  }

  static func dollars(_ value: Double) -> String { "$\(value.rounded(toDigits: 6))" }
}

/// What the calls for a row cost.
struct RowCost: Sendable, Equatable {
  /// US dollars of the calls whose cost is known.
  var known: Double
  /// Calls whose cost is not known.
  var unknownCalls: Int

  static let nothing = RowCost(known: 0, unknownCalls: 0)

  /// US dollars, where a call whose cost is not known counts as the most that it can be.
  func most(each limit: Double) -> Double { known + Double(unknownCalls) * limit }
}
