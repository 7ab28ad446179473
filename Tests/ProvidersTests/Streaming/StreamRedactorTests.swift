import Testing

@testable import Providers

@Suite struct StreamRedactorTests {
  private static let key = "Zq8wV3nLr7TtYx2BKm5P"

  /// The shown text for these pieces.
  private func shown(_ pieces: [String], key: String = StreamRedactorTests.key) -> [String] {
    var redactor = StreamRedactor(Redactor(secrets: [Secret(key)]))
    return (pieces.map { redactor.take($0) } + [redactor.finish()]).filter { !$0.isEmpty }
  }

  @Test(arguments: 1...24)
  func `a key never gets through, however it is split`(length: Int) {
    let text = "My key is \(Self.key), in hex 5a71387756336e4c72375474597832424b6d3550. Grüße! 😀 \(Self.key)"
    var pieces: [String] = []
    var rest = text[...]
    while !rest.isEmpty {
      pieces.append(String(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    let whole = shown(pieces).joined()
    #expect(whole == "My key is <redacted>, in hex <redacted>. Grüße! 😀 <redacted>")
  }

  @Test func `complete words are shown`() {
    #expect(shown(["Hel", "lo ", "wor", "ld"]) == ["Hello ", "world"])
    #expect(shown(["你好", "，世界", "a"]) == ["你好", "，世界", "a"])
  }

  @Test func `without a key to guard everything is shown at once`() {
    #expect(shown(["Hel", "lo"], key: "ollama") == ["Hel", "lo"])
  }

  @Test func `all but the end of a very long word is shown`() {
    let pieces =
      [String](repeating: "abcdefgh12", count: 1_000) + [Self.key] + [String](repeating: "abcdefgh34", count: 1_000)
    let parts = shown(pieces)
    #expect(parts.count > 5)
    let long = String(repeating: "abcdefgh12", count: 1_000)
    #expect(parts.joined() == "\(long)<redacted>\(long.replacing("12", with: "34"))")
  }
}
