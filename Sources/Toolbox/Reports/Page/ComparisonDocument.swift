import Evaluation
import JSONCoding
import Store

/// The report of a comparison as data.
struct ComparisonDocument {
  let sides: [ComparedRun]
  let views: [RunView]
  let comparisons: [RunComparison]
  /// The figures of each comparison as `runs_compare` gives them.
  let statistics: [JSONObject]
  private let frontier: Frontier?
  /// The changed rows of each comparison.
  private let changes: [ChangedRows]
  private let warnings: [String]
  private let confusions: [Confusion?]
  let trust: [[JudgeTrust]]
  /// The judges of each run that are not trusted.
  private let findings: [JudgeFindings]

  init(
    sides: [ComparedRun], views: [RunView], comparisons: [RunComparison], dataset: DatasetRecord?
  ) throws {
    self.sides = sides
    self.views = views
    self.comparisons = comparisons
    statistics = ComparisonProjection.statistics(comparisons).compactMap(\.objectValue)
    frontier = try dataset.map { try Frontier(sides.reversed(), of: $0) }
    let limit = comparisons.count > 1 ? 4 : 8
    changes = try comparisons.map { try ChangedRows($0, limit: limit) }
    confusions = try views.map { try $0.confusion }
    let answers = try zip(sides, views).map { side, view in try view.answerFindings(side: side) }
    trust = answers.map(\.trust)
    findings = try zip(views, answers).map { view, answers in try JudgeFindings(view, answers.trust) }
    let found = try Self.warnings(of: zip(views, answers))
    let others = Set(comparisons.flatMap(\.warnings)).filter { warning in !found.contains { $0.hasSuffix(warning) } }
    warnings = found + others.sorted()
  }

  /// The warnings of all runs; one that several runs have names them all.
  private static func warnings(
    of views: some Sequence<(RunView, RunView.AnswerFindings)>
  ) throws -> [String] {
    var found: [(sentence: String, runs: [Int])] = []
    for (view, answers) in views {
      let statistics = view.statistics
      let sentences = try view.warnings(statistics, answers)
      for sentence in try sentences + [view.failureSummary(statistics)].compactMap(\.self) {
        if let known = found.firstIndex(where: { $0.sentence == sentence }) {
          found[known].runs.append(view.run.id)
        } else {
          found.append((sentence, [view.run.id]))
        }
      }
    }
    return found.map { sentence, runs in
      "\(runs.count == 1 ? "Run" : "Runs") \(runs.map(String.init).joined(separator: ", ")): \(sentence)"
    }
  }

  var document: ReportDocument {
    ReportDocument(
      kind: "Comparison", title: title, subtitle: subtitle,
      findings: comparisons.map { .init(word: $0.verdict.rawValue, sentence: $0.sentence) }
        + comparisons.flatMap(\.pairwise).map { .init(word: $0.word, sentence: $0.sentence) }, warnings: warnings,
      sections: [
        .init("Differences", note: differenceNote, [differences, metricDifferences, outcomes, figures]),
        .init("Scores of each run", note: scaleNote, [means, distribution]),
        .init("Cost against score", note: frontierNote, [costs]),
        .init("What changed in the prompt", differing),
        .init("Changed rows", note: changeNote, zip(comparisons, changes).map { $1.block(titled: name($0)) }),
        .init(
          "Answers by expected value",
          zip(sides, confusions).flatMap { side, confusion in confusion?.blocks(titled: title(side)) ?? [] }),
        .init("Repeated answers", repeats),
        .init(
          "Judge trust",
          zip(sides, trust).flatMap { side, trust in trust.blocks(titled: title(side), bounds: scale?.bounds) }),
        .init("What was run", [runs]),
      ],
      scoresTold: changes.flatMap(\.responseIDs))
  }

  // MARK: Names

  private var title: String {
    "\(sides.dropFirst().map(\.run.name).joined(separator: ", ")) against \(sides[0].run.name)"
  }

  func title(_ side: ComparedRun) -> String { "Run \(side.run.id) \"\(side.run.name)\"" }

  func name(_ comparison: RunComparison) -> String {
    "\(comparison.candidate.run.name) against \(comparison.baseline.run.name)"
  }

  private var subtitle: String {
    sides.enumerated().map { index, side in
      "\(index == 0 ? "baseline " : "")run \(side.run.id), \(side.run.shownPrompt), \(side.model)"
    }.joined(separator: " · ")
  }

  // MARK: Differences

  private var differenceNote: String? {
    let scores = comparisons.compactMap(\.scores)
    if scores.isEmpty { return nil }
    let decider =
      scores.allSatisfy { $0.interval == nil }
      ? "The evidence decides." : "The interval decides, at the level that is given."
    let evidence =
      scores.contains(where: \.hasStopRule)
      ? " Where a run was to stop early (stop_against), the evidence decides between better and worse." : ""
    let metrics = comparisons.map(\.metrics.count).max() ?? 0
    let correction =
      metrics == 0 ? "" : " The intervals of \(metrics) metrics share the 5 % of false alarms equally (Bonferroni)."
    return "The difference of each row's scores, against the baseline. \(decider)\(evidence)\(correction)"
  }

