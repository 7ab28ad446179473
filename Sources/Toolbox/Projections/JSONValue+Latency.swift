import Evaluation
import JSONCoding

extension JSONValue {
  /// The median and the 95th percentile of latencies in milliseconds.
  static func latency(_ median: Double?, _ high: Double?) -> JSONValue {
    ["p50_ms": .optional(median?.rounded(toPlaces: 1)), "p95_ms": .optional(high?.rounded(toPlaces: 1))]
  }
}
