import Evaluation
import JSONCoding
import Store

/// The reviews that a new wording of a metric invalidates.
struct OutdatedReviews {
  /// A run whose reviews by the metric no longer count.
  private struct Run {
    let record: RunRecord
    let count: Int
    /// The cost of new reviews in US dollars; nil if unknown.
    let cost: Double?
    let losesScore: Bool
  }

  /// The largest number of runs named in the note.
  private static let namedRuns = 5

  private let runs: [Run]
  private let isCheck: Bool

  /// What the store says of the runs with a metric at one moment; their reviews are counted outside the store.
  struct Material: Sendable {
    fileprivate let isCheck: Bool
    /// The runs, the oldest first.
    fileprivate let runs: [(record: RunRecord, figures: RunFigures)]

    init(_ tables: Tables, metric: Int) {
      isCheck = tables.metrics[metric]?.check != nil
      runs = tables.runs.newestFirst.reversed().filter { $0.metricIDs.contains(metric) }.map { run in
        (run, tables.figures(of: run))
      }
    }
  }

  /// - Parameters:
  ///   - old: the runs before the change of the metric.
  ///   - new: the same runs after it.
  init(from old: Material, to new: Material) {
    let isCheck = new.isCheck
    self.isCheck = isCheck
    runs = zip(old.runs, new.runs).compactMap { before, after in
      let (run, figures) = after
      func missing(_ scoring: RunScoring) -> Int {
        isCheck
          ? figures.entries.reduce(0) { $0 + scoring.uncheckedMetrics(of: $1).count }
          : scoring.reviewCounts(of: figures.entries).missing
      }
      let count = missing(figures.scoring) - missing(before.figures.scoring)
      guard count > 0 else { return nil }
      return Run(
        record: run, count: count, cost: isCheck ? 0 : figures.meanReviewCost.map { $0 * Double(count) },
        losesScore: isCheck ? run.scoring.scorer.isChecked : run.scoring.scorer.isJudged)
    }
  }

  /// Adds the effect on runs to the metric's result.
  func add(to object: inout JSONObject) {
    guard !runs.isEmpty else { return }
    object["outdated_run_ids"] = .array(runs.map { .int($0.record.id) })
    let count = runs.reduce(0) { $0 + $1.count }
    let named = runs.prefix(Self.namedRuns).map { "\($0.record.id) \"\($0.record.name)\"" }.joined(separator: ", ")
    let more = runs.count > Self.namedRuns ? " and \(runs.count - Self.namedRuns) more" : ""
    let scored = runs.count(where: \.losesScore)
    let loss =
      scored == 0
      ? ""
      : scored == runs.count
        ? " The rows have no score until they are reviewed again."
        : " The rows of \(scored) of the runs have no score until they are reviewed again."
    let costs = runs.map(\.cost)
    let ids = runs.prefix(Self.namedRuns).map(\.record.id)
    let remedy =
      isCheck
      ? MissingReviews.checkRemedy(runs: ids)
      : MissingReviews.remedy(
        runs: ids,
        cost: runs.count > Self.namedRuns || costs.contains(nil) ? nil : costs.compactMap(\.self).reduce(0, +))
    object["note"] = .string(
      "The new wording outdates \(count == 1 ? "1 review" : "\(count) reviews") of run\(runs.count == 1 ? "" : "s") "
        + "\(Clipping.clip(named, to: 400))\(more): they are kept and count no more.\(loss) \(remedy)")
  }
}
