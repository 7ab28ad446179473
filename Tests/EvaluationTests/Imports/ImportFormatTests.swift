import Testing

@testable import Evaluation

/// The formats besides promptfoo's.
@Suite struct ImportFormatTests {
  private func rows(_ plan: ImportPlan, _ dataset: Int = 0) -> [[String: String]] {
    let table = plan.datasets[dataset].contents.table
    return (0..<table.rowCount).map { Dictionary(uniqueKeysWithValues: zip(table.columns, table.row($0))) }
  }

  @Test(arguments: [
    ("prompts: [a]\nproviders: echo", "promptfoo"), ("a,__expected\n1,2", "promptfoo"),
    ("{\"vars\": {\"x\": 1}}\n{\"vars\": {\"x\": 2}}", "promptfoo"),
    ("{\"input\": \"a\", \"ideal\": \"b\"}\n{\"input\": \"a\", \"ideal\": [\"b\"]}", "openai_evals"),
    ("{\"inputs\": {\"q\": \"a\"}, \"outputs\": {\"a\": \"b\"}}", "langsmith"),
    ("[{\"input\": \"a\", \"expectedOutput\": \"b\"}]", "langfuse"),
    (
      "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}]}",
      "phoenix"
    ),
    ("{\"a\": 1}\n{\"b\": 2}", "jsonl"), ("a,b\n1,2", "jsonl"), ("[{\"a\": 1}]", "jsonl"),
  ])
  func `a format is recognized`(text: String, format: String) throws {
    #expect(try ImportPlan(reading: text).format == format)
  }

  @Test(arguments: [
    "", "   ", "text", "- a\n- b", "[1, 2]", "a: 1", "a,b\n", "{\"a\": \0}", "{\"a\": 1}\n{\"b\"", "{\"a\": 1}\n[1]",
  ])
  func `what is no evaluation is refused in a sentence`(text: String) {
    #expect { _ = try ImportPlan(reading: text, format: "promptfoo") } throws: { "\($0)".hasSuffix(".") }
    #expect { _ = try ImportPlan(reading: text) } throws: { "\($0)".hasSuffix(".") }
  }

