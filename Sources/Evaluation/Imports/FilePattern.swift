import Store

/// A path with `*` for any part of a name, `?` for one character, and `**` for any number of folders.
struct FilePattern {
  /// The most files that a pattern may name.
  static let most = 1_000
  /// How far `**` goes down.
  private static let depth = 8

  private let isAbsolute: Bool
  private let parts: [Substring]

  static func isPattern(_ path: String) -> Bool { path.contains("*") }

  /// - Throws: ``EvaluationError`` for what is not matched here.
  init(_ pattern: String) throws(EvaluationError) {
    guard !pattern.contains(where: { "{}[]!".contains($0) }) else {
      throw EvaluationError("\(pattern.shown) has more than * and ? for its files. List the files one by one.")
    }
    isAbsolute = pattern.hasPrefix("/")
    parts = pattern.split(separator: "/").filter { $0 != "." }
  }

  /// The paths of the files with such a name, by name.
  ///
  /// - Parameter items: lists a folder by its path.
  func paths(
    in items: (String) throws(EvaluationError) -> [FileAccess.Item]
  ) throws(EvaluationError) -> [String] {
    var found: [String] = []
    try add(isAbsolute ? "/" : "", parts[...], 0, items, &found)
    return found
  }

  private func add(
    _ folder: String, _ rest: ArraySlice<Substring>, _ depth: Int,
    _ items: (String) throws(EvaluationError) -> [FileAccess.Item], _ found: inout [String]
  ) throws(EvaluationError) {
    guard let part = rest.first else { return }
    let isLast = rest.count == 1
    guard part.contains(where: { $0 == "*" || $0 == "?" }) || isLast else {
      return try add(Self.path(folder, part), rest.dropFirst(), depth, items, &found)
    }
    if part == "**" { try add(folder, rest.dropFirst(), depth, items, &found) }
    for item in try items(folder) {
      let path = Self.path(folder, item.name[...])
      if part == "**" {
        if item.isFolder, depth < Self.depth { try add(path, rest, depth + 1, items, &found) }
      } else if Self.matches(item.name[...], part) {
        if item.isFolder, !isLast {
          try add(path, rest.dropFirst(), depth, items, &found)
        } else if isLast, !item.isFolder, !found.contains(path) {
          found.append(path)
        }
      }
    }
    guard found.count <= Self.most else {
      throw EvaluationError("It names more than \(Self.most) files. Import them in parts.")
    }
  }

  private static func path(_ folder: String, _ name: Substring) -> String {
    folder.isEmpty || folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
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
