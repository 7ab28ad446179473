import JSONCoding
import Testing

@testable import MCP

@Suite struct ArgumentsTests {
  private enum Color: String, CaseIterable, Sendable { case red, green }

  private static let name = Field<String>.required("name", .string, "Name of the thing.")
  private static let count = Field<Int>.defaulted("count", .integer(1...9), default: 3, "How many.")
  private static let note = Field<String?>.optional("note", .string, "A note.")
  private static let ratio = Field<Double?>.optional("ratio", .number(0...1), "A share.")
  private static let ids = Field<[Int]?>.optional("ids", .array(of: .integer(1...)), "Ids.")
  private static let isLoud = Field<Bool>.defaulted("loud", .boolean, default: false, "Whether loud.")
  private static let color = Field<Color?>.optional("color", .choice, "A color.")
  private static let fields = [
    name.declaration, count.declaration, note.declaration, ratio.declaration, ids.declaration, isLoud.declaration,
    color.declaration,
  ]

  private func arguments(_ object: JSONObject) throws(ToolError) -> Arguments {
    try Arguments(object, fields: Self.fields, tool: "paint")
  }

  private func problem(_ object: JSONObject) -> String? {
    do throws(ToolError) {
      _ = try arguments(object)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func `given values come out typed`() throws {
    let arguments = try arguments([
      "name": "n", "count": "9", "note": "", "ratio": "0.5", "ids": "[1,2]", "loud": "true", "color": "green",
    ])
    #expect(arguments[Self.name] == "n")
    #expect(arguments[Self.count] == 9)
    #expect(arguments[Self.note] == "")
    #expect(arguments[Self.ratio] == 0.5)
    #expect(arguments[Self.ids] == [1, 2])
    #expect(arguments[Self.isLoud])
    #expect(arguments[Self.color] == .green)
  }

  @Test func `an integer is a number`() throws {
    #expect(try arguments(["name": "n", "ratio": 1])[Self.ratio] == 1)
  }

  @Test(arguments: [JSONValue?.none, .some(nil), "", "null"])
  func `an absent optional is nil and an absent default is the default`(given: JSONValue?) throws {
    var object: JSONObject = ["name": "n"]
    for field in ["count", "ratio", "ids", "loud", "color"] { object[field] = given }
    let arguments = try arguments(object)
    #expect(arguments[Self.count] == 3)
    #expect(arguments[Self.ratio] == nil)
    #expect(arguments[Self.ids] == nil)
    #expect(!arguments[Self.isLoud])
    #expect(arguments[Self.color] == nil)
  }

  @Test func `a string field accepts every text unchanged`() throws {
    #expect(try arguments(["name": "", "note": "null"])[Self.note] == "null")
    #expect(try arguments(["name": "", "note": nil])[Self.note] == nil)
  }

  @Test(arguments: [JSONObject(), ["name": nil]])
  func `a missing required argument is named with its description`(object: JSONObject) {
    #expect(problem(object) == "paint: name is missing: Name of the thing.")
  }

  @Test func `all problems are reported together, in the order of the fields`() {
    let text = problem(["count": 10, "ratio": "x", "ids": [1, 0], "names": "n", "zebra": 1, "color": "gren"])
    #expect(
      text == """
        paint: name is missing: Name of the thing. count must be an integer from 1 to 9, not 10. \
        ratio must be a number from 0 to 1, not the string "x". ids[1] must be an integer of at least 1, not 0. \
        color must be one of "red", "green", not "gren". Did you mean "green"? \
        names is not an argument. Did you mean "name"? \
        zebra is not an argument. Known: name, count, note, ratio, ids, loud, color.
        """)
  }

  @Test func `several unknown arguments list the known ones once`() {
    let text = problem(["name": "n", "aa": 1, "colour": "red", "bb": 2, "cc": 3]) ?? ""
    #expect(
      text == """
        paint: aa is not an argument. colour is not an argument. Did you mean "color"? bb is not an argument. \
        cc is not an argument. Known: name, count, note, ratio, ids, loud, color.
        """)
    #expect(problem(["name": "n", "colour": "red"])?.contains("Known") == false)
  }

  @Test func `a tool without fields takes none`() {
    #expect(throws: ToolError("t: x is not an argument. There are none.")) {
      try Arguments(["x": 1], fields: [], tool: "t")
    }
  }

  @Test func `members of nested objects are checked like arguments`() {
    let stars = Field<Int>.required("stars", .integer(1...5), "Number of stars.")
    let bands = Field<[JSONObject]>.required("bands", .array(of: .object([stars])), "Bands.")
    #expect(
      throws: ToolError(
        "t: bands[0].stars is missing: Number of stars. bands[0].star is not an argument. Did you mean \"stars\"? "
          + "bands[1].stars must be an integer from 1 to 5, not 7.")
    ) {
      try Arguments(["bands": [["star": 1], ["stars": 7]]], fields: [bands.declaration], tool: "t")
    }
  }

  @Test func `many problems of one kind are cut short`() {
    var object: JSONObject = ["name": "n"]
    object["ids"] = .array((0..<1000).map { _ in "x" })
    for number in 0..<1000 { object.append("zebra\(number)", 1) }
    let text = problem(object) ?? ""
    #expect(text.contains("ids[19] must be") && !text.contains("ids[20]"))
    #expect(text.contains("The items of ids after that were not checked."))
    #expect(text.contains("zebra19 ") && !text.contains("zebra20"))
    #expect(text.hasSuffix("Nor are 980 others."))
  }

  static let forms: [(JSONValue?, JSONObject)] = [
    (nil, [:]), (JSONValue.null, [:]), ("", [:]), ([:], [:]), (["a": 1], ["a": 1]),
    (#"{"a":1}"#, ["a": 1]),
  ]

  @Test(arguments: forms)
  func `arguments come as an object, as its text, or not at all`(given: JSONValue?, read: JSONObject) {
    #expect(Arguments.object(given) == read)
  }

  @Test(arguments: [JSONValue.array([]), 5, true, "text", "[1]"])
  func `anything else is not valid as arguments`(given: JSONValue) {
    #expect(Arguments.object(given) == nil)
  }
}
