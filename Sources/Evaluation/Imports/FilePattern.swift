import Store

/// A path with `*` for any part of a name, `?` for one character, and `**` for any number of folders.
struct FilePattern {
  /// The most files that a pattern may name.
  static let most = 1_000

  /// The files that have such a name, and the links, which are not followed.
  struct Matches {
    fileprivate(set) var paths: [String] = []
    fileprivate(set) var links: [String] = []
    private var seen: Set<String> = []
    /// The folders that have been looked into, with the number of parts left.
    private var visited: Set<Visit> = []

    private struct Visit: Hashable {
      let folder: String
      let rest: Int
    }

    fileprivate mutating func isNew(_ folder: FilePath, _ rest: Int) -> Bool {
      visited.insert(Visit(folder: folder.text, rest: rest)).inserted
    }

    fileprivate mutating func add(_ path: FilePath, isLink: Bool) throws(EvaluationError) {
      guard seen.insert(path.text).inserted else { return }
      if isLink { links.append(path.text) } else { paths.append(path.text) }
      guard paths.count <= FilePattern.most else {
        throw EvaluationError("It names more than \(FilePattern.most) files. Import them in parts.")
      }
    }
  }

  private let start: FilePath
  private let parts: [String]

  static func isPattern(_ path: String) -> Bool {
    path.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
  }

  /// - Throws: ``EvaluationError`` for what is not matched here.
  init(_ pattern: String) throws(EvaluationError) {
    guard !pattern.unicodeScalars.contains(where: { "{}[]!".unicodeScalars.contains($0) }) else {
      throw EvaluationError("\(pattern.shown) has more than * and ? for its files. List the files one by one.")
    }
    let path = FilePath(pattern)
    start = FilePath(path.isAbsolute ? "/" : "")
    var parts: [String] = []
    // Several in a row mean the same as one, and one at the end means any file.
    for name in path.names where name != "**" || parts.last != "**" { parts.append(name) }
    self.parts = parts.last == "**" ? parts + ["*"] : parts
  }

  /// The files with such a name, by name.
  ///
  /// - Parameter items: lists a folder by its path.
  func matches(
    in items: (FilePath) throws(EvaluationError) -> [FileAccess.Item]
  ) throws(EvaluationError) -> Matches {
    var found = Matches()
    try add(start, parts[...], depth: 0, items, &found)
    return found
  }

  private func add(
    _ folder: FilePath, _ rest: ArraySlice<String>, depth: Int,
    _ items: (FilePath) throws(EvaluationError) -> [FileAccess.Item], _ found: inout Matches
  ) throws(EvaluationError) {
    guard let part = rest.first, found.isNew(folder, rest.count) else { return }
    let isLast = rest.count == 1
    guard isLast || part.contains(where: { $0 == "*" || $0 == "?" }) else {
      return try add(folder.appending(FilePath(part)), rest.dropFirst(), depth: depth, items, &found)
    }
    if part == "**" { try add(folder, rest.dropFirst(), depth: depth, items, &found) }
    for item in try items(folder) {
      let path = folder.appending(name: item.name)
      if part == "**" {
        guard item.kind == .folder else { continue }
        guard depth < ImportFiles.mostDepth else {
          throw EvaluationError("The folder \(path.text.shown) is nested too deep for **. Name it before the **.")
        }
        try add(path, rest, depth: depth + 1, items, &found)
      } else if Self.matches(item.name[...], part[...]) {
        switch item.kind {
        case .folder where !isLast: try add(path, rest.dropFirst(), depth: depth, items, &found)
        case .file where isLast, .link where isLast: try found.add(path, isLink: item.kind == .link)
        default: break
        }
      }
    }
  }

  /// Whether a name has the form of a part of a pattern.
  static func matches(_ name: Substring, _ pattern: Substring) -> Bool {
    var (name, pattern) = (name, pattern)
    // Where the last star began, and what it has taken so far.
    var retry: (name: Substring, pattern: Substring)?
    while let character = name.first {
      if let wanted = pattern.first, wanted == "*" {
        pattern = pattern.dropFirst()
        retry = (name, pattern)
      } else if let wanted = pattern.first, wanted == "?" || wanted == character {
        name = name.dropFirst()
        pattern = pattern.dropFirst()
      } else if let (taken, after) = retry {
        name = taken.dropFirst()
        pattern = after
        retry = (name, after)
      } else {
        return false
      }
    }
    return pattern.allSatisfy { $0 == "*" }
  }
}
