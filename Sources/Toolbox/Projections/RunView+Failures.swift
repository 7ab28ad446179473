import Evaluation
import Store

extension RunView {
  /// The largest number of failures that are read for their reasons.
  static let failuresRead = 100

  /// One sentence on the failed rows and reviews and their reasons, the commonest first.
  func failureSummary(_ statistics: RunStatistics) throws -> String? {
    let rows = try Self.summary(
      statistics.failed == 0 ? [] : entries.filter { $0.status == .failed }, statistics.failed, of: entries.count,
      run.repeats > 1 ? "answers" : "rows"
    ) { [$0.error ?? ""] }
    let failed = statistics.reviewsFailed + statistics.checksFailed
    let metrics = failed == 0 ? [] : scoring.allMetrics
    let unjudged =
      metrics.isEmpty
      ? []
      : entries.filter { entry in
        entry.status != .failed
          && metrics.contains { scoring.review(of: entry, by: $0)?.isFailed ?? false }
      }
    let reviews = try Self.summary(
      unjudged, failed, of: failed + statistics.reviewsCompleted + statistics.checksCompleted, "reviews"
    ) { response in scoring.reviews(of: response).filter { $0.status == .failed }.map { $0.error ?? "" } }
    let parts = [rows, reviews].compactMap { $0 }
    guard let last = parts.last else { return nil }
    return (parts.dropLast().map(\.asSentence) + [last]).joined(separator: " ")
  }

  private static func summary(
    _ failed: [ResponseEntry], _ count: Int, of total: Int, _ what: String,
    reasonsOf: (ResponseRecord) -> [String]
  ) throws -> String? {
    if failed.isEmpty { return nil }
    var reasons: [String: Int] = [:]
    for entry in failed.prefix(failuresRead) {
      for reason in reasonsOf(try entry.decoded()) { reasons[reason, default: 0] += 1 }
    }
    let commonest = reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3)
    let texts = commonest.map { "\(Clipping.clip($0.key, to: 300))\($0.value > 1 ? " (\($0.value) times)" : "")" }
    let read = failed.count > failuresRead ? " (of the first \(failuresRead))" : ""
    return "\(count) of \(total) \(what) failed\(read): \(texts.joined(separator: " / "))"
  }
}
