/// The differences between two runs, candidate minus baseline, one for each group of rows.
///
/// The interval, evidence, p-value, verdict, required rows and counts all follow from these differences alone.
package struct PairedDifferences: Sendable {
  /// The mean difference of each group; a row without companions is a group of its own.
  ///
  /// A group of forty rows counts no more than a single row, because what its rows share is seen only once.
  package let values: [Double]
  /// The difference of each row with a score in both runs.
  package let rows: [Double]
  /// The scale of ``values``.
  package let scale: ScoreScale

  /// A difference that comes from rounding is none: it would be a row won or lost.
  ///
  /// - Parameter rows: rows without a score in either run are left out.
  init(_ rows: [PairedComparison.Row], scale: ScoreScale) {
    var groups: [(sum: Double, count: Double)] = []
    var places: [Int: Int] = [:]
    var differences: [Double] = []
    for row in rows {
      guard let baseline = row.baseline, let candidate = row.candidate else { continue }
      let difference = candidate.isNearly(baseline, ofSize: scale.range) ? 0 : candidate - baseline
      differences.append(difference)
      if let place = places[row.group] {
        groups[place].sum += difference
        groups[place].count += 1
      } else {
        places[row.group] = groups.count
        groups.append((difference, 1))
      }
    }
    self.rows = differences
    values = groups.map { ($0.sum / $0.count).isNearly(0, ofSize: scale.range) ? 0 : $0.sum / $0.count }
    // The mean of several zeros and ones can be any number between them. Groups whose rows agree are zeros and ones again.
    let agree = values.allSatisfy { [-1, 0, 1].contains($0) }
    self.scale = scale == .binary && values.count < differences.count && !agree ? .bounded(0...1) : scale
  }

  /// Whether some rows share a group.
  package var isGrouped: Bool { values.count < rows.count }

  package var wins: Int { values.count { $0 > 0 } }
  package var losses: Int { values.count { $0 < 0 } }

  /// The mean difference; nil without any.
  package var mean: Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }

  /// Whether the mean is 0, apart from rounding.
  var isMeanZero: Bool { mean?.isNearly(0, ofSize: scale.range) ?? true }

  /// The mean of all rows, in which a group counts once for each of its rows.
  var meanOfRows: Double? { rows.isEmpty ? nil : rows.reduce(0, +) / Double(rows.count) }

  /// The standard deviation; 0 for fewer than two differences.
  var deviation: Double {
    guard let mean, values.count > 1 else { return 0 }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }

  /// Evidence that is valid after every group.
  package var evidence: Double { Evidence.of(values, range: scale.range) }

  package var test: PairedComparison.Test { scale == .binary ? .mcNemar : .permutation }

  /// Two-sided; nil without differences.
  package var pValue: Double? {
    if values.isEmpty { return nil }
    return scale == .binary ? Statistics.mcNemar(wins: wins, losses: losses) : Statistics.permutationTest(values)
  }

  /// Whether the exact test shows a difference at this rate of false alarms.
  func isSignificant(at share: Double) -> Bool {
    // A p-value from drawn signs cannot fall below that of a single draw.
    let least = scale == .binary ? 0 : Statistics.leastPermutationPValue(values)
    return (pValue ?? 1) <= max(share, least) + 1e-12
  }

  /// The smallest mean that this many differences detect with a probability of 80 %; nil if they are all equal or too
  /// few.
  ///
  /// What the mean itself adds to the spread is left out, because the difference to be shown adds its own: won and lost
  /// rows are chance as far as they cancel.
  func smallestVisible(level: Double) -> Double? {
    guard deviation > 0, let mean else { return nil }
    let differing = values.filter { $0 != 0 }
    if scale == .binary {
      return SampleSize.smallestGain(
        rows: values.count, differing: Double(2 * min(wins, losses)) / Double(values.count), level: level)
    }
    let size = differing.reduce(0) { $0 + abs($1) } / Double(max(differing.count, 1))
    let byChance = deviation * deviation - abs(mean) * max(size - abs(mean), 0)
    return SampleSize.smallestDifference(
      rows: values.count, deviation: max(byChance, 0).squareRoot(), size: size, range: scale.range, level: level)
  }

  /// This many differences in the same proportions, as near as whole numbers allow.
  func inSameShares(_ count: Int) -> PairedDifferences {
    let sorted = values.sorted()
    return PairedDifferences(
      values: (0..<count).map { sorted[(2 * $0 + 1) * sorted.count / (2 * count)] }, scale: scale)
  }

  init(values: [Double], scale: ScoreScale) {
    (self.values, self.scale) = (values, scale)
    rows = values
  }
}
