import JSONCoding
import Store
import Testing

@testable import Evaluation

/// The prompts, providers and tables of promptfoo.
@Suite struct PromptfooPromptImportTests {
  private func plan(_ text: String, model: String? = nil) throws -> ImportPlan {
    try ImportPlan(reading: text, model: model)
  }

  /// The rows of a dataset by column.
  private func rows(_ dataset: ImportPlan.Dataset) -> [[String: String]] {
    let table = dataset.contents.table
    return (0..<table.rowCount).map { Dictionary(uniqueKeysWithValues: zip(table.columns, table.row($0))) }
  }

  // MARK: Prompts and providers

  @Test func `prompts have roles, and providers their settings`() throws {
    let plan = try plan(
      """
      prompts:
        - '[{"role": "system", "content": "Be {{tone}}"}, {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes?"}, {"role": "user", "content": "{{x}}"}]'
        - {raw: 'Say {{ user.name }} \\{{x}}', label: second}
      providers:
        - openai:chat:gpt-6-luna
        - id: anthropic:messages:claude-sonnet-5
          config: {temperature: 0.5, max_tokens: 10, stop: [END], thing: 1}
      tests: [{vars: {x: a}}]
      """)
    #expect(
      plan.prompts.map(\.model)
        == Array(repeating: ["openai/gpt-6-luna", "anthropic/claude-sonnet-5"], count: 2).flatMap { $0 })
    #expect(
      plan.prompts.map(\.template) == [
        "{{ x }}", "{{ x }}", "Say {{ user.name }} \\\\{{ x }}", "Say {{ user.name }} \\\\{{ x }}",
      ])
    #expect(plan.prompts[0].settings.systemPrompt == "Be {{ tone }}")
    #expect(plan.prompts[0].settings.messages.map { $0["role"] } == ["user", "assistant"])
    #expect(plan.prompts[1].settings.values["temperature"] == 0.5 && plan.prompts[1].settings.maxTokens == 10)
    #expect(plan.skipped.map(\.what) == ["config.thing"])
    // Variables without a value are empty, as Nunjucks renders them.
    #expect(rows(plan.datasets[0]) == [["x": "a", "tone": "", "user.name": ""]])
  }

  @Test(arguments: [
    "'{{ x | upper }}'", "'{% if x %}a{% endif %}'", "'{# c #}{{x}}'", "'{{ env.KEY }}'", "file://p.txt", "p.json",
    "'prompts/*.txt'", "exec:run.sh", "{function: a}", "'[{\"role\": \"assistant\", \"content\": \"x\"}]'", "'{{{x}}}'",
    "'{\"q\": \"{{x}}\"}'",
  ])
  func `a prompt that cannot keep its meaning is skipped`(prompt: String) throws {
    let plan = try plan("prompts:\n  - \(prompt)\nproviders: echo\ntests: [{vars: {x: a}}]")
    #expect(plan.prompts.isEmpty && plan.datasets.count == 1)
    #expect(plan.skipped.map(\.line) == [2], "\(plan.skipped)")
  }

  @Test(
    arguments: [
      ("openai:gpt-6-luna", "openai/gpt-6-luna"), ("openai:responses:gpt-6-luna", "openai/gpt-6-luna"),
      ("google:gemini-3-pro", "gemini/gemini-3-pro"), ("openrouter:a/b:free", "openrouter/a/b:free"),
      ("ollama:chat:llama3:8b", "ollama/llama3:8b"), ("togetherai:a/b", "together/a/b"), ("echo", "echo"),
      ("openai:embedding:x", nil), ("python:a.py", nil), ("https://example.com", nil), ("azure:chat:d", nil),
      ("openai", nil),
      ("openai:chat:", nil),
    ] as [(String, String?)])
  func `providers are models of vendors`(id: String, model: String?) throws {
    let plan = try plan("prompts: ['{{x}}']\nproviders: ['\(id)']\ntests: [{vars: {x: a}}]")
    #expect(plan.prompts.map(\.model) == (model.map { [$0] } ?? []))
    #expect(plan.skipped.isEmpty == (model != nil))
  }

  @Test func `another server's answers are not taken for the vendor's`() throws {
    let config = """
      prompts: ['{{x}}']
      providers: [{id: 'openai:gpt-4', config: {apiBaseUrl: 'http://x'}}]
      tests: [{vars: {x: a}}]
      """
    #expect(try plan(config).prompts.isEmpty)
    #expect(try plan(config, model: "mine/gpt-4").prompts.map(\.model) == ["mine/gpt-4"])
  }

  @Test func `a given model stands for another server's with the settings of its provider`() throws {
    let config = """
      prompts: ['{{x}}']
      providers:
        - {id: 'openai:chat:a', config: {apiBaseUrl: 'http://x', temperature: 0.2, max_tokens: 50}}
        - {id: 'openai:chat:b', config: {apiBaseUrl: 'http://x', temperature: 0.4}}
      tests: [{vars: {x: a}}]
      """
    let plan = try plan(config, model: "mine/a")
    #expect(plan.prompts.map(\.model) == ["mine/a"])
    #expect(plan.prompts[0].settings.maxTokens == 50 && plan.prompts[0].settings.values["temperature"] == 0.2)
    #expect(plan.skipped.map(\.what) == ["provider openai:chat:b"])
  }

  // MARK: Tables

  @Test func `a table of tests has assertions in its columns`() throws {
    let plan = try plan(
      """
      x,__expected1,__expected2,__metric,__description,__threshold,__metadata:k,__config:__expected2:threshold
      a,icontains:Yes,latency:,Tone,first,,v,50
      b,icontains:No,latency(20):,Tone,,,,60
      """)
    #expect(plan.format == "promptfoo")
    #expect(plan.skipped.isEmpty, "\(plan.skipped)")
    let all = rows(plan.datasets[0])
    #expect(all.map { $0["icontains_value"] } == ["Yes", "No"] && all.map { $0["latency_value"] } == ["50", "60"])
    #expect(plan.metrics.map(\.name) == ["Tone: icontains", "Tone: latency"])
  }

  @Test(
    arguments: [
      ("Paris", ["type": "equals", "value": "Paris"]), ("https://a.b", ["type": "equals", "value": "https://a.b"]),
      ("grade: good", ["type": "llm-rubric", "value": "good"]), ("fn:x", ["type": "javascript", "value": "x"]),
      ("not-contains:a:b", ["type": "not-contains", "value": "a:b"]), ("is-json", ["type": "is-json"]),
      ("contains-any:a, b", ["type": "contains-any", "value": ["a", "b"]]),
      ("cost(0.5):", ["type": "cost", "value": "", "threshold": 0.5]),
      ("contains: Hello", ["type": "contains", "value": "Hello"]), (" Paris\n", ["type": "equals", "value": "Paris"]),
      (" not-contains:Hello ", ["type": "not-contains", "value": "Hello"]),
      (" fn: x", ["type": "javascript", "value": "x"]), ("equals: a b ", ["type": "equals", "value": "a b"]),
    ] as [(String, JSONObject)])
  func `an expected value says its type`(text: String, assertion: JSONObject) {
    #expect(PromptfooCSV.assertion(text) == assertion)
  }

  @Test func `white space around an expected value and behind its colon has no meaning`() throws {
    let plan = try plan(
      """
      x,__expected1,__expected2,__expected3,__expected4
      a, contains: Hello ,not-contains: Hello,regex: ^Hello,starts-with: Hello
      """)
    #expect(plan.skipped.isEmpty, "\(plan.skipped)")
    #expect(
      plan.metrics.map(\.check) == [
        ["kind": "contains", "case_sensitive": true, "value": "Hello"],
        ["kind": "contains", "case_sensitive": true, "not": true, "value": "Hello"],
        ["kind": "regex", "pattern": "^Hello"], ["kind": "regex", "pattern": "^Hello"],
      ])
  }
}
