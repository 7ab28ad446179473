import JSONCoding
import Store

/// Reads the files that an imported file refers to.
package struct ImportFiles: Sendable {
  /// The largest file in bytes.
  package static let most = 64 * 1_048_576

  /// The absolute path of the imported file's folder; nil if it was given as text.
  private let folder: FilePath?
  private let access: FileAccess

  /// For a text without a place: every reference is refused.
  package static let none = ImportFiles(in: nil, FileAccess(folders: []))

  /// The files in a folder that is given by its absolute path.
  init(in folder: FilePath?, _ access: FileAccess) {
    self.folder = folder
    self.access = access
  }

  /// The endings of the names of files that are read.
  private static let endings =
    yamlEndings + jsonEndings + ["csv", "tsv", "txt", "md", "markdown", "j2", "njk", "prompt"]
  /// The endings of the names of files of YAML.
  static let yamlEndings = ["yaml", "yml"]
  /// The endings of the names of files of JSON and of JSON Lines.
  static let jsonEndings = ["json", "jsonl", "ndjson"]

  /// The files in a folder and in the folders in it that can be read as texts.
  struct Found {
    /// The absolute path of the folder.
    let folder: FilePath
    /// The paths relative to the folder.
    var paths: [String] = []
    /// The links, which are not followed.
    var links: [String] = []
  }

  /// Nil for a path that is no folder.
  ///
  /// - Throws: ``EvaluationError`` for folders that are nested too deep.
  static func files(in path: String, _ access: FileAccess) throws(EvaluationError) -> Found? {
    guard let top = try items(of: path, access) else { return nil }
    var found = Found(folder: top.path)
    func add(_ items: [FileAccess.Item], below prefix: String, depth: Int) throws(EvaluationError) {
      for item in items {
        let path = prefix + item.name
        switch item.kind {
        case .file where endings.contains(path.fileEnding): found.paths.append(path)
        case .file: break
        case .link: found.links.append(path)
        case .folder:
          guard depth < mostDepth else {
            throw EvaluationError("The folder \(path.shown) is nested too deep. Import what is in it by its own path.")
          }
          let inside = try self.items(of: found.folder.appending(FilePath(path)).text, access)
          try add(inside?.items ?? [], below: path + "/", depth: depth + 1)
        }
      }
    }
    try add(top.items, below: "", depth: 0)
    return found
  }

  /// How far folders are looked into.
  static let mostDepth = 8

  private static func items(
    of path: String, _ access: FileAccess
  ) throws(EvaluationError) -> (path: FilePath, items: [FileAccess.Item])? {
    do throws(FileAccess.Refusal) { return try access.items(of: path) } catch {
      throw EvaluationError(error.description)
    }
  }

  /// The text of a file in an allowed folder, and the file's absolute path.
  static func text(_ path: String, _ access: FileAccess) throws(EvaluationError) -> (path: FilePath, text: String) {
    let file: (path: FilePath, bytes: [UInt8])
    guard endings.contains(path.fileEnding) else {
      throw EvaluationError(
        "The file \"\(path.shown)\" is not read: an evaluation is in a file whose name ends in "
          + endings.map { ".\($0)" }.joined(separator: ", ") + ".")
    }
    do throws(FileAccess.Refusal) { file = try access.contents(of: path, atMost: most) } catch {
      throw EvaluationError(error.description)
    }
    let text = String(decoding: file.bytes, as: UTF8.self)
    guard text.utf8.elementsEqual(file.bytes) else {
      throw EvaluationError("The file \"\(path.shown)\" is not UTF-8. Save it as UTF-8.")
    }
    return (file.path, text)
  }

  /// The text of a file by its path relative to the imported file.
  func text(_ path: String) throws(EvaluationError) -> String {
    guard let folder else {
      throw EvaluationError(
        "It is in the file \(path.shown), which a text without a path cannot refer to. Give path in place of data.")
    }
    guard !FilePattern.isPattern(path) else {
      throw EvaluationError("\(path.shown) names several files by a pattern, and one file belongs here.")
    }
    return try Self.text(folder.appending(FilePath(path)).text, access).text
  }

  /// The paths of the files that a pattern such as `tests/*.yaml` names, in their order; the path alone if it is none.
  ///
  /// Links with such a name are skipped.
  /// - Throws: ``EvaluationError`` if there is no such file, or there are too many.
  func paths(
    matching path: String, line: Int, _ draft: inout ImportDraft
  ) throws(EvaluationError) -> [String] {
    guard let folder, FilePattern.isPattern(path) else { return [path] }
    let found = try FilePattern(path).matches { below throws(EvaluationError) in
      try Self.items(of: folder.appending(below).text, access)?.items ?? []
    }
    draft.skip(links: found.links, line: line)
    guard !found.paths.isEmpty else { throw EvaluationError("There is no file \(path.shown).") }
    return found.paths
  }

  /// A value, or that of the YAML or JSON file that it names; nil and skipped if it cannot be read.
  func resolved(_ value: SourceValue?, _ what: String, _ draft: inout ImportDraft) -> SourceValue? {
    guard let value, let path = value.string?.filePath else { return value }
    do throws(EvaluationError) {
      return try YAMLReader.value(of: try text(path)).asJavaScript
    } catch {
      draft.skip(what, line: value.line, error.description)
      return nil
    }
  }
}
