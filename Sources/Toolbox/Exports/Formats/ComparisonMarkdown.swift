import Store

extension ExportFormat {
  static let comparisonMarkdown = ExportFormat(
    .comparison, "md", "/report.md", "text/markdown", toolset: "runs", name: "comparison report",
    title: "Comparison of 2 to 4 runs", "ids as for the report. Verdicts, warnings and the tables of the web page.",
    record: .runs
  ) { services, ids in
    let document = try await services.document(of: .comparison, ids)
    try await services.recordScores(of: document.scoresTold)
    return ExportText(document.markdown)
  }
}

extension ReportDocument {
  /// The report as Markdown, without charts.
  fileprivate var markdown: String {
    var parts = ["# \(Markdown.line("\(kind): \(title)"))", Markdown.line(subtitle)]
    parts += findings.map { Markdown.paragraph($0.sentence) }
    if !warnings.isEmpty {
      parts += ["## Warnings", warnings.map { "- \(Markdown.paragraph($0))" }.joined(separator: "\n")]
    }
    for section in sections {
      let blocks = section.blocks.filter { $0.textTable != nil || !$0.itemTexts.isEmpty }
      if blocks.isEmpty { continue }
      parts.append("## \(Markdown.line(section.title))")
      if let note = section.note { parts.append(Markdown.paragraph(note)) }
      for block in blocks {
        parts.append("### \(Markdown.line(block.title))")
        if let table = block.textTable {
          // The texts that differ are cut around their first difference already.
          parts.append(Markdown.table(table.head.map(Markdown.line), table.rows.map { $0.map(Markdown.text) }))
        }
        for item in block.itemTexts {
          parts.append("#### \(Markdown.line(item.heading))")
          parts += item.texts.map { "\(Markdown.line($0.name)):\n\n\(Markdown.fenced($0.text))" }
        }
      }
    }
    return parts.joined(separator: "\n\n") + "\n"
  }
}
