import Evaluation

extension ComparisonDocument {
  /// The difference of each metric, a line for each metric of each comparison.
  var metricDifferences: ReportBlock? {
    ReportBlock(
      "Difference by metric",
      ReportTable(
        ["metric", "baseline", "candidate", "difference", "interval", "level", "won", "lost"],
        comparisons.flatMap { comparison in
          comparison.metrics.map { metric in
            [
              comparisons.count > 1 ? "\(metric.name): \(name(comparison))" : metric.name,
              Self.text(metric.comparison.means?.baseline), Self.text(metric.comparison.means?.candidate),
              metric.comparison.meanDifference.map(Self.signed) ?? ReportTable.unknown,
              metric.interval.map { "\(Self.signed($0.lowerBound)) to \(Self.signed($0.upperBound))" }
                ?? ReportTable.unknown,
              "\(metric.comparison.level.rounded(toPlaces: 4))", "\(metric.wins)", "\(metric.losses)",
            ]
          }
        }))
  }

  private static func text(_ value: Double?) -> String { value.map(ScoreEstimate.text) ?? ReportTable.unknown }
}
