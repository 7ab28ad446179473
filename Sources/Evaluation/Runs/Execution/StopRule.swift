import Store

/// Ends a run once the comparison with another one is decided.
///
/// Rows count in a random order that was fixed before the first call. A row that was answered quickly waits for the
/// rows before it: counting rows as they arrive would count those with quick answers first.
struct StopRule: Sendable {
  /// The rows that the other run scored, in groups, in their order.
  private let groups: [[Int]]
  /// The same rows without groups.
  private let rows: [Int]
  private let places: [Int: Int]
  /// The scores of the other run, by row.
  private let baseline: [Int: Double]
  private let required: Double
  private var test: SequentialTest
  /// The scores of the rows that will not change; nil for one without a score.
  private var settled: [Int: Double?] = [:]
  /// The number of groups that count.
  private var count = 0
  /// The number of rows before the first one that is not settled.
  private var settledRows = 0
  /// The decision; nil while the evidence does not suffice.
  private(set) var decision: Decision?

  struct Decision: Sendable, Equatable {
    let verdict: StopRecord.Decision
    let evidence: Double
    let required: Double
    /// The rows that counted, in their order.
    let rows: [Int]
  }

  /// - Parameters:
  ///   - rows: the rows that the other run scored, in their order; rows of a group follow one another.
  ///   - group: the group of a row.
  ///   - baseline: the scores of the other run.
  ///   - required: the evidence that decides.
  init(
    rows: [Int], group: (Int) -> Int, baseline: [Int: Double], scale: ScoreScale, required: Double
  ) {
    var groups: [[Int]] = []
    var last: Int?
    for row in rows {
      if last != group(row) { groups.append([]) }
      groups[groups.count - 1].append(row)
      last = group(row)
    }
    self.groups = groups
    self.rows = rows
    places = Dictionary(uniqueKeysWithValues: zip(rows, 0...))
    self.baseline = baseline
    self.required = required
    test = SequentialTest(scale: scale, required: required)
  }

  /// Whether a row is so far ahead of the first one without a result that it should wait.
  ///
  /// Otherwise one slow row would let many be asked that a decision saves. The limit makes a run wait for a slow row
  /// rather than pay for calls that do not count.
  func isTooFarAhead(row: Int, concurrency: Int) -> Bool {
    places[row].map { $0 >= settledRows + concurrency } ?? (settledRows < rows.count)
  }

  /// Records the result of a row.
  ///
  /// - Parameter score: nil for a row that failed or has no score.
  mutating func settle(row: Int, score: Double?) {
    guard decision == nil, baseline[row] != nil else { return }
    settled.updateValue(score, forKey: row)
    while settledRows < rows.count, settled.keys.contains(rows[settledRows]) { settledRows += 1 }
    while decision == nil, count < groups.count, groups[count].allSatisfy({ settled.keys.contains($0) }) {
      test.add(groups[count].map { (baseline[$0], settled[$0] ?? nil) })
      count += 1
      decision = test.decision.map { verdict in
        Decision(
          verdict: verdict == .better ? .better : .worse, evidence: test.value, required: required,
          rows: Array(groups.prefix(count).joined()))
      }
    }
  }
}
