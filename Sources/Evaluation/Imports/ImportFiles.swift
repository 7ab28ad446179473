import JSONCoding
package import Store

/// Reads the files that an imported file refers to.
package struct ImportFiles: Sendable {
  /// The largest file in bytes.
  package static let most = 64 * 1_048_576

  /// The folder of the imported file; nil if it was given as text.
  private let folder: String?
  private let access: FileAccess

  /// For a text without a place: every reference is refused.
  package static let none = ImportFiles(folder: nil, access: FileAccess(folders: []))

  private init(folder: String?, access: FileAccess) {
    self.folder = folder
    self.access = access
  }

  /// The files beside the imported one.
  package init(beside path: String, _ access: FileAccess) {
    let end = path.lastIndex(of: "/")
    self.init(folder: end.map { String(path[..<$0]) } ?? "", access: access)
  }

  /// The endings of the names of files that are read.
  private static let endings = [
    "yaml", "yml", "json", "jsonl", "ndjson", "csv", "tsv", "txt", "md", "markdown", "j2", "njk", "prompt",
  ]

  /// The paths of the files in a folder and in the folders in it that can be read as texts; nil for a path that is no
  /// folder.
  static func paths(in folder: String, _ access: FileAccess) throws(EvaluationError) -> [String]? {
    var paths: [String] = []
    func add(_ folder: String, depth: Int) throws(EvaluationError) -> Bool {
      let items: [FileAccess.Item]?
      do throws(FileAccess.Refusal) { items = try access.items(of: folder) } catch {
        throw EvaluationError(error.description)
      }
      for item in items ?? [] {
        let path = folder.hasSuffix("/") ? folder + item.name : "\(folder)/\(item.name)"
        if item.isFolder {
          if depth < 3 { _ = try add(path, depth: depth + 1) }
        } else if endings.contains(path.fileEnding) {
          paths.append(path)
        }
      }
      return items != nil
    }
    return try add(folder, depth: 0) ? paths : nil
  }

  /// The text of a file in an allowed folder.
  package static func text(_ path: String, _ access: FileAccess) throws(EvaluationError) -> String {
    let bytes: [UInt8]
    let ending = path.fileEnding
    guard endings.contains(ending) else {
      throw EvaluationError(
        "The file \"\(path.shown)\" is not read: an evaluation is in a file whose name ends in "
          + endings.map { ".\($0)" }.joined(separator: ", ") + ".")
    }
    do throws(FileAccess.Refusal) { bytes = try access.read(path, atMost: most) } catch {
      throw EvaluationError(error.description)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.utf8.elementsEqual(bytes) else {
      throw EvaluationError("The file \"\(path.shown)\" is not UTF-8. Save it as UTF-8.")
    }
    return text
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
    return try Self.text(path.hasPrefix("/") ? path : Self.joined(folder, path), access)
  }

  /// The paths of the files that a pattern such as `tests/*.yaml` names, in their order; the path alone if it is none.
  ///
  /// - Throws: ``EvaluationError`` if there is no such file, or there are too many.
  func paths(matching path: String) throws(EvaluationError) -> [String] {
    guard let folder, FilePattern.isPattern(path) else { return [path] }
    let found = try FilePattern(path).paths { below throws(EvaluationError) in
      do throws(FileAccess.Refusal) {
        return try access.items(of: below.hasPrefix("/") ? below : Self.joined(folder, below)) ?? []
      } catch {
        throw EvaluationError(error.description)
      }
    }
    guard !found.isEmpty else { throw EvaluationError("There is no file \(path.shown).") }
    return found
  }

  /// A path relative to a folder, without `..` where the folder has a name for it.
  private static func joined(_ folder: String, _ path: String) -> String {
    var parts = folder.split(separator: "/")
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return (folder.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }

  /// A value, or that of the YAML or JSON file that it names; nil and skipped if it cannot be read.
  func resolved(_ value: SourceValue?, _ what: String, _ draft: inout ImportDraft) -> SourceValue? {
    guard let value, let path = value.string, path.hasPrefix("file://") else { return value }
    do throws(EvaluationError) {
      return try YAMLReader.value(of: try text(String(path.dropFirst(7)))).asJavaScript
    } catch {
      draft.skip(what, line: value.line, error.description)
      return nil
    }
  }
}
