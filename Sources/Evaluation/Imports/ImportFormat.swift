import JSONCoding

/// A format of evaluations from elsewhere; each is one value in a file of its own, listed in ``all``.
package struct ImportFormat: Sendable {
  package let name: String
  /// Whether a text is in this format.
  let recognizes: @Sendable (ImportText) -> Bool
  /// Reads a text into a draft.
  ///
  /// It throws an ``EvaluationError`` that locates a fault for which nothing can be imported.
  let read: @Sendable (ImportSource, inout ImportDraft) throws(EvaluationError) -> Void
  /// The names of the file that stands for its folder, the likeliest first.
  var mainFiles: [String] = []
  /// Whether a YAML file says what belongs to an evaluation, wherever it is in the folder; nil without such files.
  var isIndex: (@Sendable (ImportText) -> Bool)?
  /// Whether all JSON files of a folder can be read as one evaluation.
  var readsFolders = false

  /// Every format, in the order in which they are tried.
  package static let all: [ImportFormat] = [.promptfoo, .openAIEvals, .langSmith, .langfuse, .phoenix, .jsonLines]
}

/// What is imported: texts, where they are from and what they leave open.
struct ImportSource {
  /// At least one; only a format that reads folders gets several.
  let texts: [ImportText]
  let files: ImportFiles
  /// The model of prompts whose file names none.
  let model: String?
  /// The links of a folder, which are not followed.
  var links: [String] = []

  var text: ImportText { texts[0] }
}

extension ImportPlan {
  /// Reads a text.
  ///
  /// - Parameters:
  ///   - format: the name of a format; nil to recognize it.
  ///   - model: the model of prompts whose file names none that can be called.
  ///   - name: the name of datasets and prompts without one; nil for the usual one.
  ///   - ending: that of the file's name; empty for a text.
  /// - Throws: ``EvaluationError`` that locates the fault.
  package init(
    reading text: String, format: String? = nil, model: String? = nil, name: String? = nil,
    ending: String = "", files: ImportFiles = .none
  ) throws(EvaluationError) {
    let text = try ImportText(text, ending: ending)
    guard let found = ImportFormat.all.first(where: { format == nil ? $0.recognizes(text) : $0.name == format })
    else {
      let names = ImportFormat.all.map(\.name).joined(separator: ", ")
      throw EvaluationError("This is none of the formats that are read: \(names). datasets_create reads plain tables.")
    }
    try self.init(ImportSource(texts: [text], files: files, model: model), found, name: name)
  }

  init(_ source: ImportSource, _ format: ImportFormat, name: String?) throws(EvaluationError) {
    var draft = ImportDraft()
    if let name { draft.name = name }
    draft.skip(links: source.links, line: 1)
    for page in source.texts.compactMap(\.root) where page.isPage {
      draft.skip(
        "further pages", line: page.line, "This is one page of several. Import the others as well, or all in one list.")
    }
    for text in source.texts {
      for note in text.notes { draft.note(text.file.map { "\($0.shown): \(note)" } ?? note) }
    }
    try format.read(source, &draft)
    draft.name = draft.name.clipped(to: 150)
    for index in draft.prompts.indices { draft.prompts[index].name = draft.prompts[index].name.clipped(to: 150) }
    try self.init(draft, format: format.name)
  }
}

extension SourceValue {
  /// Whether it is a page of a list whose other pages are elsewhere, as vendors' APIs mark it.
  fileprivate var isPage: Bool {
    if self["has_more"]?.scalar?.boolValue == true || self["next_cursor"] != nil { return true }
    return self["meta"]?["totalPages"]?.number.map { $0 > 1 } ?? false
  }
}
