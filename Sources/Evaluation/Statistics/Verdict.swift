/// One sentence that says whether a difference between two runs is real.
package enum Verdict {
  /// The sentence on a comparison.
  ///
  /// A difference counts as real below 5 % divided by the number of comparisons made at once (Bonferroni's correction),
  /// and only if the interval agrees.
  /// - Parameters:
  ///   - baseline: what to call the first run.
  ///   - candidate: what to call the second.
  ///   - comparisons: how many runs are compared with the baseline.
  package static func sentence(
    _ comparison: PairedComparison, baseline: String, candidate: String, comparisons: Int = 1
  ) -> String {
    guard let mean = comparison.meanDifference, let p = comparison.pValue else {
      return "\(candidate) and \(baseline) have no row with a score in both, so they cannot be compared."
    }
    let rows = comparison.pairs == 1 ? "1 row" : "\(comparison.pairs) rows"
    if comparison.wins + comparison.losses == 0 {
      return "\(candidate) and \(baseline) have the same score on \(comparison.pairs == 1 ? rows : "all \(rows)")."
    }
    let threshold = 0.05 / Double(max(comparisons, 1))
    let figures = figures(comparison, mean, p, rows, threshold: comparisons > 1 ? threshold : nil)
    let differing = comparison.wins + comparison.losses
    if p >= threshold {
      let tooFew =
        lowestPValue(differing) >= threshold
        ? " Only \(differing) of them differ, too few to show anything: use more rows." : ""
      return
        "No real difference between \(candidate) and \(baseline): what there is can be chance (\(figures)).\(tooFew)"
    }
    guard let interval = comparison.interval, !interval.contains(0) else {
      return "\(candidate) may be \(mean > 0 ? "better" : "worse") than \(baseline), but barely: test and interval "
        + "disagree (\(figures)). Use more rows."
    }
    return
      "\(candidate) is \(mean > 0 ? "better" : "worse") than \(baseline), and chance does not explain it (\(figures))."
  }

  /// The smallest p-value that both tests can give when so many pairs differ.
  private static func lowestPValue(_ differing: Int) -> Double {
    differing < 60 ? 2 / Double(1 << differing) : 0
  }

  private static func figures(
    _ comparison: PairedComparison, _ mean: Double, _ p: Double, _ rows: String, threshold: Double?
  ) -> String {
    var parts = ["mean difference \(signed(mean))"]
    if let interval = comparison.interval {
      parts.append("95 % interval \(signed(interval.lowerBound)) to \(signed(interval.upperBound))")
    }
    let limit = threshold.map { ", threshold \(rounded($0)) for several comparisons" } ?? ""
    parts.append((p < 0.001 ? "p < 0.001" : "p = \(rounded(p))") + limit)
    parts.append(rows)
    return parts.joined(separator: ", ")
  }

  private static func signed(_ value: Double) -> String {
    let text = rounded(value)
    return value > 0 && text != "0" ? "+\(text)" : text
  }

  /// Three decimals at most.
  private static func rounded(_ value: Double) -> String {
    let thousandths = (value * 1000).rounded()
    return thousandths == 0 ? "0" : trimmedZero("\(thousandths / 1000)")
  }

  private static func trimmedZero(_ text: String) -> String { text.hasSuffix(".0") ? String(text.dropLast(2)) : text }
}
