import JSONCoding
import Testing

@testable import Evaluation

@Suite struct TextSearchTests {
  @Test(arguments: [
    ("cafe", "Ein CAFÉ, bitte", "Ein CAFÉ"), ("É", "the end", "the"), ("naïve", "NAIVE", "NAIVE"),
    ("Ångström", "angstro\u{308}m", "angstro\u{308}m"), ("σοφοσ", "ΣΟΦΟΣ", "ΣΟΦΟΣ"), ("ελλας", "Ελλάς", "Ελλάς"),
    ("елка", "Ёлка", "Ёлка"), ("aab", "aaab", "aaab"), ("日本", "…日本語", "…日本"), ("o", "Ø", "Ø"),
    ("istanbul", "İSTANBUL", "İSTANBUL"), ("👩‍🚀", "x👩‍🚀", "x👩‍🚀"), ("a\"b", "A\"B", "A\"B"),
  ])
  func `case and diacritics do not count`(sought: String, text: String, upTo: String) throws {
    let search = try #require(TextSearch(sought))
    let end = try #require(search.end(in: text))
    // A mark behind the last letter belongs to it or not.
    #expect(String(decoding: Array(text.utf8)[..<end], as: UTF8.self).hasPrefix(upTo.prefix(upTo.count - 1)))
    #expect(end <= upTo.utf8.count)
  }

  @Test(arguments: [("ab", "ba"), ("cafes", "café"), ("x", ""), ("日本", "日 本"), ("ß", "ss")])
  func `other texts are not found`(sought: String, text: String) throws {
    #expect(try #require(TextSearch(sought)).end(in: text) == nil)
  }

  @Test func `a text of nothing but marks is nothing to search for`() {
    #expect(TextSearch("") == nil && TextSearch("\u{301}") == nil)
  }

  @Test(arguments: [
    ("a\"b\\c", true), ("line\nbreak", true), ("tab\t", true), ("cafe", true), ("🚀", true), ("\u{1}", true),
    ("a\"b c", false),
  ])
  func `encoded JSON is searched as what it stands for`(sought: String, isFound: Bool) throws {
    let value: JSONValue = ["text": "xA\"B\\C line\nbreak tab\t Café 🚀 \u{1}"]
    let search = try #require(TextSearch(sought))
    #expect(Self.occurs(search, Array(value.text.utf8)) == isFound)
    let escaped = Array(#"{"text":"a\u0022b\\c line\u000abreak tab\t caf\u00e9 \ud83d\ude80 \u0001"}"#.utf8)
    #expect(Self.occurs(search, escaped) == isFound)
  }

  private static func occurs(_ search: TextSearch, _ bytes: [UInt8]) -> Bool { search.mayOccur(inJSON: bytes.span) }

  @Test func `damaged UTF-8 ends no search`() throws {
    let search = try #require(TextSearch("end"))
    for bytes in [[0xFF, 0xC3], [0xF0, 0x9F], [0xE2], [0x5C]] as [[UInt8]] {
      #expect(Self.occurs(search, bytes + Array("end".utf8)))
      #expect(!Self.occurs(search, bytes))
    }
  }
}
