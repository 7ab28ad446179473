import Evaluation
import JSONCoding
import Store
import Testing

@testable import Toolbox

@Suite struct RunReportTests {
  private let test = TestServer()

  /// The text under one heading of a report.
  private func section(_ title: String, of report: String) -> String? {
    report.split(separator: "\n\n## ").first { $0.hasPrefix("\(title)\n\n") }
      .map { String($0.dropFirst(title.count + 2)) }
  }

  @Test func `a report contains the results of the run`() async throws {
    try await test.generatedRun(["name": "base | line", "scoring": "ExactMatch", "temperature": 0.5, "seed": 7])
    let report = try await test.server.text("runs/1/report.md")
    #expect(report.hasPrefix("# Run 1: base \\| line\n\nStatus: **completed**, generated 3/3.\n\n## Scores"))
    #expect(
      section("Scores", of: report) == """
        |  | mean | 95 % interval | method | rows |
        | --- | --- | --- | --- | --- |
        | score (ExactMatch) | 0.67 | 0.21 to 0.94 | Wilson | 3 |

        Wilson: the Wilson score interval of a rate.
        """)
    #expect(
      section("Distribution", of: report) == """
        ```text
        1 |######################################## 2
        0 |#################### 1
        ```
        """)
    let weakest = section("Weakest rows", of: report)
    #expect(weakest?.hasPrefix("### Row 2, response 3: score 0.00\n\nInput:\n\n```text\ntext: c\n```") == true)
    #expect(weakest?.contains("Expected:\n\n```text\nno\n```") == true)
    #expect(weakest?.contains("Response:\n\n```text\nSay c.\n```") == true)
    let settings = section("Settings", of: report)
    for row in ["| prompt | summarizer v1 (id 1) |", "| model | echo |", "| temperature | 0.5 |", "| seed | 7 |"] {
      #expect(settings?.contains(row) == true, "\(row)")
    }
    #expect(section("Cost and time", of: report)?.contains("| cost | $0 |") == true)
    #expect(section("Cost and time", of: report)?.contains("| tokens | 12 (6 prompt, 6 completion) |") == true)
    #expect(section("Template", of: report) == "```text\nSay {{ text }}.\n```")
    #expect(section("All rows", of: report)?.contains("- completion-kit://runs/1/responses.jsonl") == true)
    #expect(section("Warnings", of: report) == nil)
    #expect(section("System prompt", of: report) == nil)
  }

  @Test func `metrics have intervals, and the judge's reasons are with the rows`() async throws {
    let test = TestServer(transport: ChatTransport.judge(score: 2))
    try await test.credential()
    try await test.metric("Tone")
    try await test.generatedRun(["metric_ids": [1], "judge_model": "ollama/judge"])
    let report = try await test.server.text("runs/1/report.md")
    let scores = section("Scores", of: report) ?? ""
    #expect(scores.contains("| Tone, judge not tested | 2.00 | 1.51 to 2.99 | posterior | 3 |"), "\(scores)")
    #expect(section("Weakest rows", of: report)?.contains("Tone gave 2.00:\n\n```text\nAs it is.\n```") == true)
    #expect(section("Distribution", of: report)?.contains("2 |######################################## 3") == true)
    #expect(section("Warnings", of: report)?.contains("All 3 scores are 2") == true)
    // A deleted metric keeps its name in its reviews.
    try await test.call("metrics_delete", ["id": 1])
    #expect(try await test.server.text("runs/1/report.md").contains("| Tone | 2.00 |"))
  }

  @Test func `runs that have not begun or have no scores say so`() async throws {
    try await test.run()
    let pending = try await test.server.text("runs/1/report.md")
    #expect(pending.contains("Status: **pending**"))
    #expect(section("Scores", of: pending) == "No row has a score.")
    #expect(section("Cost and time", of: pending) == nil)
    #expect(section("All rows", of: pending) == nil)
    try await test.generatedRun(["scoring": "None"])
    let unscored = try await test.server.text("runs/2/report.md")
    #expect(section("Scores", of: unscored) == "No row has a score.")
    #expect(section("Weakest rows", of: unscored) == nil)
    try await test.generatedRun(["scoring": "Contains"], csv: "text,expected_output\na,a")
    let perfect = try await test.server.text("runs/3/report.md")
    #expect(section("Weakest rows", of: perfect) == "None: every scored row has the best score.")
  }

  @Test func `failures and an unknown cost are reported`() async throws {
    let test = TestServer(
      transport: ChatTransport { prompt in
        prompt == "Say b." ? ChatTransport.refusal("Too rude.") : ChatTransport.answer(prompt)
      })
    try await test.call(
      "provider_credentials_create", ["provider": "openai", "api_endpoint": "https://models.example"])
    try await test.generatedRun(["model": "unheard-of"])
    let report = try await test.server.text("runs/1/report.md")
    #expect(section("Failed rows", of: report)?.hasPrefix("1 of 3 rows failed: ") == true)
    #expect(section("Cost and time", of: report)?.contains("| cost | not known |") == true)
    #expect(report.contains("generated 3/3 (1 failed)"))
    #expect(
      try await test.server.prompt("improve_prompt", ["run": 1]).contains("not known; ask the user before"))
  }

  @Test func `a model's text cannot break out of its block`() async throws {
    let answer = "```\n# Not a heading\n```"
    let prompt = try await test.prompt("p", template: "{{ text }}")
    try await test.generatedRun(
      ["prompt_id": .int(prompt), "scoring": "ExactMatch"], csv: "text,expected_output\n\"\(answer)\",x")
    #expect(try await test.server.text("runs/1/report.md").contains("````text\n\(answer)\n````"))
  }

  @Test func `a report of long texts stays readable`() async throws {
    let long = String(repeating: "word ", count: 10_000)
    let csv = "text,expected_output\n" + (0..<30).map { _ in "\"\(long)\",\"\(long)\"\n" }.joined()
    try await test.generatedRun(["scoring": "ExactMatch", "name": .string(String(long.prefix(200)))], csv: csv)
    let report = try await test.server.text("runs/1/report.md")
    #expect(report.utf16.count < 40_000)
    #expect(report.split(separator: "### Row ").count == 11)
  }

  // MARK: Parts

  @Test(arguments: [
    ([0.0, 1, 1], Scoring.exactMatch, "1 |######################################## 2\n0 |#################### 1"),
    (
      [1.4, 4.5, 5], .llmJudge,
      "5 |######################################## 2\n4 | 0\n3 | 0\n2 | 0\n1 |#################### 1"
    ),
    ([0], .contains, "1 | 0\n0 |######################################## 1"),
  ])
  func `a plot has a line for every score`(scores: [Double], scoring: Scoring, plot: String) {
    #expect(ScoreHistogram.text(scores, scoring: scoring) == plot)
  }

  @Test func `every score that occurs is visible, and scores without a scale are not plotted`() {
    let rare = ScoreHistogram.text(Array(repeating: 1, count: 10_000) + [0], scoring: .contains)
    #expect(rare?.hasSuffix("\n0 |# 1") == true)
    #expect(ScoreHistogram.text([], scoring: .contains) == nil)
    #expect(ScoreHistogram.text([1], scoring: .none) == nil)
  }

  @Test func `a rate has Wilson's interval, other means the posterior's`() throws {
    let rate = try #require(ScoreEstimate(name: "s", scores: GroupedScores([1, 0, 0, 0]), scale: .binary))
    #expect(rate.sentence == "0.25 (95 % interval 0.05 to 0.70, 4 rows)")
    let stars = try #require(ScoreEstimate(name: "s", scores: GroupedScores([1, 5]), scale: .bounded(1...5)))
    #expect(stars.sentence == "3.00 (95 % interval 1.18 to 4.82, 2 rows)")
    #expect(
      ScoreEstimate(name: "s", scores: GroupedScores([4]), scale: .bounded(1...5))?.sentence
        == "4.00 (95 % interval 2.21 to 4.79, 1 row)")
    #expect(ScoreEstimate(name: "s", scores: GroupedScores([]), scale: .binary) == nil)
  }
}
