import JSONCoding
import MCP
import Store

/// A form in which something of the store is exported: a resource that clients read, and a file that `exports_create`
/// writes.
///
/// To add one, write its value in `Formats` and list it in ``allCases``.
struct ExportFormat: Sendable, CaseIterable {
  /// What is exported.
  enum Subject: String, CaseIterable, Sendable {
    case run, comparison, experiment, dataset, prompt

    /// The beginning of the path of its resources.
    var folder: String { "\(rawValue)s/" }
    /// How many ids name one.
    var ids: ClosedRange<Int> { self == .comparison ? RunComparisonTool.runCounts : 1...1 }
  }

  /// Makes the text of the records with these ids.
  typealias Maker = @Sendable (_ services: Services, _ ids: [Int]) async throws -> ExportText

  let subject: Subject
  /// The name for `exports_create`; nil for a text that is only a resource.
  let format: String?
  /// The end of the path of its resources, behind the ids.
  let suffix: String
  let mimeType: String
  /// The toolset that enables the resource.
  let toolset: String
  /// The name, the title and the description of its resources.
  let (name, title, sentence): (String, String, String)
  /// Whether it has rows, at any of which reading can begin.
  let hasRows: Bool
  /// The kind of record on which its contents and the list of its resources depend.
  let record: RecordKind
  let make: Maker

  init(
    _ subject: Subject, _ format: String?, _ suffix: String, _ mimeType: String, toolset: String,
    name: String, title: String, _ sentence: String, hasRows: Bool = false, record: RecordKind, make: @escaping Maker
  ) {
    self.subject = subject
    self.format = format
    self.suffix = suffix
    self.mimeType = mimeType
    self.toolset = toolset
    (self.name, self.title, self.sentence) = (name, title, sentence)
    self.hasRows = hasRows
    self.record = record
    self.make = make
  }

  /// The endings that a file's name may have, the usual one first.
  var endings: [String] {
    let ending = suffix.split(separator: ".").last.map(String.init) ?? suffix
    return Self.otherEndings[ending].map { [ending, $0] } ?? [ending]
  }

  private static let otherEndings = ["yaml": "yml", "md": "markdown", "html": "htm", "jsonl": "ndjson"]

  /// Every format.
  ///
  /// The first of a subject and a format is the one that `exports_create` makes.
  static let allCases: [ExportFormat] = [
    .report, .htmlReport, .responsesCSV, .responsesJSONLines, .verdictsCSV, .verdictsJSONLines, .junit, .manifest,
    .runEvals, .fineTuning, .promptfoo, .comparison, .comparisonCSV, .comparisonJSONLines, .comparisonMarkdown,
    .experiment, .experimentJSONLines, .dataset, .datasetJSONLines, .datasetEvals, .datasetFineTuning, .prompt,
  ]

  /// The names for `exports_create`, each once.
  static var names: [String] { allCases.compactMap(\.format).unique }
}

extension ExportFormat: Equatable {
  /// Its resources have a path of their own.
  static func == (left: Self, right: Self) -> Bool { left.subject == right.subject && left.suffix == right.suffix }
}
