import JSONCoding
import Testing

@testable import Toolbox

@Suite struct ClippingTests {
  private func text(_ count: Int) -> JSONValue { .string(String(repeating: "x", count: count)) }

  @Test func `a short text is kept, a long one says how much is missing`() {
    #expect(Clipping.clip("abc", to: 3) == "abc")
    #expect(Clipping.clip("abcdef", to: 4) == "abcd… [2 more characters]")
    #expect(Clipping.clip("", to: 4) == "")
    #expect(Clipping.clip("éééé", to: 4) == "éééé")
  }

  @Test func `a very long grapheme is cut too`() {
    let tower = "e" + String(repeating: "\u{301}", count: 1000)
    #expect(Clipping.clip(tower, to: 400).unicodeScalars.count < 440)
    #expect(Clipping.clip(tower, to: 400).hasSuffix("… [601 more characters]"))
  }

  @Test func `of two long texts the first difference is shown`() {
    let beginning = String(repeating: "a", count: 300)
    let (one, other) = Clipping.clip(beginning + "one", beginning + "the other" + beginning, to: 200)
    let lead = "[260 characters alike] …" + String(repeating: "a", count: 40)
    #expect(one == lead + "one")
    #expect(other == lead + "the other" + String(repeating: "a", count: 151) + "… [149 more characters]")
    #expect(Clipping.clip("x" + beginning, "y", to: 200).one.hasPrefix("xaaa"))
    #expect(Clipping.clip("same start, one", "same start, other", to: 200) == ("same start, one", "same start, other"))
    #expect(Clipping.clip(beginning, beginning + "more", to: 200).one == lead)
  }

  @Test func `an object that fits is left alone`() {
    let object: JSONObject = ["a": text(30_000), "b": [1, 2]]
    #expect(Clipping.fit(object) == object)
  }

  @Test(arguments: [40_000, 1_000_000]) func `the marks count all missing characters`(count: Int) throws {
    let (object, shown) = Clipping.fitted(["a": text(count), "b": text(count), "c": "short"])
    #expect(object["a"]?.stringValue?.hasSuffix("… [\(count - shown) more characters]") == true)
    #expect(object["a"] == object["b"])
    #expect(object["c"] == "short")
    #expect(Clipping.size(of: object) <= Clipping.resultLimit)
    #expect(Clipping.size(of: object) > Clipping.resultLimit / 4)
  }

  static let large: [JSONObject] = [
    ["list": .array(Array(repeating: "element", count: 100_000))], ["list": .array((0..<100_000).map { .int($0) })],
    ["input": .object(JSONObject((0..<20_000).map { .init(key: "column \($0)", value: "v") }))],
    ["list": .array((0..<2000).map { _ in ["text": .string(String(repeating: "y", count: 200)), "n": [1, 2, 3]] })],
    ["list": .array((0..<300).map { _ in .array((0..<300).map { .int($0) }) })],
  ]

  @Test(arguments: large) func `long lists and objects are cut if cutting texts is not enough`(object: JSONObject) {
    let fitted = Clipping.fit(object)
    #expect(Clipping.size(of: fitted) <= Clipping.resultLimit)
    #expect(fitted.keys == [object.keys[0], "clipped"])
    #expect(fitted["clipped"]?.stringValue?.hasSuffix("of: \(object.keys[0]).") == true)
    #expect(Clipping.size(of: Clipping.listItem(object)) <= 8000)
  }
}
