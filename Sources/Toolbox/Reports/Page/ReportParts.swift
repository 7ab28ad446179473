import Evaluation
import JSONCoding
import Store

/// Parts that several reports have.
extension ReportBlock {
  /// Score against cost of the runs of a dataset, with those that no other run beats.
  static func frontier(_ frontier: Frontier, bounds: ClosedRange<Double>?, subjects: [Int]) -> ReportBlock? {
    .scatter(
      "Cost against score", cost: "US dollars an answered row", score: "mean score", bounds: bounds,
      frontier.points.map { point in
        let estimate = ScoreEstimate(name: "", scores: point.scores, scale: point.side.scale)
        return Choice(
          name: "\(point.side.run.id) \(point.side.run.name)\(point.mark.map { ", \($0)" } ?? "")",
          cost: point.cost, score: point.score,
          interval: estimate?.interval, standing: point.standing.rawValue, reason: point.rival?.sentence,
          isSubject: subjects.contains(point.side.run.id))
      })
  }
}

extension ScoreEstimate {
  /// The mean as a line of an interval plot.
  func point(name: String, note: String = "", mark: String? = nil) -> ReportBlock.Estimate {
    ReportBlock.Estimate(
      name: name, note: [note, doubt ?? ""].filter { !$0.isEmpty }.joined(separator: ", "), mean: mean,
      interval: interval, meanText: Self.text(mean), intervalText: interval?.text ?? ReportTable.unknown,
      count: countText, mark: mark)
  }
}

extension Confusion {
  /// The table of answers, and how well each value was found.
  func blocks(titled title: String) -> [ReportBlock?] {
    let rates = zip(classes, columns).map { found, label in
      [label, "\(found.rows)"] + [found.precision, found.recall, found.f1].map(Self.text)
        + [found.orderedNearMisses.map { "\($0.kind.name) \($0.count)" }.joined(separator: ", ")]
    }
    return [
      .confusion(title, self),
      ReportBlock(
        (["\(title): how well each value is found"] + notes).joined(separator: ". "),
        ReportTable(["", "rows", "precision", "recall", "F1", "near misses"], rates)),
    ]
  }
}

extension RepeatFigures {
  /// What a right answer is; nil without scores.
  var rightSentence: String? {
    rightFrom.map {
      "Each row is asked \(repeats) times. An answer is right with a score of at least \($0.shortText)."
    }
  }

  /// How often answers to a row agree, and the rows where they do not.
  var blocks: [ReportBlock?] {
    guard rightFrom != nil else { return [] }
    let shares = shownCounts.map { count in
      ["\(count)"] + [passAt(count), passAll(count)].map { $0.map(ScoreEstimate.text) ?? ReportTable.unknown }
    }
    let shown = flakyRows.prefix(Self.shownRows)
    let title =
      flakyRows.count > shown.count
      ? "Flaky rows, the worst \(shown.count) of \(flakyRows.count)" : "Flaky rows, right in some answers only"
    return [
      ReportBlock(
        "Share of rows by number of answers", ReportTable(["answers", "at least one right", "all right"], shares)),
      .shares(
        title, parts: ["right", "wrong"],
        lines: shown.map { ("row \($0.rowIndex)", [$0.right, $0.answers - $0.right]) }),
      variance?.advice.map {
        ReportBlock(.table, "Where the variance comes from", ReportTable([""], [[$0]]))
      },
    ]
  }
}

extension JudgeTrust {
  /// The mean that people would give beside the judge's; empty where it is not known.
  var points: [ReportBlock.Estimate] {
    guard let corrected, let interval else { return [] }
    return [
      ReportBlock.Estimate(
        name: "\(target.name), people", note: "corrected by their verdicts", mean: corrected.mean, interval: interval,
        meanText: ScoreEstimate.text(corrected.mean), intervalText: interval.text, count: "\(corrected.rated)",
        mark: "this"),
      ReportBlock.Estimate(
        name: "\(target.name), judge", mean: corrected.judgeMean, interval: nil,
        meanText: ScoreEstimate.text(corrected.judgeMean), intervalText: "alone",
        count: "\(corrected.rated + corrected.unrated)"),
    ]
  }
}

extension [JudgeTrust] {
  /// What people's verdicts say of the judge: sentences, the means of both, and all figures.
  func blocks(titled title: String, bounds: ClosedRange<Double>?) -> [ReportBlock?] {
    let figures = compactMap { trust in trust.json.objectValue.map { (trust.target.name, $0) } }
    return [
      ReportBlock("\(title): in words", ReportTable(map { ($0.target.name, $0.sentence) })),
      .intervals(
        "\(title): mean of people and judge", axis: "mean score", bounds: bounds, counted: "rows",
        flatMap(\.points)),
      ReportBlock(
        "\(title): figures",
        ReportTable(columns: figures, without: ["sentence", "reason", "corrected"])),
    ]
  }
}

extension RunRecord {
  /// `capital v2`, as recorded when the run started.
  var shownPrompt: String {
    snapshot.map { "\($0.promptName) v\($0.promptVersion)" } ?? "prompt \(promptID)"
  }
}

extension RunView {
  /// The number of rows with an answer.
  var answeredRows: Int { Set(entries.map(\.rowIndex)).count }
}
