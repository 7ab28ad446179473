import JSONCoding
import Testing

@Suite struct `Objects` {
  @Test func `members keep their order`() throws {
    let object = try #require(try JSONValue(parsing: #"{"z":1,"a":2,"m":3}"#).objectValue)
    #expect(object.keys == ["z", "a", "m"])
    #expect(String(decoding: object.encoded, as: UTF8.self) == #"{"z":1,"a":2,"m":3}"#)
  }

  @Test func `objects are equal in any order, arrays are not`() throws {
    #expect(try JSONValue(parsing: #"{"a":1,"b":[1,2]}"#) == ["b": [1, 2], "a": 1])
    #expect(try JSONValue(parsing: #"{"a":1,"b":[1,2]}"#) != ["b": [2, 1], "a": 1])
    #expect(JSONValue.object(["a": 1]) != ["a": 1, "b": 1])
    #expect(JSONValue.object(["a": 1, "b": 2]) != ["a": 1, "c": 2])
  }

  @Test func `a key can be set, changed and removed`() {
    var object: JSONObject = ["a": 1]
    object["b"] = 2
    object["a"] = 3
    #expect(object.encoded == Array(#"{"a":3,"b":2}"#.utf8))
    object["a"] = nil
    object["missing"] = nil
    #expect(object.encoded == Array(#"{"b":2}"#.utf8))
    object.append("c", nil)
    #expect(object["c"] == .null)
    #expect(object["d"] == nil)
  }

  @Test(arguments: [2, 15, 16, 17, 18, 40, 1000])
  func `a repeated key is found among many`(_ count: Int) {
    let members = (0..<count).map { "\"k\($0)\":0" }
    JSONText("{\(members.joined(separator: ","))}").expectAgreement()
    #expect(throws: Never.self) { try JSONValue(parsing: "{\(members.joined(separator: ","))}") }
    for repeated in [0, count / 2, count - 1] {
      let start = "{" + members.joined(separator: ",") + ","
      let text = JSONText(start + "\"k\(repeated)\":1}")
      #expect(text.parsed() == .failure(JSONError(.duplicateKey("k\(repeated)"), at: start.utf8.count)))
      text.expectAgreement()
    }
  }

  @Test(arguments: [0, 30])
  func `keys are equal only if their bytes are`(_ others: Int) throws {
    let more = (0..<others).map { ",\"k\($0)\":0" }.joined()
    let text = JSONText("{\"\u{e9}\":1,\"e\u{301}\":2\(more)}")
    text.expectAgreement()
    let object = try #require(try text.parsed().get().objectValue)
    #expect(object.count == 2 + others)
    #expect(object["\u{e9}"] == 1)
    #expect(object["e\u{301}"] == 2)
    let reversed: JSONObject = ["e\u{301}": 2, "\u{e9}": 1]
    #expect(others > 0 || object == reversed)
  }

  @Test func `a value that is not an object has no members`() {
    #expect(JSONValue.array([1])["a"] == nil)
    #expect(JSONValue.object(["a": 1])["a"] == 1)
  }

  @Test func `each kind of value has a name for people`() {
    let values: [JSONValue] = [nil, true, 1, .numeral("9"), 1.5, "s", [], [:]]
    #expect(
      values.map(\.kindName) == [
        "null", "a boolean", "an integer", "an integer", "a number", "a string", "an array", "an object",
      ])
  }

  /// Pairs of keys that are canonically equivalent but differ in bytes.
  private static func alikeKeys(_ count: Int) -> [String] {
    (0..<count).map { number in
      let letters = (0..<16).map { number >> $0 & 1 == 0 ? "\u{e9}" : "e\u{301}" }
      return letters.joined()
    }
  }

  @Test func `keys that differ only in bytes are different, and many are read in linear time`() throws {
    func seconds(_ count: Int) throws -> Double {
      let keys = Self.alikeKeys(count)
      let text = "{" + keys.map { "\"\($0)\":1" }.joined(separator: ",") + "}"
      let start = ContinuousClock.now
      let value = try JSONValue(parsing: text)
      var reader = JSONReader()
      try reader.skipValue(in: Array(text.utf8).span)
      let elapsed = ContinuousClock.now - start
      #expect(value.objectValue?.count == count)
      #expect(value == value && value.objectValue?.keys.last?.utf8.elementsEqual(keys[count - 1].utf8) == true)
      return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    }
    // The best of three, because other processes may delay any of them.
    func best(_ count: Int) throws -> Double { try min(seconds(count), seconds(count), seconds(count)) }
    let (few, many) = (try best(2_000), try best(32_000))
    // Sixteen times as many; squared, it would be 256 times as long.
    #expect(many < 80 * max(few, 0.001))
    let repeated = "{" + (Self.alikeKeys(100) + Self.alikeKeys(1)).map { "\"\($0)\":1" }.joined(separator: ",") + "}"
    #expect(throws: JSONError.self) { try JSONValue(parsing: repeated) }
  }

  @Test func `objects are compared by their keys' bytes, in any order`() {
    let (one, other): (JSONObject, JSONObject) = (["\u{e9}": 1, "b": 2], ["e\u{301}": 1, "b": 2])
    #expect(one != other && one == ["b": 2, "\u{e9}": 1])
  }
}
