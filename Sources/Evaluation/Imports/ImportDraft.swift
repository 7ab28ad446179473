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
    /// The line of the prompt in its file.
    var line = 1
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
  /// Rows are only added by ``add(_:as:)``, so that no value is lost.
  var rows: [Row] { kept }
  private var kept: [Row] = []
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

  mutating func skip(links: [String], line: Int) {
    for link in links {
      skip("file \(link.shown)", line: line, "It is a symbolic link, and such links are not followed.")
    }
  }

  mutating func note(_ sentence: String) { if !notes.contains(sentence) { notes.append(sentence) } }

  // MARK: Rows

  /// Adds a row with each of its columns once; a second value of a column is skipped.
  ///
  /// A row that cannot be in a table is skipped as a whole.
  /// - Parameter what: what the format calls a row.
  mutating func add(_ row: Row, as what: String = "row") {
    var result = row
    result.values = []
    var seen: Set<String> = []
    for (column, text) in row.values {
      let name = column.trimmed()
      guard !name.isEmpty else { return skip(what, line: row.line, "It has a key without a name.") }
      guard !column.utf8.contains(0), !text.utf8.contains(0) else {
        return skip(what, line: row.line, "\(name.shown) has a NUL character (U+0000), which a table cannot hold.")
      }
      guard seen.insert(name).inserted else {
        skip("column \(name.shown)", line: row.line, "The \(what) has another value with this name, which is imported.")
        continue
      }
      result.values.append((name, text))
    }
    kept.append(result)
  }

  /// Adds an assertion to a row.
  mutating func add(_ assertion: ImportedAssertion, toRow index: Int) { kept[index].assertions.append(assertion) }

  /// Adds a column with a text to each row without it.
  mutating func fill(_ column: String, with text: String = "") {
    for index in kept.indices where kept[index][column] == nil { kept[index].values.append((column, text)) }
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

    /// The rule with a row's values in place of the variables of a judge's template.
    func filled(_ value: (String) -> String) -> Rule {
      guard case .judge(let beginning, let text, isTemplate: true, let bands) = self else { return self }
      let template = Template(text, hasEscapes: false)
      return .judge(
        beginning: beginning, text: template.render(values: template.variables.map(value)), bands: bands)
    }
  }

  let line: Int
  /// The kind of assertion in the words of its format: `icontains`.
  let label: String
  /// The name of its metric in the file.
  var name: String?
  var rule: Rule
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

  var isCheck: Bool { if case .check = rule { true } else { false } }

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
