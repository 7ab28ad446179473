import Foundation

/// One Swift file of the repository, as text.
struct SourceFile: Sendable, CustomStringConvertible {
  /// Path from the repository's root.
  let path: String
  let text: String
  /// The code of each line: without comments, and with every string literal of one line emptied.
  let codeLines: [String]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    codeLines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).map { line in
      guard line.contains("\"") || line.contains("//") else { return line }
      return line.replacing(#/"(?:\\.|[^"\\])*"/#, with: "\"\"").replacing(#/\/\/.*/#, with: "")
    }
  }

  var description: String { path }

  /// The module that the file belongs to: the folder below Sources or Tests.
  var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

  var lineCount: Int {
    text.split(separator: "\n", omittingEmptySubsequences: false).count - (text.hasSuffix("\n") ? 1 : 0)
  }

  /// The modules that the file imports, in its order.
  var imports: [String] {
    // Attributes, access and the kind of a single import may stand before the module's name.
    let line =
      #/^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:\w+\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var)\s+)?(\w+)/#
    return text.matches(of: line.anchorsMatchLineEndings()).map { String($0.output.1) }
  }

  /// The numbers of the lines whose code contains the pattern.
  func lines(matching pattern: Regex<Substring>) -> [Int] {
    codeLines.enumerated().filter { $0.element.contains(pattern) }.map { $0.offset + 1 }
  }

  /// The numbers of the lines that match the pattern in a closure that runs with a lock held.
  func lockedLines(matching pattern: Regex<Substring>) -> [Int] {
    var found: [Int] = []
    /// The open braces since the lock was taken; nil while none is held.
    var depth: Int?
    for (index, line) in codeLines.enumerated() {
      var rest = line[...]
      if depth == nil {
        guard let start = line.firstRange(of: ".withLock") else { continue }
        (rest, depth) = (line[start.upperBound...], 0)
      }
      var held = ""
      for character in rest {
        if character == "{" { depth = depth.map { $0 + 1 } }
        if character == "}" { depth = depth.map { $0 - 1 } }
        held.append(character)
        if depth == 0, character == "}" {
          depth = nil
          break
        }
      }
      if depth == 0 { depth = nil }
      if held.contains(pattern) { found.append(index + 1) }
    }
    return found
  }
}

/// The repository that these tests were compiled in.
enum SourceTree {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The Swift files below a folder of the root, by path.
  static func swiftFiles(in folder: String) throws -> [SourceFile] {
    let base = root.appending(path: folder)
    return try FileManager.default.subpathsOfDirectory(atPath: base.path).filter { $0.hasSuffix(".swift") }.sorted()
      .map { path in
        SourceFile(
          path: "\(folder)/\(path)", text: try String(contentsOf: base.appending(path: path), encoding: .utf8))
      }
  }

  /// The names of the folders in a folder of the root.
  static func folders(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path).filter {
      var isFolder: ObjCBool = false
      let path = root.appending(path: folder).appending(path: $0).path
      return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
  }

  /// The C files below a folder of the root, with their lines.
  static func cFiles(in folder: String) throws -> [SourceFile] {
    let base = root.appending(path: folder)
    return try FileManager.default.subpathsOfDirectory(atPath: base.path).filter {
      $0.hasSuffix(".c") || $0.hasSuffix(".h")
    }.map { SourceFile(path: $0, text: try String(contentsOf: base.appending(path: $0), encoding: .utf8)) }
  }
}
