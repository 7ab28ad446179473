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
  /// Whether a criterion could not be translated.
  private(set) var hasLostCriteria = false
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

  /// Skips what the source scores answers by, such as an assertion.
  mutating func skip(criterion what: String, line: Int, _ why: String) {
    hasLostCriteria = true
    skip(what, line: line, why)
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
