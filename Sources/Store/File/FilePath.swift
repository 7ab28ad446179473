import JSONCoding

/// A path divided as the system divides it: at the bytes of slashes, whatever the letters around them.
///
/// A `String` is divided at characters, and a mark that combines with a slash makes one character of both.
package struct FilePath: Sendable {
  /// The names between the slashes, without empty ones and those that are a single dot.
  package let names: [String]
  package let isAbsolute: Bool
  /// Whether it ends with a slash.
  package let endsWithSlash: Bool

  package init(_ text: String) {
    names = text.utf8.split(separator: Self.slash).map { String(Substring($0)) }.filter { $0 != "." }
    isAbsolute = text.utf8.first == Self.slash
    endsWithSlash = text.utf8.last == Self.slash
  }

  private init(names: [String], isAbsolute: Bool) {
    self.names = names
    self.isAbsolute = isAbsolute
    endsWithSlash = false
  }

  static let slash = UInt8(ascii: "/")

  /// The path as a text; a dot for the folder that it is relative to.
  package var text: String {
    let rest = names.joined(separator: "/")
    return isAbsolute ? "/\(rest)" : rest.isEmpty ? "." : rest
  }

  /// The last name; nil for a path without any.
  package var name: String? { names.last }

  /// Whether it leads to the folder above another one.
  package var leadsUp: Bool { names.contains("..") }

  /// Whether a name in it begins with a dot, as those of a program's settings do.
  package var isHidden: Bool { names.contains { $0.utf8.first == ASCII.period } }

  /// The folder of the file at the path.
  package var parent: FilePath { FilePath(names: names.dropLast(), isAbsolute: isAbsolute) }

  /// A path relative to this one; a `..` in it takes away a name, where there is one.
  package func appending(_ path: FilePath) -> FilePath {
    if path.isAbsolute { return path }
    var all = names
    for name in path.names {
      if name == "..", let last = all.last, last != ".." { all.removeLast() } else { all.append(name) }
    }
    return FilePath(names: all, isAbsolute: isAbsolute)
  }

  package func appending(name: String) -> FilePath { appending(names: [name]) }

  func appending(names more: [String]) -> FilePath { FilePath(names: names + more, isAbsolute: isAbsolute) }

  /// The names that lead from a folder to this path; nil for a path outside it.
  func names(from folder: FilePath) -> [String]? {
    let (start, rest) = (names.prefix(folder.names.count), names.dropFirst(folder.names.count))
    guard start.elementsEqual(folder.names, by: { $0.utf8.elementsEqual($1.utf8) }) else { return nil }
    return Array(rest)
  }
}
