/// Two judges of a metric beside the same verdicts of people.
package struct JudgePair: Sendable {
  /// The scores of one response by a person and by the judges that have scored it.
  struct Row: Sendable {
    let human: Double
    /// By the judges' names.
    let judges: [String: Double]
    let group: Int
  }

  package let first: String
  package let second: String
  /// The number of responses that both judges and a person have scored.
  package let count: Int
  /// How each agrees with people on these responses; nil for fewer than ``Agreement/fewest`` pieces of evidence.
  package let agreements: [Agreement?]
  /// How much further from people the second judge is on average, in score points.
  package let difference: Double
  /// The interval of the difference, at ``level``.
  package let interval: ClosedRange<Double>
  /// 0.95, or more where several pairs share the 5 % of false alarms.
  package let level: Double
  /// Whether the responses are too few pieces of evidence to say which judge is closer.
  package let isTooFew: Bool

  /// Nil for judges that have scored no response in common.
  private init?(_ first: String, _ second: String, _ rows: [Row], level: Double) {
    let common = rows.filter { $0.judges[first] != nil && $0.judges[second] != nil }
    let errors = common.map { row in
      PairedComparison.Row(
        baseline: abs((row.judges[first] ?? 0) - row.human), candidate: abs((row.judges[second] ?? 0) - row.human),
        group: row.group)
    }
    let differences = PairedDifferences(errors, scale: .bounded(0...4))
    guard let mean = differences.mean else { return nil }
    self.first = first
    self.second = second
    count = common.count
    agreements = [first, second].map { judge in
      .ofEnough(common.map { Agreement.Pair(human: $0.human, judge: $0.judges[judge] ?? 0, group: $0.group) })
    }
    difference = mean
    interval = PairedInterval(differences.values, scale: differences.scale).interval(level: level)
    self.level = level
    isTooFew = differences.values.count < Agreement.fewest
  }

  /// Every two judges that have scored responses in common, in the order of their names.
  static func all(of rows: [Row]) -> [JudgePair] {
    let names = Set(rows.flatMap(\.judges.keys)).sorted()
    let pairs = names.indices.flatMap { index in
      names[(index + 1)...].map { (names[index], $0) }.filter { first, second in
        rows.contains { $0.judges[first] != nil && $0.judges[second] != nil }
      }
    }
    let level = MultipleTests.level(comparisons: pairs.count, drafts: 1)
    return pairs.compactMap { JudgePair($0, $1, rows, level: level) }
  }

  /// Which of the two people can trust more.
  package var sentence: String {
    let text = VerdictSentence.rounded
    func points(_ value: Double) -> String { "\(text(value)) \(text(value) == "1" ? "point" : "points")" }
    let range = "\(text(interval.lowerBound)) to \(text(interval.upperBound))"
    let rows = "\(count) \(count == 1 ? "response" : "responses") that both have scored"
    if isTooFew {
      return
        "\(rows.prefix(1).uppercased())\(rows.dropFirst()): too few to say whether \(first) or \(second) is closer to "
        + "people, which takes \(Agreement.fewest) of different rows."
    }
    let level = VerdictSentence.percent(level)
    guard !interval.contains(0) else {
      return
        "On \(rows), it is not shown that \(first) or \(second) is closer to people (\(second) is \(points(difference)) "
        + "further, \(level) interval \(range))."
    }
    let (closer, further) = difference > 0 ? (first, second) : (second, first)
    return
      "On \(rows), \(closer) is \(points(abs(difference))) closer to people than \(further) (\(level) interval of "
      + "the difference \(range))."
  }
}
