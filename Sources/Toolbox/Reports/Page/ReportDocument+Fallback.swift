import JSONCoding

extension ReportDocument {
  /// The report as HTML without charts and without the rows' texts, for readers without scripts.
  var fallback: String {
    let warnings =
      warnings.isEmpty
      ? ""
      : "<section class=\"warnings\" aria-label=\"Warnings\"><h2>Warnings</h2><ul>"
        + warnings.map { "<li>\(HTMLText.escaped($0))</li>" }.joined() + "</ul></section>"
    let findings = findings.map { finding in
      "<p class=\"finding\(Self.mark(finding.word))\">\(HTMLText.escaped(finding.sentence))</p>"
    }
    return """
      <header><p class="kind">\(HTMLText.escaped(kind))</p><h1>\(HTMLText.escaped(title))</h1>\
      <p class="subtitle">\(HTMLText.escaped(subtitle))</p></header>
      <main>\(warnings)
      <section class="findings" aria-label="Verdict">\(findings.joined(separator: "\n"))</section>
      \(sections.map(\.fallback).joined(separator: "\n"))
      </main>
      """
  }

  private static func mark(_ word: String?) -> String {
    switch word {
    case "better"?, "enough"?: " better"
    case "worse"?: " worse"
    default: ""
    }
  }
}

extension ReportDocument.Section {
  fileprivate var fallback: String {
    let tables = blocks.compactMap { block in
      block.table.map { "<h3>\(HTMLText.escaped(block.title))</h3>\n\($0.html)" }
    }
    if tables.isEmpty { return "" }
    let note = note.map { "<p class=\"note\">\(HTMLText.escaped($0))</p>" } ?? ""
    return "<section><h2>\(HTMLText.escaped(title))</h2>\(note)\n\(tables.joined(separator: "\n"))</section>"
  }
}

extension ReportTable {
  fileprivate var html: String {
    let head =
      head.allSatisfy(\.isEmpty)
      ? ""
      : "<thead><tr>"
        + head.map { $0.isEmpty ? "<td></td>" : "<th scope=\"col\">\(HTMLText.escaped($0))</th>" }.joined()
        + "</tr></thead>"
    let rows = rows.map { row in
      "<tr>"
        + row.enumerated().map { index, cell in
          index == 0 && row.count > 1
            ? "<th scope=\"row\">\(HTMLText.escaped(cell))</th>" : "<td>\(HTMLText.escaped(cell))</td>"
        }.joined() + "</tr>"
    }
    return "<div class=\"scroll\"><table>\(head)<tbody>\(rows.joined(separator: "\n"))</tbody></table></div>"
  }
}
