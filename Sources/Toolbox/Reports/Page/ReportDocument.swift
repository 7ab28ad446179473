import JSONCoding

/// A report as data, from which ``ReportPage`` makes a web page.
///
/// Everything in it comes from the projections of the tools, so that a page and a tool never show different figures.
struct ReportDocument: Sendable {
  /// A headed part of the page.
  struct Section: Sendable {
    let title: String
    /// What a reader must know about its figures.
    var note: String?
    var blocks: [ReportBlock]

    /// Nil without contents.
    init?(_ title: String, note: String? = nil, _ blocks: [ReportBlock?]) {
      self.title = title
      self.note = note
      self.blocks = blocks.compactMap(\.self)
      if self.blocks.isEmpty { return nil }
    }

    fileprivate var json: JSONValue {
      ["title": .string(title), "note": .optional(note), "blocks": .array(blocks.map(\.json))]
    }
  }

  /// A result in one sentence, with its word for the colour.
  struct Finding: Sendable {
    var word: String?
    let sentence: String

    fileprivate var json: JSONValue { ["word": .optional(word), "sentence": .string(sentence)] }
  }

  /// `Run`, `Comparison` or `Experiment`.
  let kind: String
  let title: String
  /// What it is about, in one line.
  let subtitle: String
  let findings: [Finding]
  let warnings: [String]
  let sections: [Section]
  /// The ids of the responses whose scores it shows one by one.
  let scoresTold: [Int]

  init(
    kind: String, title: String, subtitle: String, findings: [Finding], warnings: [String], sections: [Section?],
    scoresTold: [Int] = []
  ) {
    self.kind = kind
    self.title = title
    self.subtitle = subtitle
    self.findings = findings
    self.warnings = warnings
    self.sections = sections.compactMap(\.self)
    self.scoresTold = scoresTold
  }

  var json: JSONValue {
    [
      "kind": .string(kind), "title": .string(title), "subtitle": .string(subtitle),
      "findings": .array(findings.map(\.json)), "warnings": .array(warnings.map(JSONValue.string)),
      "sections": .array(sections.map(\.json)),
    ]
  }
}
