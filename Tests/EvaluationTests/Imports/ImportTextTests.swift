import Testing

@testable import Evaluation

/// How a text is told to be JSON, YAML or a table, and what is told of it.
@Suite struct ImportTextTests {
  @Test(arguments: [
    "'tests':\n  - vars: {v: 1}\n", "\"tests\" :\n  - vars: {v: 1}\n", "-\n  vars: {v: 1}\n", "- vars: {v: 1}\n",
    "&a\n- vars: {v: 1}\n", "&a # note\n- vars: {v: 1}\n", "tests:\n- vars: {v: 1}\n",
    "\u{feff}'tests':\r\n- vars: {v: 1}\r\n",
    "%YAML 1.2\n---\na: 1\n", "!!map\ntests: []\n", "? tests\n: - vars: {v: 1}\n",
  ])
  func `YAML is no table`(text: String) {
    // What is not read of YAML is refused.
    #expect((try? ImportText(text))?.table == nil)
  }

  @Test(arguments: [
    "a,b\n1,2\n", "a b\n1\n", "-x,y\n1,2\n", "'q','e'\n1,2\n", "&co,b\n1,2\n", "\"a\",\"b\"\n1,2\n",
  ])
  func `a header is no YAML`(text: String) throws {
    #expect(try ImportText(text).table != nil)
  }

  @Test func `the ending of the name says how a text is written`() throws {
    #expect(try ImportText("question:\nyes\n", ending: "csv").table?.columns == ["question:"])
    #expect(try ImportText("a, b\n", ending: "yaml").root?.text == "a, b")
    #expect(try ImportText("[a],b\n1,2\n", ending: "csv").table?.columns == ["[a]", "b"])
    #expect(try ImportText("a,b\n1,2\n", ending: "txt").table != nil)
  }

  @Test func `rows of a table know their lines, and what was left out is told`() throws {
    let text = try ImportText("v;w;\r\n\r\n\"a\r\nb\";1;\r\n;;\r\nc;2;\r\n")
    #expect(text.rowLines == [3, 6])
    let plan = try ImportPlan(reading: "v,__expected\na,javascript:1\n ,\n\nb,javascript:2\n")
    #expect(plan.skipped.map(\.line) == [2, 5])
    #expect(plan.notes.contains { $0.contains("row without values") })
    let examples = try ImportPlan(reading: "inputs.q,outputs.a\n\"x\ny\",1\n,\n,2\n", format: "langsmith")
    #expect(examples.skipped.map(\.line) == [5])
    #expect(try ImportPlan(reading: "a\nb\u{FFFD}\n").notes.contains { $0.contains("Line 2") && $0.contains("U+FFFD") })
  }

  @Test func `half of a character is told`() throws {
    let lines = "{\"a\":\"x\\\\ud800 \\ud83d\\ude00\"}\n{\"a\":\"\\ud83d\"}\n{\"a\":\"\\ude00\"}\n"
    #expect(
      try ImportPlan(reading: lines).notes.contains { $0.contains("Line 2") && $0.contains("half of a character") })
    #expect(try TableText(lines).warnings.contains { $0.contains("Line 2") && $0.contains("half of a character") })
    #expect(try TableText("{\"a\":\"x\\\\ud800 \\ud83d\\ude00\"}").warnings.isEmpty)
    #expect(try TableText("a\n\\ud800\n").warnings.isEmpty)
    // A cell stays as it is.
    let plan = try ImportPlan(reading: "input,expectedOutput\n\"{\"\"q\"\": \"\"\\ud800\"\"}\",b\n")
    #expect(plan.datasets[0].contents.table.row(0).contains(#"{"q": "\ud800"}"#))
  }

  @Test func `columns of a row are there once, and hold no NUL`() throws {
    let twice = try ImportPlan(reading: "{\"a\":1,\" a\":2}\n{\"a\":3}\n{\"\\u00e9\":1,\"e\\u0301\":2}")
    #expect(twice.datasets[0].contents.table.columns == ["a", "\u{e9}"])
    #expect(twice.skipped.map(\.line) == [1, 3])
    let nul = try ImportPlan(reading: "{\"a\":\"x\\u0000\"}\n{\"a\":\"y\"}")
    #expect(nul.datasets[0].contents.table.rowCount == 1 && nul.skipped.map(\.line) == [1])
  }

  @Test(arguments: [
    #"[{"a":1},{"a":2},]"#, #"[{"a":01}]"#, #"[{"a":NaN}]"#, #"[{"a":1} # c"# + "\n]", "[{\"a\":\"x\n y\"}]",
    #"[{"a":1}]x"#, #"{"a":01}"# + "\n" + #"{"a":2}"#,
  ])
  func `JSON is not read as YAML`(text: String) {
    for ending in ["json", ""] {
      #expect("\(text)") { _ = try ImportPlan(reading: text, format: "jsonl", ending: ending) } throws: {
        "\($0)".contains("is not JSON")
      }
    }
    #expect { _ = try ImportPlan(reading: "[{'a': 1}]", format: "jsonl", ending: "json") } throws: {
      "\($0)".hasPrefix("Line 1 is not JSON")
    }
  }

  @Test(arguments: [
    #"{"data":[{"input":"a","expectedOutput":"b"}],"meta":{"page":1,"limit":1,"totalItems":5,"totalPages":5}}"#,
    #"{"data":{"examples":[{"input":{"a":"b"},"output":{"c":"d"}}]},"next_cursor":"abc"}"#,
    #"{"object":"list","data":[{"object":"eval.run.output_item","datasource_item":{"a":"b"}}],"has_more":true}"#,
  ])
  func `one page of several is told`(text: String) throws {
    #expect(try ImportPlan(reading: text).skipped.contains { $0.what == "further pages" })
    let whole = text.replacing("true", with: "false").replacing("\"abc\"", with: "null").replacing(
      "Pages\":5", with: "Pages\":1")
    #expect(try !ImportPlan(reading: whole).skipped.contains { $0.what == "further pages" })
  }

  @Test(arguments: ["\n", "\r", "\r\n"]) func `a line is counted once, whatever ends it`(end: String) {
    let bytes = Array(["a", "b", "", "d"].joined(separator: end).utf8)
    let offsets = [0, 1, 1 + end.utf8.count, bytes.count - 1, bytes.count, bytes.count + 9]
    #expect(offsets.map(bytes.line) == [1, 1, 2, 4, 4, 4])
  }
}
