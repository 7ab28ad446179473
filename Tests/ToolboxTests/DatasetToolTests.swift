import Foundation
import JSONCoding
import TestSupport
import Testing

@testable import Toolbox

@Suite struct DatasetToolTests {
  private let server = TestServer()

  @Test func `a new dataset shows its columns and rows`() async throws {
    let csv = "text,expected_output\nHello,Hi\n\"a, \"\"b\"\"\nc\",x"
    let dataset = try await server.call(
      "datasets_create", ["name": "tickets", "csv_data": .string(csv), "tag_names": ["QA"]])
    #expect(
      dataset.keys == [
        "id", "name", "created_at", "updated_at", "tags", "columns", "row_count", "first_rows",
      ])
    var expected: JSONObject = [
      "id": 1, "name": "tickets", "tags": ["qa"], "columns": ["text", "expected_output"], "row_count": 2,
      "first_rows": [
        ["text": "Hello", "expected_output": "Hi"], ["text": "a, \"b\"\nc", "expected_output": "x"],
      ],
    ]
    expected["created_at"] = dataset["created_at"]
    expected["updated_at"] = dataset["created_at"]
    #expect(dataset == expected)
    expected["first_rows"] = nil
    expected["csv_data"] = .string(csv)
    expected["rows_shown"] = ["first": 0, "count": 2]
    #expect(try await server.call("datasets_get", ["id": 1]) == expected)
  }

  @Test func `creating a dataset returns its first three rows, cut if long`() async throws {
    let long = String(repeating: "x", count: 1000)
    let csv = "a,b\n" + (1...300).map { "\($0),\(long)" }.joined(separator: "\n")
    for (tool, arguments) in [
      ("datasets_create", ["name": "long", "csv_data": .string(csv)]),
      ("datasets_update", ["id": 1, "csv_data": .string(csv)]),
    ] as [(String, JSONObject)] {
      let dataset = try await server.call(tool, arguments)
      #expect(dataset["csv_data"] == nil && dataset["row_count"] == 300)
      let rows = try #require(dataset["first_rows"]?.arrayValue)
      #expect(rows.map { $0["a"] } == ["1", "2", "3"])
      #expect(rows[0]["b"]?.stringValue?.hasSuffix("more characters]") == true)
    }
    #expect(try await server.call("datasets_update", ["id": 1, "name": "n"])["first_rows"] == nil)
  }

  @Test func `a list leaves the rows out`() async throws {
    try await server.dataset()
    let item = try await server.call("datasets_list")["datasets"]?.arrayValue?.first?.objectValue
    #expect(item?.keys == ["id", "name", "created_at", "updated_at", "columns", "row_count"])
  }

  @Test(arguments: [
    "\u{feff}text,expected_output\r\nHello,Hi\r\n", "text,expected_output\\nHello,Hi",
    "text , expected_output\rHello,Hi",
  ])
  func `byte-order marks, all line breaks and escaped ones are read`(csv: String) async throws {
    let id = try await server.dataset(csv)
    let dataset = try await server.call("datasets_get", ["id": .int(id)])
    #expect(dataset.strings("columns") == ["text", "expected_output"])
    #expect(dataset["row_count"] == 1)
  }

  static let faults: [(String, String)] = [
    ("", "The CSV is empty"), ("a,b", "has a header but no row"), ("a,b\n", "has a header but no row"),
    ("a,b\n1,2\n3", "Line 3 has 1 field, the header has 2"), ("a,b\n1,2,3", "Line 2 has 3 fields, the header has 2"),
    ("a,a\n1,2", "Line 1: the column \"a\""), ("a,\n1,2", "Line 1: column 2 of the header has no name"),
    ("a\n\"x\ny", "Line 2: a double quote is opened"), ("a\n\"x\"y", "Line 2: there is text after"),
  ]

  @Test(arguments: faults) func `a fault is refused with its line`(csv: String, words: String) async throws {
    let refusal = try await server.refusal("datasets_create", ["name": "d", "csv_data": .string(csv)])
    #expect(refusal.hasPrefix("csv_data cannot be read. "))
    #expect(refusal.contains(words))
    #expect(try await server.call("datasets_list")["total"] == 0)
    try await server.dataset()
    let before = try await server.call("datasets_get", ["id": 1])
    #expect(try await server.refusal("datasets_update", ["id": 1, "csv_data": .string(csv)]).contains(words))
    #expect(try await server.call("datasets_get", ["id": 1]) == before)
  }

  @Test func `an update replaces what is given`() async throws {
    try await server.dataset()
    let renamed = try await server.call("datasets_update", ["id": 1, "name": "new", "tag_names": ["x"]])
    #expect(renamed["name"] == "new")
    #expect(renamed["row_count"] == 3)
    let replaced = try await server.call("datasets_update", ["id": 1, "csv_data": "q\n1"])
    #expect(replaced.strings("columns") == ["q"])
    #expect(replaced["row_count"] == 1)
    #expect(replaced["tags"] == ["x"])
    #expect(replaced["name"] == "new")
    #expect(try await server.refusal("datasets_update", ["id": 1, "name": " "]) == "name is empty. Give it some text.")
  }

  @Test func `rows are paged by offset and limit`() async throws {
    try await server.dataset("n\n" + (0..<10).map { "\($0)" }.joined(separator: "\n"))
    let page = try await server.call("datasets_get", ["id": 1, "offset": 3, "limit": "4"])
    #expect(page["csv_data"] == "n\n3\n4\n5\n6\n")
    #expect(page["rows_shown"] == ["first": 3, "count": 4])
    #expect(page["next_offset"] == 7)
    let last = try await server.call("datasets_get", ["id": 1, "offset": 7, "limit": 500])
    #expect(last["csv_data"] == "n\n7\n8\n9")
    #expect(last["next_offset"] == nil)
    #expect(
      try await server.refusal("datasets_get", ["id": 1, "offset": 10])
        == "offset is 10, but dataset 1 has 10 rows, counted from 0.")
  }

  /// Rows whose JSON is as long as their text, twice as long, and six times as long.
  static let cells = ["plain text of a row", "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"", "\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}"]

  @Test(arguments: cells) func `a long dataset is read to its end, each row once`(cell: String) async throws {
    let rows = (0..<3000).map { "\($0),\"\(cell)\"" }
    try await server.dataset("n,text\n" + rows.joined(separator: "\n"))
    var shown: [String] = []
    var offset: JSONValue? = 0
    while let next = offset {
      let page = try await server.call("datasets_get", ["id": 1, "offset": next])
      let csv = page["csv_data"]?.stringValue ?? ""
      #expect(!csv.contains("more characters"))
      shown += csv.split(separator: "\n").dropFirst().map(String.init)
      offset = page["next_offset"]
    }
    #expect(shown == rows)
  }

  @Test func `without a limit a long dataset is short, and says how to get more`() async throws {
    try await server.dataset("n,text\n" + (0..<2000).map { "\($0),plain text of a row\n" }.joined())
    let short = try await server.call("datasets_get", ["id": 1])
    #expect(JSONValue.object(short).text.count <= 8_300)
    #expect(short["note"]?.stringValue?.contains("limit") == true)
    let long = try await server.call("datasets_get", ["id": 1, "limit": 1000])
    #expect(long["rows_shown"]?["count"] == 1000 && long["note"] == nil)
    #expect(try await server.call("datasets_get", ["id": 1, "offset": 1990])["note"] == nil)
  }

  @Test func `a row too long for a result is cut, and the next one follows`() async throws {
    try await server.dataset("text\n" + String(repeating: "x", count: 100_000) + "\nlast")
    let first = try await server.call("datasets_get", ["id": 1])
    #expect(first["csv_data"]?.stringValue?.hasSuffix("more characters]") == true)
    #expect(first["next_offset"] == 1)
    #expect(try await server.call("datasets_get", ["id": 1, "offset": 1])["csv_data"] == "text\nlast")
  }

  @Test func `deleting a dataset deletes its runs and their responses`() async throws {
    try await server.generatedRun()
    try await server.call("runs_create", ["prompt_id": 1, "dataset_id": 1])
    let other = try await server.run()
    let counts: JSONValue = ["datasets": 1, "runs": 2, "responses": 3]
    #expect(
      try await server.call("datasets_delete", ["id": 1, "dry_run": true])
        == ["deleted": false, "id": 1, "removed": counts])
    #expect(try await server.ids("runs_list").count == 3)
    #expect(
      try await server.call("datasets_delete", ["id": 1, "confirm": true])
        == ["deleted": true, "id": 1, "removed": counts])
    #expect(try await server.ids("runs_list") == [other])
    #expect(try await server.ids("datasets_list") == [2])
    #expect(try await server.call("prompts_list")["total"] == 2)
  }

  @Test func `a column with nearly a special name and a run without a score are reported`()
    async throws
  {
    let made = try await server.call(
      "datasets_create", ["name": "n", "csv_data": "text,Expected Output,_cluster,__weight\na,b,1,2\n"])
    let note = try #require(made["note"]?.stringValue)
    for name in ["\"Expected Output\"", "expected_output", "\"_cluster\"", "__cluster", "\"__weight\""] {
      #expect(note.contains(name))
    }
    try await server.call("prompts_create", ["name": "p", "template": "Say {{ text }}", "llm_model": "echo"])
    let run = try await server.call("runs_create", ["prompt_id": 1, "dataset_id": 1])
    #expect(run["warnings"]?.arrayValue?.first?.stringValue?.contains("expected_column") == true)
    #expect(
      try await server.call("runs_create", ["prompt_id": 1, "dataset_id": 1, "scoring": "None"])["warnings"] == [])

    let right = try await server.call(
      "datasets_create", ["name": "r", "csv_data": "split,expected,expected_output,__split\na,b,c,train\n"])
    #expect(right["note"] == nil)
  }

  // MARK: Files and more rows

  private func write(_ text: String, to name: String) throws {
    let folder = URL(fileURLWithPath: server.folder.path + "/files")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  @Test func `a file in an allowed folder is a dataset`() async throws {
    try write("text,n\na,1\nb,2\nc,3\nd,4\n", to: "rows.csv")
    let dataset = try await server.call("datasets_create", ["name": "d", "path": "rows.csv"])
    #expect(dataset["row_count"] == 4 && dataset["first_rows"]?.arrayValue?.count == 3 && dataset["csv_data"] == nil)
    try write("text,n\na\n", to: "bad.csv")
    let refusal = try await server.refusal("datasets_create", ["name": "d", "path": "bad.csv"])
    #expect(refusal.hasPrefix("The file \"bad.csv\" cannot be read. Line 2 has 1 field"))
    let outside = try await server.refusal("datasets_create", ["name": "d", "path": "../store.json"])
    #expect(outside.contains("--files FOLDER"))
  }

  @Test func `rows are appended to those that are there`() async throws {
    let id = try await server.dataset("text,n\na,1\n")
    try write("n;text\n2;b\n", to: "rows.csv")
    var dataset = try await server.call("datasets_update", ["id": .int(id), "append_path": "rows.csv"])
    #expect(dataset["row_count"] == 2 && dataset["note"]?.stringValue?.contains("semicolons") == true)
    dataset = try await server.call("datasets_update", ["id": .int(id), "append_csv": "text,n\nc,3\n", "name": "more"])
    #expect(dataset["row_count"] == 3 && dataset["name"] == "more")
    #expect(dataset["row_count_before"] == 2 && dataset["first_appended_row"] == ["text": "c", "n": "3"])
    #expect(dataset["first_rows"]?.arrayValue?.map { $0["text"] } == ["a", "b", "c"])
    let shown = try await server.call("datasets_get", ["id": .int(id)])
    #expect(shown["csv_data"] == "text,n\na,1\nb,2\nc,3\n")
    let refusal = try await server.refusal("datasets_update", ["id": .int(id), "append_csv": "text\nd\n"])
    #expect(refusal.contains("\"n\""))
    let fault = try await server.refusal("datasets_update", ["id": .int(id), "append_csv": "text,n\nd\n"])
    #expect(fault.hasPrefix("append_csv cannot be read. Line 2"))
    #expect(try await server.call("datasets_get", ["id": .int(id)]) == shown)
  }

  @Test(arguments: [
    ("text,n\na,1\nb,2\n", "All 2 appended rows were"), ("n,text\n2,b\n", "The appended row was"),
    ("text,n\na,1\n\"a\",2\nc,3\n", "1 of the 3 appended rows was"), ("text,n\nc,3\nc,3\nab,\n", nil),
  ])
  func `rows that are appended a second time are told`(rows: String, warning: String?) async throws {
    let id = try await server.dataset("text,n\na,1\nb,2\n")
    let dataset = try await server.call("datasets_update", ["id": .int(id), "append_csv": .string(rows)])
    let warnings = dataset["warnings"]?.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(warnings.count == (warning == nil ? 0 : 1), "\(warnings)")
    if let warning { #expect(warnings.first?.hasPrefix("\(warning) in the dataset already") == true, "\(warnings)") }
  }
}
