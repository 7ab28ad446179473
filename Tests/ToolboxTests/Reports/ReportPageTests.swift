import JSONCoding
import MCP
import Testing

@testable import Toolbox

@Suite struct ReportPageTests {
  private let test = TestServer()

  private static let hostile = "</script><script>x()</script><!-- <img src=x onerror='y()'> & \"q\""

  /// The data that a page contains for its script.
  private func data(of page: String) throws -> JSONValue {
    let opening = "<script type=\"application/json\" id=\"data\">"
    let start = try #require(page.firstRange(of: opening)).upperBound
    let end = try #require(page[start...].firstRange(of: "</script>")).lowerBound
    return try JSONValue(parsing: String(page[start..<end]))
  }

  private func blocks(of data: JSONValue, _ kind: String) -> [JSONValue] {
    (data["sections"]?.arrayValue ?? []).flatMap { $0["blocks"]?.arrayValue ?? [] }.filter {
      $0["kind"]?.stringValue == kind
    }
  }

  @Test func `no text of a person or a model becomes markup`() async throws {
    let cell = Self.hostile.replacing("\"", with: "\"\"")
    try await test.generatedRun(["name": .string(Self.hostile)], csv: "text,expected_output\n\"\(cell)\",\"\(cell)\"")
    let page = try await test.server.text("runs/1/report.html")
    #expect(page.split(separator: "<script").count == 3)
    #expect(page.split(separator: "</script>").count == 3)
    #expect(!page.contains("<img"))
    #expect(!page.contains("<!-- "))
    #expect(try data(of: page)["title"]?.stringValue == Self.hostile)
    let texts = blocks(of: try data(of: page), "texts").map(\.text).joined()
    #expect(texts.contains("onerror"))
  }

  @Test func `a page may load nothing and send nothing`() async throws {
    try await test.generatedRun()
    for page in [try await test.server.text("runs/1/report.html"), ReportApp.page] {
      #expect(page.contains("http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"))
      #expect(!page.replacing("http://www.w3.org/2000/svg", with: "").contains("://www"))
      for banned in ["innerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch(", "src=", "@import", "url("]
      {
        #expect(!page.contains(banned), "\(banned)")
      }
    }
  }

  @Test func `without scripts the verdict, the warnings and the tables are there`() async throws {
    let test = TestServer(transport: ChatTransport.judge(score: 2))
    try await test.credential()
    try await test.metric("Tone <1>")
    try await test.generatedRun(["metric_ids": [1], "judge_model": "ollama/judge"])
    let page = try await test.server.text("runs/1/report.html")
    let markup = try #require(page.split(separator: "<script").first)
    #expect(markup.contains("The mean score (LlmJudge) is 2.00"))
    #expect(markup.contains("All 3 scores are 2"))
    #expect(markup.contains("<th scope=\"row\">Tone &lt;1&gt; (judge not tested)</th>"))
  }

  @Test func `figures are those of the tools, and an unknown one is called unknown`() async throws {
    try await test.generatedRun()
    try await test.generatedRun(["scoring": "None"])
    let scored = try data(of: try await test.server.text("runs/1/report.html"))
    #expect(blocks(of: scored, "intervals").first?["points"]?.arrayValue?.first?["text"] == "0.67")
    #expect(blocks(of: scored, "bars").first?["series"]?.arrayValue?.first?["counts"] == [1, 2])
    let unscored = try data(of: try await test.server.text("runs/2/report.html"))
    #expect(unscored["findings"]?.arrayValue?.first?["sentence"] == "No row has a score.")
    #expect(blocks(of: unscored, "intervals").isEmpty)
    let figures = blocks(of: unscored, "figures").first?["table"]?["rows"]?.arrayValue
    #expect(figures?.first == ["Mean score", "not known", "no interval"])
  }

  @Test func `the Markdown of a comparison shows where long answers and prompts differ`() async throws {
    let server = TestServer()
    let alike = String(repeating: "the same words again and again ", count: 100)
    let dataset = try await server.dataset("text,expected_output\na,\(alike)right\n")
    for (name, word) in [("one", "wrong"), ("two", "right")] {
      let prompt = try await server.prompt(name, template: "\(alike)\(word)")
      let run = try await server.id(
        "runs_create", ["prompt_id": .int(prompt), "dataset_id": .int(dataset), "scoring": "ExactMatch"])
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    }
    let markdown = try await server.server.text("comparisons/1,2/report.md")
    // Once for the prompt and once for the row that decides.
    #expect(markdown.ranges(of: "again wrong").count >= 2, "\(markdown)")
    #expect(markdown.contains("#### Row 0: 0.00 to 1.00"), "\(markdown)")
  }

