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
  func `a key that comes twice is found among many`(_ count: Int) {
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
  func `keys are the same only if their bytes are`(_ others: Int) throws {
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

  @Test func `a member of what is no object is missing`() {
    #expect(JSONValue.array([1])["a"] == nil)
    #expect(JSONValue.object(["a": 1])["a"] == 1)
  }

  @Test func `each kind of value has a name for people`() {
    let values: [JSONValue] = [nil, true, 1, .bigInteger("9"), 1.5, "s", [], [:]]
    #expect(
      values.map(\.kindName) == [
        "null", "a boolean", "an integer", "an integer", "a number", "a string", "an array", "an object",
      ])
  }
}
