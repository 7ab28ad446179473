import JSONCoding
import Testing

@testable import MCP

@Suite struct SchemaTests {
  private func schema(_ field: FieldDeclaration) -> JSONValue? {
    FieldDeclaration.objectSchema([field])["properties"]?[field.name]
  }

  @Test func `a property has one type, bounds, a description and its default`() {
    #expect(
      schema(Field<Int>.defaulted("n", .integer(1...500), default: 50, "Most.").declaration)
        == ["type": "integer", "maximum": 500, "description": "Most.", "default": 50])
    #expect(
      schema(Field<Int?>.optional("n", .integer(5...), "Id.").declaration)
        == ["type": "integer", "minimum": 5, "description": "Id."])
    #expect(
      schema(Field<Double>.defaulted("t", .number(-2...2), default: 0.5, "T.").declaration)
        == ["type": "number", "minimum": -2, "maximum": 2, "description": "T.", "default": 0.5])
    #expect(
      schema(Field<Bool>.defaulted("b", .boolean, default: true, "B.").declaration)
        == ["type": "boolean", "description": "B.", "default": true])
    #expect(
      schema(Field<String>.defaulted("s", .choice(of: ["x", "y"]), default: "x", "S.").declaration)
        == ["type": "string", "enum": ["x", "y"], "description": "S.", "default": "x"])
  }

  @Test func `bounds that nobody crosses in good faith and the default of a switch are checked, not listed`() {
    let count = Field<Int?>.optional("n", .integer(1...1_000_000), "Count.").declaration
    #expect(schema(count) == ["type": "integer", "description": "Count."])
    #expect(count.shape.problems(with: 0, at: "n") != [])
    #expect(count.shape.problems(with: 1_000_001, at: "n") != [])
    #expect(
      schema(Field<Bool>.defaulted("b", .boolean, default: false, "B.").declaration)
        == ["type": "boolean", "description": "B."])
  }

  @Test func `a list has typed items`() {
    #expect(
      schema(Field<[String]?>.optional("l", .array(of: .string), "L.").declaration)
        == ["type": "array", "items": ["type": "string"], "description": "L."])
  }

  @Test func `a list of objects describes their members and allows no others`() {
    let stars = Field<Int>.required("stars", .integer(1...5), "Stars.")
    #expect(
      schema(Field<[JSONObject]?>.optional("bands", .array(of: .object([stars])), "Bands.").declaration)
        == [
          "type": "array", "description": "Bands.",
          "items": [
            "type": "object", "required": ["stars"], "additionalProperties": false,
            "properties": ["stars": ["type": "integer", "maximum": 5, "description": "Stars."]],
          ],
        ])
  }

  @Test func `a free object has no further schema`() {
    #expect(
      schema(Field<JSONObject?>.optional("o", .freeObject, "O.").declaration) == [
        "type": "object", "description": "O.",
      ])
  }

  @Test func `an object lists its required members and allows no others`() {
    let fields = [
      Field<String>.required("a", .string, "A.").declaration, Field<String?>.optional("b", .string, "B.").declaration,
      Field<Int>.required("c", .integer, "C.").declaration,
    ]
    let schema = FieldDeclaration.objectSchema(fields)
    #expect(schema["type"] == "object")
    #expect(schema["required"] == ["a", "c"])
    #expect(schema["additionalProperties"] == false)
    #expect(schema["properties"]?.objectValue?.keys == ["a", "b", "c"])
  }

  @Test func `a schema without fields has properties but requires nothing`() {
    let schema = FieldDeclaration.objectSchema([])
    #expect(schema["properties"] == [:])
    #expect(schema["required"] == nil)
  }

  @Test func `numbers without a fraction are written without one`() {
    #expect(JSONValue.number(600).text == "600")
    #expect(JSONValue.number(0.5).text == "0.5")
    #expect(JSONValue.number(1e300) == .double(1e300))
  }
}
