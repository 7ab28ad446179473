import Evaluation
import JSONCoding

extension [MetricDifference] {
  /// An object for each metric: `{name, baseline, candidate, difference, interval, won, lost}`, the means and the
  /// difference on the metric's own scale, the counts in rows.
  var json: JSONValue {
    .array(
      map { metric in
        let means = metric.comparison.means
        return .object([
          "name": .string(metric.name), "baseline": Self.number(means?.baseline),
          "candidate": Self.number(means?.candidate), "difference": Self.number(metric.comparison.meanDifference),
          "interval": metric.interval.map { $0.json(places: 4) } ?? .null, "won": .int(metric.wins),
          "lost": .int(metric.losses),
        ])
      })
  }

  private static func number(_ value: Double?) -> JSONValue { .optional(value?.rounded(toPlaces: 4)) }
}
