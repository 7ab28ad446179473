import Foundation
import Testing

@testable import Providers

/// Bodies that are compressed, as zlib writes them: whole, cut off and damaged.
@Suite struct ContentDecoderTests {
  /// What ``compressed`` holds: words in an order that only looks random.
  private static let text: String = {
    let words = [
      "the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "while", "nobody", "counts", "Grüße", "aus",
      "Köln", "12345", "{}[]:\"",
    ]
    var number = 7
    let chosen = (0..<300).map { _ in
      number = (number * 1_103_515_245 + 12_345) % 2_147_483_648
      return words[(number >> 16) % words.count]
    }
    return chosen.joined(separator: " ")
  }()

  /// With codes of its own and distances far back.
  private static let compressed = Array(
    Data(
      base64Encoded:
        "H4sIAAAAAAACA21VS1bDMAy8ih834LfhAix6BB4Ltw20EGJImpbC4yzcghW7XgykkeJRXxd1bHkkjeSxOzv8tF2a6Vi2TZ/yOKSuzMtynz6/7u5v"
        + "zlJOm1WTbvvD7+G7cWOE2Edwb+N68eyGNn/sMSzLo2U5nUtBT+PL65Dmfdl16fzi8uoaMHhwyN1q3TYGdGL+hSPGRRm7zYAocd9XoMujEQLMFhoA"
        + "2+4IrsQSBox5gj2Ud/1JqeDrFtTgeEskbdIKUTPzUjNCYNNTWJHYskXWFMqrZmWGiIlAkpTLybZS99AOPiDM5cijCJi5RK61GoDKCdTjcYrrJMBa"
        + "g3nINB6k4I0rsknHwTHkdbwWx8LOQXiZacJUc54UP7w1LB0Vl2luthLCNgVNiW8Q+4jFogNidiyObmT2yaShcBXDhWB1AgW2MX286pmud9DuiN/U"
        + "UMlPxTu9ERUKAu51dnyFqfXiBpAuK2FNZ7FJGBMTWyOImpkNusG6q4IVrHkjMxQdtMrCYZDbrGfhTtK58zX29kobLZbUg02x0huDaW1cJvXCYtGY"
        + "H92MIN/aWkEcqUkCRNmefmfpOdYpPTnoaH0mqK/TXwKfQ/WHz//+H2NeaSCeBgAA") ?? Data())

  private func decoded(
    _ pieces: [ArraySlice<UInt8>], coding: String = "gzip", limit: Int = 100_000
  ) throws(HTTPError) -> String {
    var decoder = try ContentDecoder(["content-encoding": coding], limit: limit)
    var body: [UInt8] = []
    for piece in pieces {
      try decoder.decode(Array(piece)) { part in
        body += part
        return true
      }
    }
    try decoder.finish()
    return String(decoding: body, as: UTF8.self)
  }

  @Test func `a body is read the same wherever it is split`() throws {
    let bytes = Self.compressed
    #expect(bytes.count == 468)
    #expect(try decoded([bytes[...]]) == Self.text)
    #expect(try decoded(bytes.indices.map { bytes[$0...$0] }) == Self.text)
    for place in bytes.indices { #expect(try decoded([bytes[..<place], bytes[place...]]) == Self.text) }
  }

  @Test func `a body that is cut off is an error, wherever it is cut`() {
    for place in 1..<Self.compressed.count {
      #expect(throws: HTTPError.connectionLost("its compressed body ended too early"), "\(place)") {
        try decoded([Self.compressed[..<place]])
      }
    }
  }

  @Test(arguments: ["gzip", "deflate"]) func `damage is an error and never a wrong text`(_ coding: String) {
    var numbers = Numbers(1952)
    let start = coding == "gzip" ? 0 : 10
    for _ in 0..<1_500 {
      var bytes = Array(Self.compressed[start...])
      for _ in 0...numbers.next(3) { bytes[numbers.next(bytes.count)] = UInt8(numbers.next(256)) }
      let result = Result { () throws(HTTPError) in try decoded([bytes[...]], coding: coding, limit: 1_000_000) }
      // Without a head there is no sum either: only that nothing crashes can be said.
      if coding == "gzip", case .success(let text) = result, bytes[..<2] == [0x1f, 0x8b] { #expect(text == Self.text) }
    }
  }

  @Test func `data as it stands is read`() throws {
    let text = "{\"plain\":true}"
    let length = UInt8(text.utf8.count)
    let empty: [UInt8] = [0, 0, 0, 0xff, 0xff]
    let stored = empty + [1, length, 0, ~length, 0xff] + Array(text.utf8)
    #expect(try decoded([stored[...]], coding: "deflate") == text)
    #expect(throws: HTTPError.connectionLost("its compressed body ended too early")) {
      try decoded([stored.dropLast()], coding: "deflate")
    }
  }

  @Test func `the limit counts what comes out`() throws {
    #expect(throws: HTTPError.tooLarge(limit: 1_000)) { try decoded([Self.compressed[...]], limit: 1_000) }
    #expect(try decoded([Self.compressed[...]], limit: Self.text.utf8.count) == Self.text)
  }

  @Test func `several codings are none that was asked for`() {
    #expect(throws: HTTPError.self) { try decoded([], coding: "gzip, br") }
  }
}
