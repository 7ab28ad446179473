import JSONCoding
import Store

/// What a format found in a file: prompts, rows with their assertions, and what it had to leave out.
struct ImportDraft {
  /// A prompt version to make.
  struct Prompt {
    var name: String
    var template: String
    var model: String
    var settings = RequestSettings()
  }

  /// A row with its own assertions.
  struct Row {
    /// The line of the row in its file.
    let line: Int
    /// The values by column.
    var values: [(column: String, text: String)] = []
    var assertions: [ImportedAssertion] = []

    /// The text of a column; nil without it.
    subscript(column: String) -> String? { values.first { $0.column == column }?.text }
  }

  /// The name of what is made, from the file or the usual one.
  var name = "Import"
  var prompts: [Prompt] = []
  var rows: [Row] = []
  private(set) var skipped: [ImportSkip] = []
  private var known: Set<ImportSkip> = []
  /// What was read in a way that a reader should know, in sentences.
  var notes: [String] = []
  /// The judge that the file names.
  var judgeModel: String?
  /// The number of answers a row that the file asks for.
  var repeats: Int?
  /// The file that is being read, if it is not the one that is imported.
  var file: String?

  mutating func skip(_ what: String, line: Int, _ why: String) {
    let skip = ImportSkip(line: line, what: file.map { "\(what) in \($0.shown)" } ?? what, why: why)
    if known.insert(skip).inserted { skipped.append(skip) }
  }

  mutating func note(_ sentence: String) { if !notes.contains(sentence) { notes.append(sentence) } }

  /// Adds an empty column for a variable without any, as a template engine replaces it by nothing.
  mutating func addMissingColumns() {
    let known = Set(rows.flatMap { $0.values.map(\.column) })
    let variables = prompts.flatMap { prompt -> [String] in
      do { return try RequestTemplate(prompt.template, prompt.settings).variables } catch { return [] }
    }
    for name in variables where !known.contains(name) {
      for index in rows.indices where rows[index][name] == nil { rows[index].values.append((name, "")) }
    }
  }
}

/// Something that was not imported.
package struct ImportSkip: Sendable, Hashable {
  /// The line in its file, from 1.
  package let line: Int
  /// What it is: `assertion javascript`.
  package let what: String
  /// Why, and what to do instead, in a sentence.
  package let why: String
}

/// A condition on the answer to one row.
struct ImportedAssertion {
  enum Rule {
    /// A check: the arguments that are the same in every row, and one that is each row's own.
    ///
    /// - Parameters:
    ///   - argument: the name of the row's own argument; nil without any.
    ///   - texts: its value; several if it is a list.
    case check(fixed: JSONObject, argument: String? = nil, texts: [String] = [], isList: Bool = false)
    /// What a judge looks for: an instruction, after a beginning that is the same in every row.
    ///
    /// - Parameters:
    ///   - isTemplate: whether its variables are columns of the row.
    ///   - bands: the descriptions of the stars; empty for the usual ones.
    case judge(beginning: String = "", text: String, isTemplate: Bool = false, bands: [MetricRecord.Band] = [])
  }

  let line: Int
  /// The kind of assertion in the words of its format: `icontains`.
  let label: String
  /// The name of its metric in the file.
  var name: String?
  let rule: Rule
  var weight = 1.0

  /// What makes two assertions one metric, except for the rows' own values.
  var key: String {
    let start = "\(label)\u{1f}\(name ?? "")\u{1f}"
    switch rule {
    case .check(let fixed, let argument, _, let isList):
      return start + "\(JSONValue.object(fixed).canonical.text)\u{1f}\(argument ?? "")\u{1f}\(isList)"
    case .judge(let beginning, let text, let isTemplate, let bands):
      let stars = bands.map { "\($0.stars)\u{1e}\($0.description)" }.joined(separator: "\u{1e}")
      // A template in a column would not be filled.
      return start + "judge\u{1f}\(beginning)\u{1f}\(isTemplate ? text : "")\u{1f}\(stars)"
    }
  }

  /// Whether its texts stay as they are in a metric, although they have variables.
  var isTemplate: Bool { if case .judge(_, _, isTemplate: true, _) = rule { true } else { false } }

  /// The values of the row's own.
  var texts: [String] {
    switch rule {
    case .check(_, _, let texts, _): texts
    case .judge(_, let text, _, _): [text]
    }
  }
}
