import Evaluation
import Store

/// The report of a run as data.
struct RunDocument {
  private let view: RunView
  private let report: RunReport
  private let peers: RunPeers
  /// The runs of the dataset, the newest first.
  private let sides: [ComparedRun]
  private let frontier: Frontier?
  /// The means of the runs that measure the same; nil without others.
  private let peerIntervals: ReportBlock?
  /// The number of rows without the best score.
  private let weakCount: Int

  init(_ view: RunView, peers: RunPeers) throws {
    self.view = view
    self.peers = peers
    weakCount = WeakRow.count(of: view)
    let sides = peers.sources.map(ComparedRun.init)
    self.sides = sides
    report = try RunReport(view, side: sides.first { $0.run.id == view.run.id })
    peerIntervals = try Self.intervals(Self.comparable(with: view, sides, peers), of: view)
    frontier = try peers.dataset.map { try Frontier(sides, of: $0) }
  }

  var document: ReportDocument {
    ReportDocument(
      kind: "Run", title: view.run.name, subtitle: subtitle, findings: findings, warnings: warnings,
      sections: [
        .init("At a glance", [figures]),
        .init("Scores", note: scoreNote, [estimates, distribution]),
        .init("All runs of this dataset", note: peerNote, [peerIntervals, frontierPlot]),
        .init("Answers by expected value", note: confusionNote, confusion),
        .init("Repeated answers", note: report.repeatFigures?.rightSentence, report.repeatFigures?.blocks ?? []),
        .init("Weakest rows", note: weakNote, [.texts("Weakest rows", report.weakRows.map(\.item))]),
        .init("Judge trust", note: trustNote, report.trust.blocks(titled: "Judge and people", bounds: scale?.bounds)),
        .init("What was run", whatWasRun),
      ],
      scoresTold: report.weakRows.map(\.responseID))
  }

  // MARK: The head

  private var subtitle: String {
    let parts = ["Run \(view.run.id)", report.promptName, view.model, view.dataset.map { "dataset \($0.name)" }]
    return parts.compactMap(\.self).joined(separator: " · ")
  }

  private var findings: [ReportDocument.Finding] {
    let state = "It is \(view.status.rawValue): \(view.progress.sentence)."
    let first = report.estimates.first.map { "The mean \($0.name) is \($0.sentence)." } ?? "No row has a score."
    let notes = [view.error, report.stop].compactMap(\.self)
    return ([first, state] + notes).map { ReportDocument.Finding(sentence: $0) }
  }

  private var warnings: [String] { report.warnings + [report.failureSummary].compactMap(\.self) }

  private var figures: ReportBlock? {
    let statistics = report.statistics
    guard statistics.completed + statistics.failed > 0 else { return nil }
    let latencies = statistics.latencyTexts
    let unknown = ReportTable.unknown
    let score = report.estimates.first
    return .figures([
      (
        ["Mean score", score?.doubt].compactMap(\.self).joined(separator: ", "),
        score.map { ScoreEstimate.text($0.mean) } ?? unknown,
        score?.interval.map { "95 % interval \($0.text)" } ?? "no interval"
      ),
      ("Rows with a score", score.map { "\($0.count)" } ?? "0", "of \(view.answeredRows) answered"),
      ("Failed answers", "\(statistics.failed)", "of \(view.entries.count)"),
      ("Cost", statistics.costText(Dollars.text) ?? unknown, "US dollars, with judging"),
      ("Median latency", latencies.first ?? unknown, latencies.last.map { "95 % below \($0)" } ?? ""),
    ])
  }

  // MARK: Scores

  private var scale: ScoreScale? { view.scoring.scale }

  private var scoreNote: String? {
    scale.map { "Scores are \($0). Intervals are 95 %; rows without a score are left out." }
  }

  private var estimates: ReportBlock? {
    .intervals(
      "Mean scores", axis: "mean score", bounds: scale?.bounds,
      report.estimates.enumerated().map { index, estimate in
        estimate.point(name: estimate.name, mark: index == 0 ? "this" : nil)
      })
  }

  private var distribution: ReportBlock? {
    ScoreHistogram.levels(view.entries.compactMap(view.scoring.score), scoring: view.run.scoring).flatMap { levels in
      .bars(
        "Distribution of scores", axis: "score", unit: "answers", labels: levels.reversed().map(\.level),
        series: [("answers", levels.reversed().map(\.count))])
    }
  }

  // MARK: Other runs

  private static func comparable(with view: RunView, _ sides: [ComparedRun], _ peers: RunPeers) -> [RunView] {
    guard sides.count > 1, let own = sides.first(where: { $0.run.id == view.run.id }) else { return [] }
    let ids = Set(sides.filter { $0.measuresTheSame(as: own) }.map(\.run.id))
    return peers.views.filter { $0.run.id == view.run.id || ids.contains($0.run.id) }
  }

  private var peerNote: String {
    "Completed runs of the same rows, scored alike."
      + (peers.unread > 0 ? " \(peers.unread) older runs are left out." : "")
      + (frontier?.points.isEmpty == false
        ? " Against cost, a failed row counts 0 where no answer is a wrong answer, and judging costs nothing." : "")
  }

  private static func intervals(_ views: [RunView], of view: RunView) throws -> ReportBlock? {
    guard views.count > 1 else { return nil }
    return .intervals(
      "Every run with its mean score", axis: "mean score", bounds: view.scoring.scale?.bounds,
      try views.compactMap { other in
        ScoreEstimate.score(of: other, try JudgeFindings(other))?.point(
          name: "\(other.run.id) \(other.run.name)", note: "\(other.run.shownPrompt), \(other.model)",
          mark: other.run.id == view.run.id ? "this" : nil)
      })
  }

  private var frontierPlot: ReportBlock? {
    frontier.flatMap { .frontier($0, bounds: scale?.bounds, subjects: [view.run.id]) }
  }

  // MARK: Rows

  private var confusion: [ReportBlock?] { report.confusion.map { $0.blocks(titled: "Answers") } ?? [] }

  private var confusionNote: String? {
    report.confusion.map {
      "By \($0.source); a line for each expected value, a column for each answer."
        + $0.leftOut
    }
  }

  private var weakNote: String? {
    weakCount == 0
      ? nil
      : "\(report.weakRows.count) of the \(weakCount) rows below the best score, lowest first. All rows: "
        + "\(ResourceURI(.responsesCSV, id: view.run.id).text)"
  }

  private var trustNote: String? {
    report.trust.isEmpty ? nil : "Verdicts of people on rows of this run, by the wording of each metric as it is now."
  }

  private var whatWasRun: [ReportBlock?] {
    [
      ReportBlock("Settings", ReportTable(report.settingFigures.map { ($0.name, $0.value) })),
      ReportBlock("Cost and time", ReportTable(report.costFigures.map { ($0.name, $0.value) })),
      .texts("Prompt", [ReportBlock.Item(heading: report.promptName, texts: report.promptTexts)]),
    ]
  }
}

extension WeakRow {
  fileprivate var item: ReportBlock.Item {
    ReportBlock.Item(
      heading: "Row \(rowIndex): score \(ScoreEstimate.text(score)) (response \(responseID))",
      texts: [("Input", input), expected.map { ("Expected", $0) }, ("Answer", response)].compactMap(\.self)
        .filter { !$0.1.isEmpty }
        + reviews.map { ("\($0.metric) gave \(ScoreEstimate.text($0.score))", $0.reasons) })
  }
}
