import Evaluation
import JSONCoding
import Providers
import Store

/// What was run, and what differs in it.
extension ComparisonDocument {
  var differing: [ReportBlock?] {
    zip(comparisons, statistics).flatMap { comparison, figures -> [ReportBlock?] in
      let (first, second) = (comparison.baseline, comparison.candidate)
      let names = (first.run.shownPrompt, second.run.shownPrompt)
      let shownApart = ["template", RequestSetting.systemPrompt.name]
      let settings = figures["differs"]?.objectValue?.members.filter { !shownApart.contains($0.key) } ?? []
      return [
        .change(
          "Template: \(name(comparison))", first.run.snapshot?.template, second.run.snapshot?.template, names),
        .change(
          "System prompt: \(name(comparison))", first.settings.systemPrompt, second.settings.systemPrompt, names),
        ReportBlock(
          "Differing settings: \(name(comparison))",
          ReportTable(
            ["setting", first.run.name, second.run.name],
            settings.map { setting in
              [setting.key] + (setting.value.arrayValue ?? []).map { ReportTable.text($0, of: setting.key) }
            })),
      ]
    }
  }

  var changeNote: String? {
    "The largest losses first, then the largest gains. All rows: "
      + sides.map { ResourceURI(.responsesCSV, id: $0.run.id).text }.joined(separator: ", ")
  }

  var repeats: [ReportBlock?] {
    zip(sides, views).flatMap { side, view -> [ReportBlock?] in
      guard let figures = view.repeatFigures, let sentence = figures.rightSentence else { return [] }
      return [ReportBlock(title(side), ReportTable([""], [[sentence]]))] + figures.blocks
    }
  }

  var runs: ReportBlock? {
    func row(_ name: String, _ value: (Int) -> String?) -> [String] {
      [name] + views.indices.map { value($0) ?? ReportTable.unknown }
    }
    func time(_ time: Timestamp?) -> String { time?.description ?? ReportTable.unknown }
    let latencies = sides.map(\.statistics.latencyTexts)
    return ReportBlock(
      "Runs",
      ReportTable(
        [""] + views.map { "Run \($0.run.id)" },
        [
          row("name") { views[$0].run.name }, row("status") { views[$0].status.rawValue },
          row("prompt") { views[$0].run.shownPrompt }, row("model") { sides[$0].model },
          row("dataset") { views[$0].dataset?.name }, row("scoring") { views[$0].run.scoring.rawValue },
          row("judge") { views[$0].scoring.scorer.isJudged ? views[$0].run.judgeModel : "none" },
          row("answers") { "\(views[$0].entries.count)" }, row("failed answers") { "\(sides[$0].statistics.failed)" },
          row("cost") { sides[$0].statistics.totalCost.map(Dollars.figure) },
          row("tokens") { sides[$0].statistics.usage.map { "\($0.totalTokens)" } },
          row("latency, median") { latencies[$0].first },
          row("latency, 95 % of the rows below") { latencies[$0].last },
          row("last started") { time(views[$0].run.startedAt) }, row("finished") { time(views[$0].run.finishedAt) },
        ]))
  }
}
