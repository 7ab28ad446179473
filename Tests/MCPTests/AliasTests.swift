import JSONCoding
import Testing

@testable import MCP

/// One argument under several names.
@Suite struct AliasTests {
  private static let id = Field<Int>.required("id", .integer(1...), "Run id.").alias("run_id")
  private static let tags = Field<[String]?>.optional("tag_names", .array(of: .string), "Tags.").alias("tag", "tags")
  private static let fields = [id.declaration, tags.declaration]

  private func arguments(_ object: JSONObject) throws(ToolError) -> Arguments {
    try Arguments(object, fields: Self.fields, tool: "get")
  }

  @Test(
    arguments: [
      ["id": 7], ["run_id": 7], ["run_id": "7"], ["id": 7, "run_id": 7], ["id": "7", "run_id": 7.0],
      ["id": nil, "run_id": 7], ["id": 7, "run_id": nil], ["id": "", "run_id": 7],
    ] as [JSONObject])
  func `a value is found by any of its names, also when several have it`(object: JSONObject) throws {
    #expect(try arguments(object)[Self.id] == 7)
  }

  @Test func `a list is found by any of its names`() throws {
    for name in ["tag_names", "tag", "tags"] { #expect(try arguments(["id": 1, name: "x"])[Self.tags] == ["x"]) }
    #expect(try arguments(["id": 1, "tags": ["x"], "tag": "x"])[Self.tags] == ["x"])
  }

  @Test func `a member of an object may be an alias of an argument`() throws {
    let model = Field<String?>.optional("model", .string, "Model.").alias("config.model")
    let credential = Field<Int?>.optional("credential", .integer, "Id.").alias("config.connection_id")
    func arguments(_ object: JSONObject) throws(ToolError) -> Arguments {
      try Arguments(object, fields: [model.declaration, credential.declaration], tool: "run")
    }
    for config in [["model": "m", "connection_id": "1"], #"{"model":"m","connection_id":1}"#] as [JSONValue] {
      let read = try arguments(["config": config])
      #expect(read[model] == "m" && read[credential] == 1)
    }
    #expect(try arguments(["config": [:]])[model] == nil)
    #expect(
      throws: ToolError(
        "run: credential and config.connection_id are one argument, but were given two values. Give one of them. "
          + "config.zebra is not an argument. Known: model, connection_id.")
    ) { try arguments(["config": ["connection_id": 1, "zebra": 2], "credential": 2]) }
    #expect(throws: ToolError("run: config must be an object, not an integer.")) { try arguments(["config": 5]) }
    // Some clients fill in every name.
    for nothing in [nil, "", "null"] as [JSONValue] { #expect(try arguments(["config": nothing])[model] == nil) }
  }

  @Test func `two values for one argument are refused`() {
    #expect(
      throws: ToolError("get: id and run_id are one argument, but were given two values. Give one of them.")
    ) { try arguments(["id": 7, "run_id": 8]) }
  }

  @Test func `a wrong or missing value is reported under the field's own name`() {
    #expect(throws: ToolError("get: id must be an integer of at least 1, not 0.")) { try arguments(["run_id": 0]) }
    #expect(throws: ToolError("get: id is missing: Run id.")) { try arguments(["run_id": nil]) }
  }

  @Test func `the schema and the known arguments show the field's own name only`() throws {
    let schema = FieldDeclaration.objectSchema(Self.fields)
    #expect(schema["properties"]?.objectValue?.keys == ["id", "tag_names"])
    #expect(throws: ToolError("get: zebra is not an argument. Known: id, tag_names.")) {
      try arguments(["id": 1, "zebra": 1])
    }
  }
}