  @Test func `a comparison has the verdict and figures of runs_compare`() async throws {
    try await test.generatedRun(["name": "first"])
    try await test.call("prompts_create", ["name": "other", "template": "{{ text }}", "llm_model": "echo"])
    try await test.call("runs_create", ["prompt_id": 2, "dataset_id": 1, "name": "second", "scoring": "ExactMatch"])
    try await test.call("runs_generate", ["id": 2, "wait_seconds": 600])
    let told = try await test.call("runs_compare", ["run_ids": [1, 2]])["statistics"]?.arrayValue?.first
    let shown = try data(of: try await test.server.text("comparisons/1,2/report.html"))
    #expect(shown["findings"]?.arrayValue?.first?["sentence"] == told?["verdict"])
    #expect(shown["findings"]?.arrayValue?.first?["word"] == told?["verdict_word"])
    let difference = blocks(of: shown, "difference").first
    #expect(difference?["before"] == "Say {{ text }}.")
    #expect(difference?["after"] == "{{ text }}")
    let markdown = try await test.server.text("comparisons/1,2/report.md")
    #expect(markdown.contains("\n| Say {{ text }}. | {{ text }} |\n"), "\(markdown)")
    let shares = blocks(of: shown, "shares").first?["lines"]?.arrayValue?.first?["counts"]
    #expect(shares == .array(["wins", "ties", "losses"].compactMap { told?[$0] }))
    #expect(await test.server.error("resources/read", ["uri": "completion-kit://comparisons/1,9/report.html"]) != nil)
  }

  @Test func `an experiment without outcomes has no rates`() async throws {
    try await test.prompt("one")
    try await test.prompt("two")
    let id = try await test.id("experiments_create", ["name": "live", "prompt_ids": [1, 2]])
    let told = try await test.call("experiments_get", ["id": .int(id)])
    let shown = try data(of: try await test.server.text("experiments/\(id)/report.html"))
    #expect(shown["findings"]?.arrayValue?.first?["sentence"] == told["verdict"])
    let points = blocks(of: shown, "intervals").first?["points"]?.arrayValue
    #expect(points?.map { $0["mean"] } == [.null, .null])
    #expect(points?.first?["text"] == "not known")
    #expect(blocks(of: shown, "scatter").isEmpty)
  }

  @Test func `the app is a resource for clients that show apps`() async throws {
    let contents = try await test.server.result("resources/read", ["uri": .string(ReportApp.app.uri)])
    #expect(contents["contents"]?.arrayValue?.first?["mimeType"] == "text/html;profile=mcp-app")
    let tools = Toolbox.tools(test.services)
    let names = tools.filter { tool in
      tool.definition(for: .november2025, .init(hasApps: true))["_meta"]?["ui"] != nil
    }.map(\.name)
    #expect(names == ["runs_get", "runs_compare", "experiments_get"])
    #expect(tools.allSatisfy { $0.definition(for: .november2025)["_meta"]?["ui"] == nil })
    let long = tools.filter { $0.definition(for: .november2025)["_meta"]?["anthropic/maxResultSizeChars"] != nil }
    #expect(long.map(\.name) == ["responses_list", "datasets_get", "runs_compare", "exports_create"])
    #expect(
      await test.server.error("resources/read", ["uri": .string(ReportApp.app.uri)]) == nil)
    let others = test.offering(toolsets: ["prompts"])
    #expect(await others.error("resources/read", ["uri": .string(ReportApp.app.uri)]) != nil)
  }

  // MARK: People and the judge

  private func judged(_ rows: Int) async throws -> (TestServer, run: Int) {
    let server = TestServer.judging()
    try await server.credential()
    try await server.metric("tone")
    let csv = "text\n" + (0..<rows).map { "gives-\(2 + $0 * 7 % 3) row \($0)\n" }.joined()
    return (server, try await server.judgedRun("Say {{ text }}", dataset: try await server.dataset(csv)))
  }

  @Test func `what people's verdicts say of the judge is shown as runs_get has it`() async throws {
    let (other, unrated) = try await judged(3)
    let untrusted = try data(of: try await other.server.text("runs/\(unrated)/report.html"))
    #expect(untrusted["sections"]?.arrayValue?.contains { $0["title"] == "Judge trust" } == false)
    let (server, run) = try await judged(40)
    try await server.rate(run, 35) { $0.namedScore - 1 }
    let told = try await server.call("runs_get", ["id": .int(run)])["agreement"]
    let shown = try data(of: try await server.server.text("runs/\(run)/report.html"))
    let trust = try #require(shown["sections"]?.arrayValue?.first { $0["title"] == "Judge trust" })
    #expect(trust.text.contains(try #require(told?["sentence"]?.stringValue)))
    let points = trust["blocks"]?.arrayValue?.first { $0["kind"] == "intervals" }?["points"]?.arrayValue
    let mean = try #require(told?["corrected"]?["mean"]?.doubleValue)
    #expect(points?.first?["text"]?.stringValue == ScoreEstimate.text(mean))
  }

  @Test func `a report tells scores, so verdicts on its rows are not blind`() async throws {
    let (server, run) = try await judged(30)
    _ = try await server.server.text("runs/\(run)/report.html")
    try await server.rate(run, 30) { $0.namedScore }
    let verdicts = try await server.call("verdicts_list", ["run_id": .int(run)])["verdicts"]?.arrayValue
    #expect(verdicts?.count { $0["blind"] == false } == 10)
  }

  @Test func `a response without its scores can be read before a blind verdict`() async throws {
    let (server, run) = try await judged(3)
    for (fields, isBlind) in [(["response_text"], true), (["response_text", "score"], false)] {
      let page = try await server.call(
        "responses_list", ["run_id": .int(run), "order": "random", "without_verdict": true, "hide_scores": true])
      let row = try #require(page["responses"]?.arrayValue?.first?["id"])
      try await server.call(
        "responses_get", ["run_id": .int(run), "id": row, "fields": .array(fields.map(JSONValue.string))])
      let verdict = try await server.call("verdicts_create", ["response_id": row, "score": 3])
      #expect(verdict["blind"]?.boolValue == isBlind)
    }
  }
}
