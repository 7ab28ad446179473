import JSONCoding
import Store
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

  // MARK: OpenAI

  private let samples = """
    {"input": [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}], "ideal": "A"}

    {"input": "plain {{ x }}", "ideal": ["B", "C"], "tag": 1}
    {"input": [{"role": "system", "content": "S"}], "ideal": "A"}
    """

  @Test func `samples are compared with any of their ideals`() throws {
    let plan = try ImportPlan(reading: samples, model: "echo")
    #expect(rows(plan).map { $0["input"] } == ["Q", "plain {{ x }}"])
    #expect(rows(plan).map { $0["messages"] } == [#"[{"role":"system","content":"S"}]"#, "[]"])
    #expect(rows(plan)[0]["ideal_value_1"] == "A" && rows(plan)[0]["ideal_value_2"] == "A")
    #expect(
      plan.metrics.map(\.check) == [
        ["kind": "equals", "trim": false, "value": ["{{ ideal_value_1 }}", "{{ ideal_value_2 }}"]]
      ])
    #expect(plan.prompts.map(\.template) == ["{{ input }}"])
    #expect(plan.prompts[0].settings.messages == [["placeholder": "messages"]])
    #expect(plan.skipped.map(\.line) == [4])
    #expect(try ImportPlan(reading: samples).prompts.isEmpty)
  }

  private let objects = #"""
    {"object": "list", "data": [
      {"object": "eval", "name": "Topics", "data_source_config": {"type": "custom"}, "testing_criteria": [
        {"type": "string_check", "name": "exact", "input": "{{ sample.output_text }}", "reference": "{{item.topic}}",
         "operation": "eq"},
        {"type": "string_check", "name": "columns", "input": "{{item.a}}", "reference": "{{item.b}}", "operation": "eq"},
        {"type": "label_model", "name": "tone", "model": "o3", "labels": ["kind", "rude"], "passing_labels": ["kind"],
         "input": [{"role": "developer", "content": "Label {{sample.output_text}} for {{ item.headline }}"}]},
        {"type": "text_similarity", "name": "bleu", "evaluation_metric": "bleu"},
        {"type": "python", "name": "code", "source": "x"}]},
      {"object": "eval.run", "name": "run", "data_source": {"type": "completions", "model": "gpt-6-luna",
        "input_messages": {"type": "template", "template": [
          {"role": "developer", "content": "Categorize."}, {"role": "user", "content": {"type": "input_text",
           "text": "{{item.headline}}"}}]},
        "sampling_params": {"temperature": 0.5, "max_completion_tokens": 99, "seed": 1},
        "source": {"type": "file_content", "content": [{"item": {"headline": "H1", "topic": "T1"}},
          {"item": {"headline": "H2", "topic": "T2"}}]}}},
      {"object": "eval.run.output_item", "datasource_item": {"headline": "H1", "topic": "T1"}, "sample": {}}
    ]}
    """#

  @Test func `objects of the API are rows, criteria and prompts`() throws {
    let plan = try ImportPlan(reading: objects)
    #expect(plan.format == "openai_evals")
    #expect(rows(plan).map { $0["topic"] } == ["T1", "T2"])
    #expect(plan.metrics.map(\.name) == ["exact", "tone"])
    #expect(plan.metrics[0].check == ["kind": "equals", "trim": false, "value": "{{ string_check_value }}"])
    let instruction = try #require(plan.metrics[1].instruction)
    #expect(instruction.contains("Label (the response) for {{ headline }}") && instruction.contains("kind scores 5"))
    #expect(plan.prompts.map(\.template) == ["{{ headline }}"] && plan.prompts[0].model == "openai/gpt-6-luna")
    #expect(plan.prompts[0].settings.maxTokens == 99)
    #expect(plan.prompts[0].settings.messages == [["role": "developer", "content": "Categorize."]])
    #expect(
      plan.skipped.map(\.what) == [
        "sample and results of 1 output items", "sampling_params.seed", "criterion string_check \"columns\"",
        "criterion text_similarity \"bleu\"", "criterion python \"code\"",
      ])
    #expect(plan.skipped.map(\.line) == [17, 14, 5, 8, 9])
  }

  // MARK: Datasets

  @Test func `lines of items, and messages marked with types, are OpenAI's`() throws {
    let lines = try ImportPlan(
      reading: "{\"item\": {\"q\": \"a\"}, \"sample\": {}}\n{\"item\": {\"q\": \"b\"}}", model: "echo")
    #expect(lines.format == "openai_evals" && rows(lines).map { $0["q"] } == ["a", "b"])
    #expect(lines.skipped.map(\.what) == ["sample"])
    let typed = objects.replacing(
      #"{"role": "user", "content": {"type": "input_text","#,
      with: #"{"type": "message", "role": "user", "content": {"type": "input_text","#)
    #expect(typed != objects)
    #expect(try ImportPlan(reading: typed).prompts.map(\.template) == ["{{ headline }}"])
    #expect(try ImportPlan(reading: objects).judgeModel == "openai/o3")
    let ranged = objects.replacing(#""model": "o3","#, with: #""model": "o3", "range": [0, 10],"#)
    #expect(try ImportPlan(reading: ranged).skipped.contains { $0.what == "range of label_model" })
  }

  @Test func `a grader's range is translated to stars`() throws {
    let score = objects.replacing(
      #"{"type": "python", "name": "code", "source": "x"}"#,
      with:
        #"{"type": "score_model", "name": "s", "model": "o3", "range": [0, 10], "input": [{"role": "user", "content": "Rate {{sample.output_text}} for {{item.headline}} from 0 to 10"}]}"#
    )
    let instruction = try #require(try ImportPlan(reading: score).metrics.last?.instruction)
    #expect(instruction.contains("0 becomes 1, 10 becomes 5"), "\(instruction)")
    #expect(!instruction.contains("Score 5 is the best"))
  }

  @Test func `numbers of rows stay as they are written`() throws {
    let lines = #"{"a": 2.50, "b": 1e3, "c": {"d": 1E-7}, "e": 123456789012345678.5, "f": -0, "g": 7}"#
    let expected = ["a": "2.50", "b": "1e3", "c": #"{"d":1E-7}"#, "e": "123456789012345678.5", "f": "-0", "g": "7"]
    #expect(rows(try ImportPlan(reading: lines)) == [expected])
    let table = try DatasetContents(lines).table
    #expect(Dictionary(uniqueKeysWithValues: zip(table.columns, table.row(0))) == expected)
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

  @Test func `a criterion of a judge comes back with its bands`() throws {
    let bands = (1...5).reversed().map { MetricRecord.Band(stars: $0, description: "band \($0)\nmore") }
    let text = RubricText.of("Is {{topic}} right?", bands: bands, expected: "{{ expected_output }}")
    let config: JSONValue = [
      "tests": [
        [
          "vars": ["topic": "t", "expected_output": "e"],
          "assert": [["type": "llm-rubric", "value": .string(text), "threshold": 0.75, "metric": "right"]],
        ]
      ]
    ]
    let plan = try ImportPlan(reading: config.text)
    #expect(plan.metrics.map(\.instruction) == ["Is {{ topic }} right?"] && plan.metrics[0].bands == bands)
    #expect(plan.skipped.isEmpty && plan.metrics[0].name == "right")
    let standard = RubricText.of("Is it right?", bands: Rubric.standard.bands, expected: nil)
    #expect(RubricText.parts(of: standard)?.instruction == "Is it right?")
    #expect(RubricText.parts(of: standard + " And more.") == nil && RubricText.parts(of: "Is it right?") == nil)
  }

  @Test func `an assertion that promptfoo only reports does not count`() throws {
    let plan = try ImportPlan(
      reading:
        "tests:\n- vars: {a: b}\n  assert:\n  - {type: contains, value: x}\n  - {type: contains, value: y, weight: 0}\n"
    )
    #expect(plan.metrics.count == 1 && plan.skipped.map(\.line) == [5])
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
    #expect(rows(plan)[0]["expected_output"] == "b" && rows(plan)[0]["user.age"] == "3")
    #expect(rows(plan)[1]["outputs.why"] == "e" && rows(plan)[1]["expected_output"] == "")
    #expect(plan.notes.contains { $0.contains("expected_column") })
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
