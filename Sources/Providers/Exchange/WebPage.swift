/// Recognizes a web page in place of an API's answer.
///
/// Tags are compared as bytes, because lower-casing can change the length of a text, and with it all positions.
enum WebPage {
  static func isOne(_ text: String) -> Bool {
    position(of: "<html", in: text.utf8[...]) != nil || position(of: "<!doctype", in: text.utf8[...]) != nil
      || position(of: "<title", in: text.utf8[...]) != nil
  }

  /// The text of its title; nil if there is none.
  static func title(of text: String) -> Substring? {
    let utf8 = text.utf8
    guard let tag = position(of: "<title", in: utf8[...]),
      let end = utf8[tag.upperBound...].firstIndex(of: UInt8(ascii: ">"))
    else { return nil }
    let title = utf8[utf8.index(after: end)...].prefix { $0 != UInt8(ascii: "<") }
    return Substring(title)
  }

  /// The position of the first occurrence of a lower-case ASCII tag.
  private static func position(of tag: String, in text: Substring.UTF8View) -> Range<Substring.UTF8View.Index>? {
    var start = text.startIndex
    while let open = text[start...].firstIndex(of: UInt8(ascii: "<")) {
      guard let end = text.index(open, offsetBy: tag.utf8.count, limitedBy: text.endIndex) else { return nil }
      if text[open..<end].elementsEqual(tag.utf8, by: { $0 == $1 || $0 | 0x20 == $1 }) { return open..<end }
      start = text.index(after: open)
    }
    return nil
  }
}
