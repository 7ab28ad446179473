package import Store

/// How far the judges of a metric can be trusted, by people's verdicts in all runs.
package struct MetricTrust: Sendable {
  /// The values read from the store at one moment; everything else is computed outside the store.
  package struct Source: Sendable {
    fileprivate let metricID: Int
    /// The verdicts by the metric's current wording, each with its response.
    fileprivate var verdicts: [(verdict: VerdictRecord, response: ResponseEntry)] = []
    fileprivate var outdated = 0
    /// The dataset of each run.
    fileprivate var datasets: [Int: Int] = [:]
    /// The responses of each run.
    fileprivate var runs: [Int: [ResponseEntry]] = [:]

    package init(_ metric: MetricRecord, in tables: Tables) throws(EvaluationError) {
      metricID = metric.id
      var targets: [Int: VerdictTarget] = [:]
      for verdict in tables.verdicts.newestFirst.reversed() where verdict.metricID == metric.id {
        guard let run = tables.runs[verdict.runID],
          let response = tables.responses.entry(verdict.responseID, ofRun: run.id)
        else { continue }
        if targets[run.id] == nil {
          targets[run.id] = try tables.verdictTarget(of: run, metricID: metric.id).target
        }
        guard targets[run.id]?.matches(verdict) == true else {
          outdated += 1
          continue
        }
        verdicts.append((verdict, response))
        datasets[run.id] = run.datasetID
        if runs[run.id] == nil { runs[run.id] = tables.responses.entries(ofRun: run.id) }
      }
    }
  }

  /// The agreement of one judge with people.
  package struct ByJudge: Sendable {
    /// Nil for a check.
    package let judgeModel: String?
    /// The number of responses that both have scored.
    package let count: Int
    /// Nil for fewer than ``Agreement/fewest`` pieces of evidence.
    package let agreement: Agreement?
    /// The same in each run, if there are several.
    package let runs: [ByRun]

    fileprivate init(_ judge: String, _ pairs: [(run: Int, pair: Agreement.Pair)]) {
      judgeModel = judge.isEmpty ? nil : judge
      count = pairs.count
      agreement = .ofEnough(pairs.map(\.pair))
      let byRun = Dictionary(grouping: pairs, by: \.run).sorted { $0.key < $1.key }
      runs =
        byRun.count < 2
        ? []
        : byRun.map { run, pairs in
          ByRun(runID: run, count: pairs.count, agreement: .ofEnough(pairs.map(\.pair)))
        }
    }

    /// Whether it is more generous in one run than in another, so that the figures of all runs say nothing of either.
    package var differsBetweenRuns: Bool {
      let intervals = runs.compactMap(\.agreement?.biasInterval)
      return intervals.contains { one in intervals.contains { !$0.overlaps(one) } }
    }
  }

  /// The agreement of one judge with people in one run.
  package struct ByRun: Sendable {
    package let runID: Int
    package let count: Int
    package let agreement: Agreement?
  }

  package let verdicts: Int
  /// How many of them are on rows drawn at random.
  package let drawn: Int
  /// The number of verdicts by another wording, which do not count.
  package let outdated: Int
  /// By the judges' names.
  package let judges: [ByJudge]
  /// Every two judges beside the same verdicts.
  package let pairs: [JudgePair]

  package init(_ source: Source) throws(StoreError) {
    verdicts = source.verdicts.count
    outdated = source.outdated
    drawn = source.runs.values.reduce(0) { $0 + Self.drawn($1, source) }
    struct Row: Hashable {
      let dataset: Int
      let row: Int
    }
    var groups: [Row: Int] = [:]
    var pairs: [String: [(run: Int, pair: Agreement.Pair)]] = [:]
    var rows: [JudgePair.Row] = []
    for (verdict, entry) in source.verdicts {
      let row = Row(dataset: source.datasets[verdict.runID] ?? -verdict.runID, row: entry.rowIndex)
      let group = groups[row] ?? groups.count
      groups[row] = group
      // The newest review by each judge.
      var scores: [String: Double] = [:]
      for review in try entry.decoded().reviews
      where review.metricID == source.metricID && review.fingerprint == verdict.fingerprint {
        if let score = review.score { scores[review.judgeModel ?? ""] = score }
      }
      rows.append(JudgePair.Row(human: verdict.value, judges: scores.filter { !$0.key.isEmpty }, group: group))
      for (judge, score) in scores {
        pairs[judge, default: []].append(
          (verdict.runID, Agreement.Pair(human: verdict.value, judge: score, group: group)))
      }
    }
    self.pairs = JudgePair.all(of: rows)
    judges = pairs.sorted { $0.key < $1.key }.map { ByJudge($0.key, $0.value) }
  }

  /// How many responses of a run with verdicts were drawn at random.
  private static func drawn(_ entries: [ResponseEntry], _ source: Source) -> Int {
    let rated = Set(source.verdicts.map(\.response.id))
    return DrawOrder.drawn(
      entries.sorted { DrawOrder.precedes($0.key, $1.key) },
      isScored: { entry in entry.reviews.contains { $0.metricID == source.metricID && $0.score != nil } },
      isRated: { rated.contains($0.id) }
    ).count
  }
}
