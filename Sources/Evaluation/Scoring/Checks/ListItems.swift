import JSONCoding

/// The items of a list in a text.
enum ListItems {
  /// The items of a JSON array, or of a text that separates them by line breaks, commas or semicolons.
  ///
  /// Bullets, numbers before items and quotes are removed; an item that occurs again is left out.
  static func items(of text: String, lowercased: Bool = true) -> [String] {
    let text = text.trimmed().withoutCodeFence
    let raw = array(text) ?? parts(of: text).map { withoutBullet($0.trimmed()) }
    var seen: Set<String> = []
    return raw.compactMap { item in
      let item = lowercased ? withoutQuotes(item).lowercased() : withoutQuotes(item)
      return !item.isEmpty && seen.insert(item).inserted ? item : nil
    }
  }

  private static func parts(of text: String) -> [Substring] {
    guard CheckText.isASCII(text) else { return text.split { $0.isNewline || $0 == "," || $0 == ";" } }
    // A line break is one of \n, \v, \f and \r, and bytes are much faster to look at than characters.
    return text.utf8.split { (0x0A...0x0D).contains($0) || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") }
      .map { Substring($0) }
  }

  private static func array(_ text: String) -> [String]? {
    guard text.hasPrefix("[") else { return nil }
    do { return try JSONValue(parsing: text).arrayValue?.map { $0.stringValue ?? $0.canonical.text } } catch {
      return nil
    }
  }

  /// The text after `-`, `*`, a dot, or a number such as `1.` or `2)`, each with white space after it.
  private static func withoutBullet(_ item: String) -> String {
    guard let space = item.prefix(6).firstIndex(where: \.isWhitespace) else { return item }
    var mark = item[..<space]
    if mark != "-", mark != "*", mark != "\u{2022}" {
      guard let end = mark.popLast(), end == "." || end == ")", !mark.isEmpty,
        mark.utf8.allSatisfy({ (0x30...0x39).contains($0) })
      else {
        return item
      }
    }
    return item[space...].trimmed()
  }

  private static func withoutQuotes(_ item: String) -> String {
    var item = item.trimmed()[...]
    while let first = item.first, let last = item.last, item.dropFirst().first != nil, quotes.contains(first),
      quotes.contains(last)
    {
      item = item.dropFirst().dropLast()
    }
    return item.trimmed()
  }

  private static let quotes: Set<Character> = ["\"", "'", "`", "\u{201C}", "\u{201D}", "\u{2018}", "\u{2019}"]
}