  private var differences: ReportBlock? {
    .intervals(
      "Mean difference from the baseline", axis: "difference in score points", bounds: nil, interval: "interval",
      counted: "rows in both", hasZero: true,
      comparisons.flatMap { comparison -> [ReportBlock.Estimate] in
        guard let scores = comparison.scores, !scores.areIdentical, let mean = scores.meanDifference else { return [] }
        func point(
          _ note: String, _ mean: Double, _ interval: ClosedRange<Double>?, _ word: Verdict, count: Int
        ) -> ReportBlock.Estimate {
          ReportBlock.Estimate(
            name: name(comparison), note: note, mean: mean, interval: interval, meanText: Self.signed(mean),
            intervalText: interval.map {
              "\(Self.signed($0.lowerBound)) to \(Self.signed($0.upperBound)) (level \(scores.level.rounded(toPlaces: 4)))"
            } ?? ReportTable.unknown,
            count: "\(count)", mark: word.rawValue)
        }
        let rows = scores.differences.rows.count
        guard let corrected = comparison.corrected, let difference = corrected.difference else {
          return [point("", mean, scores.interval, comparison.verdict, count: rows)]
        }
        return [
          point("corrected by people", difference.mean, corrected.interval, comparison.verdict, count: corrected.rated),
          point("the judge alone", mean, scores.interval, corrected.judgeVerdict, count: rows),
        ]
      })
  }

  static func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + ScoreEstimate.text(value) }

  private var outcomes: ReportBlock? {
    .shares(
      "Rows by who has the higher score", parts: ["higher score", "same score", "lower score"],
      lines: zip(comparisons, statistics).compactMap { comparison, figures in
        let counts = ["wins", "ties", "losses"].compactMap { figures[$0]?.intValue }
        return counts.count == 3 ? (name(comparison), counts) : nil
      })
  }

  /// The figures that the tool gives, a column for each comparison.
  private var figures: ReportBlock? {
    let left = [
      "run_id", "baseline_id", "verdict", "differs", "rows_without_score", "pairwise", "metrics", "metrics_level",
    ]
    return ReportBlock(
      "All figures",
      ReportTable(columns: zip(comparisons, statistics).map { (name($0), Self.shown($1, of: $0)) }, without: left))
  }

  /// Figures without unknown ones that nobody asks for.
  private static func shown(_ figures: JSONObject, of comparison: RunComparison) -> JSONObject {
    var left: Set<String> = comparison.pValue == nil ? ["p_value"] : []
    if [.better, .worse, .same].contains(comparison.verdict) { left.formUnion(["rows_needed", "groups_needed"]) }
    return JSONObject(figures.members.filter { $0.value != .null || !left.contains($0.key) })
  }

  // MARK: Scores and costs

  private var scale: ScoreScale? { sides[0].scoring.scale }

  private var scaleNote: String? { scale.map { "Scores are \($0). Intervals are 95 %, of each run by itself." } }

  private var means: ReportBlock? {
    .intervals(
      "Mean score of each run", axis: "mean score", bounds: scale?.bounds,
      views.enumerated().compactMap { index, view in
        ScoreEstimate.score(of: view, findings[index])?.point(
          name: "\(view.run.id) \(view.run.name)", note: "\(view.run.shownPrompt), \(view.model)",
          mark: index == 0 ? nil : "this")
      })
  }

  private var distribution: ReportBlock? {
    let levels = views.map { view in
      ScoreHistogram.levels(view.entries.compactMap(view.scoring.score), scoring: view.run.scoring)
    }
    guard let labels = levels.compactMap(\.self).first?.reversed().map(\.level),
      levels.allSatisfy({ $0?.count ?? labels.count == labels.count })
    else { return nil }
    return .bars(
      "Distribution of scores", axis: "score", unit: "answers", labels: labels,
      series: zip(views, levels).map { view, levels in
        (view.run.name, levels?.reversed().map(\.count) ?? labels.map { _ in 0 })
      })
  }

  private var frontierNote: String? {
    let left = frontier?.leftOut.map { "Run \($0.run.id) is left out: \($0.reason)" } ?? []
    return
      (["A failed row counts 0 where no answer is a wrong answer; judging costs nothing here."]
      + [frontier?.choice].compactMap(\.self) + left).joined(separator: " ")
  }

  private var costs: ReportBlock? {
    frontier.flatMap { .frontier($0, bounds: scale?.bounds, subjects: sides.dropFirst().map(\.run.id)) }
  }
}
