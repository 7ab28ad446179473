import JSONCoding
import Testing

@testable import Evaluation

@Suite struct JSONSchemaTests {
  private static func schema(_ text: String) throws -> JSONSchema {
    try JSONSchema(try #require(try JSONValue(parsing: text).objectValue))
  }

  private static let person = """
    {"$defs": {"name": {"type": "string", "minLength": 1}},
     "type": "object", "properties": {"name": {"$ref": "#/$defs/name"}, "age": {"type": ["integer", "null"], "minimum": 0},
     "tags": {"type": "array", "items": {"enum": ["a", "b"]}, "maxItems": 2}},
     "required": ["name"], "additionalProperties": false, "title": "A person"}
    """

  @Test(arguments: [
    (#"{"name": "Ann", "age": 3, "tags": ["a", "b"]}"#, nil), (#" {"name": "Ann", "age": null} "#, nil),
    (#"{"name": "Ann", "age": 3.0}"#, nil), (#"{"age": 3}"#, "missing_key"), (#"["Ann"]"#, "wrong_type"),
    (#"{"name": "Ann", "age": "3"}"#, "wrong_type"), (#"{"name": "Ann", "age": 3.5}"#, "wrong_type"),
    (#"{"name": "Ann", "city": "Rome"}"#, "extra_key"), (#"{"name": ""}"#, "other"),
    (#"{"name": "Ann", "age": -1}"#, "other"), (#"{"name": "Ann", "tags": ["c"]}"#, "other"),
    (#"{"name": "Ann", "tags": ["a", "a", "a"]}"#, "other"), ("Her name is Ann.", "not_json"), ("", "not_json"),
    ("```json\n{\"name\": \"Ann\"}\n```", "in_code_fence"), ("```\n{\"age\": 3}\n```", "in_code_fence"),
    ("```json\n{\"name\": \n```", "not_json"), (#"{"name": "Ann"} Done."#, "not_json"),
  ])
  func `an answer is valid, or has a reason`(answer: String, reason: String?) throws {
    #expect(try Self.schema(Self.person).fault(inAnswer: answer)?.reason.rawValue == reason)
  }

  @Test func `an answer at the token limit is truncated unless complete`() throws {
    let schema = try Self.schema(Self.person)
    #expect(schema.fault(inAnswer: #"{"name": "An"#, isCutOff: true)?.reason == .truncated)
    #expect(schema.fault(inAnswer: #"{"name": "Ann"}"#, isCutOff: true) == nil)
    // Whatever else is wrong with it.
    for answer in ["```json\n{", #"[{"name":"f","arguments":"{\"a\""}]"#, #"{"nam": 1}"#, "12", ""] {
      #expect(schema.fault(inAnswer: answer, isCutOff: true)?.reason == .truncated, "\(answer)")
    }
    #expect(try Self.schema(#"{"type": "integer"}"#).fault(inAnswer: "12", isCutOff: true)?.reason == .truncated)
    #expect(schema.fault(inAnswer: "Ann is a woman who lives in", isCutOff: true)?.reason == .notJSON)
  }

  @Test func `a fault names its place`() throws {
    let fault = try Self.schema(Self.person).fault(inAnswer: #"{"name": "Ann", "tags": ["a", "x"]}"#)
    #expect(fault?.description == #"/tags/1: "x" is none of ["a","b"]"#)
  }

  @Test(arguments: [
    (#"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#, "3", "wrong_type"),
    (#"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#, "null", nil),
    (#"{"anyOf": [{"type": "null"}, {"type": "object", "required": ["a"]}]}"#, "{}", "missing_key"),
    (#"{"const": {"a": [1, 2]}}"#, #"{"a": [1.0, 2]}"#, nil), (#"{"const": 1}"#, "true", "other"),
    (#"{"exclusiveMinimum": 1, "exclusiveMaximum": 2}"#, "1", "other"),
    (#"{"exclusiveMinimum": 1, "exclusiveMaximum": 2}"#, "1.5", nil), (#"{"maximum": 2}"#, "2", nil),
    (#"{"maximum": 2}"#, #""a text""#, nil), (#"{"pattern": "^[A-Z]{2}[0-9]+$"}"#, #""AB12""#, nil),
    (#"{"pattern": "^[A-Z]{2}[0-9]+$"}"#, #""AB""#, "other"), (#"{"maxLength": 2}"#, #""😀😀""#, nil),
    (#"{"type": "array", "minItems": 1, "items": {"type": "number"}}"#, "[]", "other"),
    (#"{"type": "object", "additionalProperties": {"type": "integer"}}"#, #"{"a": 1, "b": "x"}"#, "wrong_type"),
    (#"{"type": "object", "properties": {"a": false}}"#, #"{"a": 1}"#, "other"), ("{}", "[1, null]", nil),
    (#"{"enum": ["a", "b"], "const": "b"}"#, #""a""#, "other"),
  ])
  func `every keyword is checked`(schema: String, value: String, reason: String?) throws {
    #expect(try Self.schema(schema).fault(inAnswer: value)?.reason.rawValue == reason)
  }

  @Test func `a schema may refer to itself, to any depth that an answer has`() throws {
    let tree = try Self.schema(
      ##"{"type": "object", "properties": {"in": {"$ref": "#"}}, "additionalProperties": false}"##)
    #expect(tree.fault(inAnswer: #"{"in": {"in": {"in": {}}}}"#) == nil)
    #expect(tree.fault(inAnswer: #"{"in": {"in": {"out": {}}}}"#)?.reason == .extraKey)
  }

  @Test func `circular references and nested choices end`() throws {
    let circle = try Self.schema(##"{"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}"##)
    #expect(circle.fault(inAnswer: "1")?.reason == .other)
    let choices = try Self.schema(
      ##"{"$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}]}}, "$ref": "#/$defs/a"}"##)
    #expect(choices.fault(inAnswer: "1")?.reason == .other)
  }

  @Test(arguments: [
    (#"{"oneOf": []}"#, #"has the keyword "oneOf""#),
    (#"{"properties": {"a": {"multipleOf": 2}}}"#, #"has the keyword "multipleOf""#),
    (#"{"type": "text"}"#, #"has the type "text""#), (#"{"required": "a"}"#, "needs a list of strings"),
    (#"{"minLength": -1}"#, "not negative"),
    (#"{"minItems": 3, "maxItems": 2}"#, "has a minimum above its maximum"),
    (##"{"$ref": "#/$defs/a"}"##, "refers to #/$defs/a"),
    (#"{"items": {"$defs": {}}}"#, "rules are defined at its top"),
    (#"{"pattern": "(a"}"#, "has a ( without )"), (#"{"items": 3}"#, "has 3 for a schema"),
    (#"{"enum": []}"#, "needs a non-empty list"),
  ])
  func `a schema that cannot be checked is refused with its keyword`(schema: String, sentence: String) {
    #expect { try Self.schema(schema) } throws: { "\($0)".contains(sentence) }
  }

  @Test func `the nesting of a schema is limited`() {
    let deep = String(repeating: #"{"items": "#, count: 60) + "{}" + String(repeating: "}", count: 60)
    #expect { try Self.schema(deep) } throws: { "\($0)".contains("levels deep") }
  }
}
