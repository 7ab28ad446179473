package import Store

extension ImportPlan {
  /// Reads a file, or the files of a folder that belong together.
  ///
  /// A folder is read by the file that stands for it, such as `promptfooconfig.yaml` or a registry's YAML, or as all
  /// the JSON files of one evaluation.
  ///
  /// - Parameters:
  ///   - format: the name of a format; nil to recognize it.
  ///   - model: the model of prompts whose file names none that can be called.
  /// - Throws: ``EvaluationError`` that locates the fault.
  package init(
    at path: String, format: String? = nil, model: String? = nil, _ access: FileAccess
  ) throws(EvaluationError) {
    guard let found = try ImportFiles.files(in: path, access) else {
      try self.init(file: path, format: format, model: model, name: FilePath(path).name, access)
      return
    }
    let name = found.folder.name
    let formats = ImportFormat.all.filter { format == nil || $0.name == format }
    if let main = formats.flatMap(\.mainFiles).first(where: found.paths.contains) {
      let file = found.folder.appending(name: main).text
      try self.init(file: file, format: format, model: model, name: name, access)
      return
    }
    if let (format, index) = try Self.index(in: found, formats, access) {
      let file = found.folder.appending(FilePath(index)).text
      try self.init(file: file, format: format.name, model: model, name: name, access)
      return
    }
    let together = formats.filter(\.readsFolders)
    if !together.isEmpty {
      var texts: [ImportText] = []
      for file in found.paths where ImportFiles.jsonEndings.contains(file.fileEnding) {
        do throws(EvaluationError) {
          let text = try ImportFiles.text(found.folder.appending(FilePath(file)).text, access).text
          texts.append(try ImportText(text, file: file, ending: file.fileEnding))
        } catch {
          throw EvaluationError("\(file.shown): \(error.description)")
        }
      }
      if let format = together.first(where: { texts.contains(where: $0.recognizes) }) {
        var source = ImportSource(texts: texts, files: ImportFiles(in: found.folder, access), model: model)
        source.links = found.links
        try self.init(source, format, name: name)
        return
      }
    }
    throw EvaluationError.folder(path, files: found.paths, mains: formats.flatMap(\.mainFiles))
  }
}

extension ImportPlan {
  /// The file that says what belongs to an evaluation, with its format; nil without any.
  ///
  /// - Throws: ``EvaluationError`` if there are several.
  private static func index(
    in found: ImportFiles.Found, _ formats: [ImportFormat], _ access: FileAccess
  ) throws(EvaluationError) -> (format: ImportFormat, path: String)? {
    for format in formats {
      guard let isIndex = format.isIndex else { continue }
      var paths: [String] = []
      for path in found.paths where ImportFiles.yamlEndings.contains(path.fileEnding) {
        do throws(EvaluationError) {
          let text = try ImportFiles.text(found.folder.appending(FilePath(path)).text, access).text
          if isIndex(try ImportText(text, file: path, ending: path.fileEnding)) { paths.append(path) }
        } catch {
          // What cannot be read may belong to anything else in the folder.
          continue
        }
      }
      guard let first = paths.first else { continue }
      guard paths.count == 1 else { throw EvaluationError.severalIndexes(found.folder.name ?? "", paths) }
      return (format, first)
    }
    return nil
  }

  private init(
    file: String, format: String?, model: String?, name: String?, _ access: FileAccess
  ) throws(EvaluationError) {
    let (path, text) = try ImportFiles.text(file, access)
    try self.init(
      reading: text, format: format, model: model, name: name, ending: file.fileEnding,
      files: ImportFiles(in: path.parent, access))
  }
}

extension EvaluationError {
  /// The refusal of a folder in which several files say what belongs to an evaluation.
  fileprivate static func severalIndexes(_ folder: String, _ files: [String]) -> EvaluationError {
    EvaluationError(
      "The folder \"\(folder.shown)\" has \(files.count) files with evals, and one is imported at a time. "
        + "Name one, such as \(listed(files)).")
  }

  private static func listed(_ files: [String]) -> String {
    files.prefix(5).map(\.shown).joined(separator: ", ") + (files.count > 5 ? ", ..." : "")
  }

  /// The refusal of a folder in which nothing says what belongs together.
  fileprivate static func folder(_ path: String, files: [String], mains: [String]) -> EvaluationError {
    let known = mains.isEmpty ? "" : " no \(mains.joined(separator: ", ")) and"
    return EvaluationError(
      "The folder \"\(path.shown)\" has\(known) no objects of OpenAI's Evals. "
        + (files.isEmpty ? "It has no file that is read." : "Name one file, such as \(listed(files))."))
  }
}
