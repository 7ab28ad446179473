package import Store

extension ImportPlan {
  /// Reads a file, or the files of a folder that belong together.
  ///
  /// A folder is read by the file that stands for it, such as `promptfooconfig.yaml`, or as all the JSON files of one
  /// evaluation.
  ///
  /// - Parameters:
  ///   - format: the name of a format; nil to recognize it.
  ///   - model: the model of prompts whose file names none that can be called.
  /// - Throws: ``EvaluationError`` that locates the fault.
  package init(
    at path: String, format: String? = nil, model: String? = nil, _ access: FileAccess
  ) throws(EvaluationError) {
    let name = path.split(separator: "/").last.map(String.init)
    guard let paths = try ImportFiles.paths(in: path, access) else {
      try self.init(
        reading: ImportFiles.text(path, access), format: format, model: model, name: name, ending: path.fileEnding,
        files: ImportFiles(beside: path, access))
      return
    }
    let formats = ImportFormat.all.filter { format == nil || $0.name == format }
    let folder = path.hasSuffix("/") ? path : path + "/"
    let mains = formats.flatMap(\.mainFiles).map { folder + $0 }
    if let main = mains.first(where: paths.contains) {
      try self.init(
        reading: ImportFiles.text(main, access), format: format, model: model, name: name, ending: main.fileEnding,
        files: ImportFiles(beside: main, access))
      return
    }
    let together = formats.filter(\.readsFolders)
    if !together.isEmpty {
      var texts: [ImportText] = []
      for file in paths where ["json", "jsonl", "ndjson"].contains(file.fileEnding) {
        do throws(EvaluationError) {
          let name = String(file.dropFirst(folder.count))
          texts.append(try ImportText(try ImportFiles.text(file, access), file: name, ending: file.fileEnding))
        } catch {
          throw EvaluationError("\(file.shown): \(error.description)")
        }
      }
      if let format = together.first(where: { texts.contains(where: $0.recognizes) }) {
        let source = ImportSource(texts: texts, files: ImportFiles(beside: folder + "x", access), model: model)
        try self.init(source, format, name: name)
        return
      }
    }
    throw EvaluationError.folder(path, files: paths, mains: formats.flatMap(\.mainFiles))
  }
}

extension EvaluationError {
  /// The refusal of a folder in which nothing says what belongs together.
  fileprivate static func folder(_ path: String, files: [String], mains: [String]) -> EvaluationError {
    let known = mains.isEmpty ? "" : " no \(mains.joined(separator: ", ")) and"
    let shown = files.prefix(5).map(\.shown).joined(separator: ", ") + (files.count > 5 ? ", ..." : "")
    return EvaluationError(
      "The folder \"\(path.shown)\" has\(known) no objects of OpenAI's Evals. "
        + (files.isEmpty ? "It has no file that is read." : "Name one file, such as \(shown)."))
  }
}
