import JSONCoding
import Store
import TestSupport
import Testing

@testable import Evaluation

/// Evaluations of OpenAI: samples and objects of the API.
@Suite struct OpenAIEvalsImportTests {
  private func rows(_ plan: ImportPlan, _ dataset: Int = 0) -> [[String: String]] {
    let table = plan.datasets[dataset].contents.table
    return (0..<table.rowCount).map { Dictionary(uniqueKeysWithValues: zip(table.columns, table.row($0))) }
  }

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

  @Test func `runs and output items of another eval stay out of the first one's rows`() throws {
    func run(_ id: String, _ word: String) -> String {
      """
      {"object": "eval.run", "eval_id": "\(id)", "name": "\(word)", "data_source": {"type": "completions", "model": "m-\(word)",
       "input_messages": {"type": "template", "template": [{"role": "user", "content": "\(word) {{item.q}}"}]},
       "source": {"type": "file_content", "content": [{"item": {"q": "\(word)", "a": "1"}}]}}},
      {"object": "eval.run.output_item", "eval_id": "\(id)", "datasource_item": {"q": "other \(word)", "a": "2"}}
      """
    }
    let check =
      #"{"type": "string_check", "name": "n", "input": "{{sample.output_text}}", "reference": "{{item.a}}", "operation": "eq"}"#
    let text = """
      [{"object": "eval", "id": "e1", "name": "One", "testing_criteria": [\(check)]},
       {"object": "eval", "id": "e2", "name": "Two", "testing_criteria": [\(check)]}, \(run("e1", "own")), \(run("e2", "foreign"))]
      """
    let plan = try ImportPlan(reading: text)
    #expect(rows(plan).map { $0["q"] } == ["own", "other own"])
    #expect(plan.prompts.map(\.model) == ["openai/m-own"])
    #expect(
      plan.skipped.map(\.what) == [
        "eval Two", "1 runs of other evals", "1 output items of other evals", "sample and results of 1 output items",
      ])
  }

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

  @Test func `a member with the name of another column is skipped aloud`() throws {
    let line = #"{"input":[{"role":"user","content":"hi"}],"ideal":"A","expected_output":"B","messages":"M"}"#
    let plan = try ImportPlan(reading: line + "\n" + line, model: "echo")
    #expect(rows(plan)[0] == ["input": "hi", "messages": "[]", "expected_output": "A"])
    #expect(Set(plan.skipped.map(\.what)) == ["column expected_output", "column messages"])
    #expect(Set(plan.skipped.map(\.line)) == [1, 2])
    let items = try ImportPlan(reading: #"{"item":{"a":{"b":1},"a.b":2}}"# + "\n" + #"{"item":{"a":{"b":3},"a.b":4}}"#)
    #expect(rows(items).map { $0["a.b"] } == ["1", "3"])
    #expect(items.skipped.map(\.what) == ["column a.b", "column a.b"])
  }

  // MARK: Registry

  /// A folder with a registry in which one eval of a class has two samples.
  private func registry(_ name: String, more: String = "") throws -> TemporaryFolder {
    let folder = TemporaryFolder()
    _ = try folder.write(
      """
      foo:
        id: foo.test.v0
        metrics: [accuracy]
      foo.test.v0:
        class: evals.elsuite.basic.\(name)
        args:
          samples_jsonl: foo/samples.jsonl
      \(more)
      """, to: "registry/evals/foo.yaml")
    _ = try folder.write(
      "{\"input\": \"a\", \"ideal\": \"b\"}\n{\"input\": \"c\", \"ideal\": \"d\"}\n",
      to: "registry/data/foo/samples.jsonl")
    return folder
  }

  @Test(arguments: [".", "registry", "registry/evals"])
  func `a folder is read by the registry's YAML in it`(path: String) throws {
    let folder = try registry("match:Match")
    _ = try folder.write("cot:\n  class: evals.completion_fns.cot:Cot\n", to: "registry/completion_fns/cot.yaml")
    _ = try folder.write("a: [", to: "broken.yaml")
    let plan = try ImportPlan(at: path, FileAccess(folders: [folder.path]))
    #expect(plan.format == "openai_evals" && plan.datasets.map(\.name) == ["foo.test.v0"])
    // Class Match asks for a beginning.
    #expect(plan.metrics.map { $0.check?["kind"] } == ["regex"])
    #expect(!plan.notes.contains { $0.contains("registry") })
  }

  @Test func `samples without the registry's YAML say that it was not read`() throws {
    let folder = try registry("match:Match")
    let plan = try ImportPlan(at: "registry/data", FileAccess(folders: [folder.path]))
    #expect(plan.metrics.map { $0.check?["kind"] } == ["equals"])
    #expect(plan.notes.contains { $0.contains("was not read") })
  }

  @Test func `a folder with several registry files is refused with their names`() throws {
    let folder = try registry("match:Match")
    _ = try folder.write(
      "bar:\n  class: evals.elsuite.basic.match:Match\n  args: {samples_jsonl: bar.jsonl}\n",
      to: "registry/evals/bar.yml")
    #expect {
      _ = try ImportPlan(at: ".", FileAccess(folders: [folder.path]))
    } throws: {
      "\($0)".contains("registry/evals/bar.yml, registry/evals/foo.yaml")
    }
  }

  @Test func `another eval of a registry file is to be copied, so that it keeps its class`() throws {
    let folder = try registry(
      "match:Match",
      more: """
        foo.test.v1:
          class: evals.elsuite.basic.includes:Includes
          args: {samples_jsonl: foo/samples.jsonl}
        """)
    let plan = try ImportPlan(at: "registry/evals/foo.yaml", FileAccess(folders: [folder.path]))
    #expect(plan.metrics.map { $0.check?["kind"] } == ["regex"])
    #expect(plan.skipped.map(\.what) == ["eval foo.test.v1"])
    #expect(plan.skipped.allSatisfy { $0.why.contains("file of its own in the same folder") })
  }

  @Test(arguments: ["fuzzy_match:FuzzyMatch", "json_match:JsonMatch"])
  func `runs of a class without a counterpart are unscored`(name: String) throws {
    let folder = try registry(name)
    let plan = try ImportPlan(at: ".", model: "echo", FileAccess(folders: [folder.path]))
    #expect(plan.isUnscored && plan.metrics.isEmpty)
    #expect(plan.datasets.map(\.contents.table.columns) == [["input", "expected_output"]])
    let known = try registry("match:Match")
    #expect(try !ImportPlan(at: ".", FileAccess(folders: [known.path])).isUnscored)
  }

  @Test func `runs of an evaluation whose criteria are all skipped are unscored`() throws {
    let text = """
      [{"object": "eval", "name": "n", "testing_criteria": [{"type": "python", "name": "code", "source": "x"}]},
       {"object": "eval.run.output_item", "datasource_item": {"q": "a", "expected_output": "b"}}]
      """
    #expect(try ImportPlan(reading: text).isUnscored)
    #expect(try !ImportPlan(reading: objects).isUnscored)
  }
}