  @Test func `numbers of rows stay as they are written`() throws {
    let lines = #"{"a": 2.50, "b": 1e3, "c": {"d": 1E-7}, "e": 123456789012345678.5, "f": -0, "g": 7}"#
    let expected = ["a": "2.50", "b": "1e3", "c": #"{"d":1E-7}"#, "e": "123456789012345678.5", "f": "-0", "g": "7"]
    #expect(rows(try ImportPlan(reading: lines)) == [expected])
    let table = try DatasetContents(lines).table
    #expect(Dictionary(uniqueKeysWithValues: zip(table.columns, table.row(0))) == expected)
    let large = "[{\"a\": 1e400, \"b\": 12345678901234567890123, \"c\": [1.0]}]"
    #expect(rows(try ImportPlan(reading: large)) == [["a": "1e400", "b": "12345678901234567890123", "c": "[1.0]"]])
    let line = #"{"a": 1e400, "b": 1}"#
    #expect(try DatasetContents("\(line)\n\(line)").table.row(0) == ["1e400", "1"])
    let huge = try ImportPlan(
      reading: #"{"vars": {"a": 1e400}, "assert": [{"type": "word-count", "value": 1e400}]}"#, format: "promptfoo")
    #expect(rows(huge) == [["a": "Infinity"]])
    // promptfoo reads numbers by JavaScript.
    let tests = try ImportPlan(reading: #"{"vars": {"a": 2.50, "b": 1e3, "c": {"d": 1.0}}}"#, format: "promptfoo")
    #expect(rows(tests)[0]["a"] == "2.5" && rows(tests)[0]["b"] == "1000" && rows(tests)[0]["c"] == #"{"d":1}"#)
  }

  @Test(
    arguments: [
      (
        "input,expectedOutput,metadata\n\"{\"\"q\"\": \"\"a\"\"}\",\"\"\"b\"\"\",\n", "langfuse",
        ["q": "a", "expected_output": "b"]
      ),
      (
        "inputs,outputs\n\"{\"\"q\"\": 1.50}\",\"{\"\"x\"\": \"\"b\"\"}\"\n", "langsmith",
        ["q": "1.50", "expected_output": "b"]
      ),
      ("inputs.q,inputs.r,outputs.x\na,c,b\n", "langsmith", ["q": "a", "r": "c", "expected_output": "b"]),
      (#"{"input": {"q": "a"}, "output": {"x": "b"}, "metadata": {}}"#, "phoenix", ["q": "a", "expected_output": "b"]),
      (
        #"{"data": {"examples": [{"input": {"q": "a"}, "output": {"x": "b"}}]}}"#, "phoenix",
        ["q": "a", "expected_output": "b"]
      ),
      (
        #"{"inputs": {"q": "a"}, "outputs": {"x": {"y": 1}}}"#, "langsmith",
        ["q": "a", "outputs": #"{"x":{"y":1}}"#, "outputs.x": #"{"y":1}"#, "outputs.x.y": "1"]
      ),
    ] as [(String, String, [String: String])])
  func `examples of tables and pages are read by their format`(text: String, format: String, row: [String: String])
    throws
  {
    let plan = try ImportPlan(reading: text)
    #expect(plan.format == format)
    #expect(rows(plan) == [row])
  }

  @Test func `a CSV that lacks the columns of a format is refused with their names`() {
    #expect { _ = try ImportPlan(reading: "question,answer\na,b", format: "langsmith") } throws: {
      "\($0)".contains("inputs.NAME")
    }
  }

  @Test func `a list in an object is Langfuse's items, or is told`() throws {
    for key in ["items", "data"] {
      let plan = try ImportPlan(
        reading: "{\"name\": \"d\", \"\(key)\": [{\"input\": \"a\", \"expectedOutput\": \"b\"}]}")
      #expect(plan.format == "langfuse" && rows(plan) == [["input": "a", "expected_output": "b"]])
    }
    #expect { _ = try ImportPlan(reading: "{\"x\": 1}", format: "langfuse") } throws: { "\($0)".contains("no items") }
    #expect(try ImportPlan(reading: "{\"rows\": [{\"a\": 1}]}").notes.contains { $0.contains("one row") })
  }

  @Test func `JSON may be indented by tabs`() throws {
    #expect(rows(try ImportPlan(reading: "[\n\t{\"a\": 1},\n\t\t{\"a\": 2}\n]")).map { $0["a"] } == ["1", "2"])
  }

  @Test func `examples of LangSmith have inputs and outputs`() throws {
    let plan = try ImportPlan(
      reading: """
        {"inputs": {"q": "a", "user": {"age": 3}}, "outputs": {"answer": "b"}, "metadata": {"k": 1}}
        {"inputs": {"q": "c"}, "outputs": {"answer": "d", "why": "e"}}
        """)
    // A row must not be compared with nothing because its outputs have another shape.
    #expect(rows(plan).map { $0["outputs.answer"] } == ["b", "d"] && rows(plan)[0]["user.age"] == "3")
    #expect(rows(plan)[1]["outputs.why"] == "e" && rows(plan)[0]["expected_output"] == nil)
    #expect(plan.notes.contains { $0.contains("expected_column") && $0.contains("outputs.answer") })
  }

  @Test(arguments: [
    (#"{"outputs": {"a": "x"}}, {"outputs": {"b": "y"}}"#, false),
    (#"{"outputs": {"a": "x"}}, {"outputs": "y"}"#, false),
    (#"{"outputs": {"a": "x"}}, {"outputs": {"a": ["y"]}}"#, false),
    (#"{"outputs": {"a": "x"}}, {"outputs": null}, {"outputs": {"a": 2}}"#, true),
  ])
  func `outputs are compared with only if all have one shape`(outputs: String, isExpected: Bool) throws {
    let examples = outputs.replacing(#"{"outputs""#, with: #"{"inputs": {"q": "a"}, "outputs""#)
    let plan = try ImportPlan(reading: "[\(examples)]")
    #expect(plan.format == "langsmith")
    #expect(plan.datasets[0].contents.table.columns.contains("expected_output") == isExpected)
    #expect(plan.datasets[0].contents.table.columns.contains("outputs") != isExpected)
  }

  @Test func `a table with JSON in its cells and an expected_output is Langfuse's`() throws {
    let text = """
      input,expected_output,metadata
      "{""question"": ""a""}","{""answer"": 1.50}","{""k"": [1]}"
      plain,b,
      """
    let plan = try ImportPlan(reading: text)
    #expect(plan.format == "langfuse")
    #expect(rows(plan)[0]["question"] == "a" && rows(plan)[0]["expected_output"] == #"{"answer":1.50}"#)
    #expect(rows(plan)[0]["metadata.k"] == "[1]" && rows(plan)[1]["input"] == "plain")
    #expect(try ImportPlan(reading: "input,expected_output\na,b").format == "jsonl")
  }

  @Test func `items of Langfuse have input and expected output`() throws {
    let plan = try ImportPlan(
      reading: """
        [{"id": "1", "input": "a", "expectedOutput": "b", "metadata": null, "status": "ACTIVE"},
         {"id": "2", "input": {"x": 1}, "expectedOutput": {"y": 2}},
         {"id": "3", "input": "c", "status": "ARCHIVED"}]
        """)
    #expect(rows(plan).map { $0["expected_output"] } == ["b", #"{"y":2}"#])
    #expect(rows(plan).map { $0["x"] } == ["", "1"])
    #expect(plan.skipped.map(\.line) == [3])
  }

  @Test func `conversations of Phoenix end with the expected output`() throws {
    let plan = try ImportPlan(
      reading: """
        {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
        {"messages": [{"role": "system", "content": "s"}, {"role": "assistant", "content": "b"}]}
        """, model: "echo")
    #expect(rows(plan) == [["input": "a", "messages": "[]", "expected_output": "b"]])
    #expect(plan.prompts.count == 1 && plan.skipped.map(\.line) == [2])
  }

  @Test func `JSON Lines are columns`() throws {
    let plan = try ImportPlan(reading: "{\"a\": \"x\", \"b\": null}\n{\"a\": [1], \"c\": true}\n{\" \": 1}")
    #expect(rows(plan) == [["a": "x", "b": "", "c": ""], ["a": "[1]", "b": "", "c": "true"]])
    #expect(plan.skipped.map(\.line) == [3])
  }

  @Test func `the list of formats has different names`() {
    #expect(Set(ImportFormat.all.map(\.name)).count == ImportFormat.all.count)
  }
}
