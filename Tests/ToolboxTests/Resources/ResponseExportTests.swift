import Evaluation
import JSONCoding
import Store
import Testing

@testable import Toolbox

@Suite struct ResponseExportTests {
  private func export(_ test: TestServer, _ run: Int = 1) async throws -> ResponseExport {
    try await test.services.responseExport(ofRun: run)
  }

  /// The rows of a table by the names of its columns.
  private func rows(_ csv: String) throws -> [[String: String]] {
    let table = try CSVTable(csv)
    return (0..<table.rowCount).map { Dictionary(uniqueKeysWithValues: zip(table.columns, table.row($0))) }
  }

  @Test func `a table has input, expected output, response and figures`() async throws {
    let test = TestServer()
    try await test.generatedRun(["scoring": "ExactMatch"], csv: "text,score,expected_output\n\"a,\n\"\"b\",7,no")
    let text = try await test.server.text("runs/1/responses.csv")
    #expect(
      try CSVTable(text).columns == [
        "row_index", "response_id", "status", "score", "input.text", "input.score", "expected_output", "response_text",
        "error", "model", "finish_reason", "latency_ms", "prompt_tokens", "completion_tokens", "cost",
      ])
    let row = try #require(try rows(text).first)
    #expect(row["input.text"] == "a,\n\"b")
    #expect(row["response_text"] == "Say a,\n\"b.")
    #expect([row["score"], row["input.score"], row["status"], row["cost"]] == ["0", "7", "completed", "0"])
  }

  @Test func `reviews have a column for the score and one for the reasons`() async throws {
    let test = TestServer(transport: ChatTransport.judge(score: 4))
    try await test.credential()
    for name in ["Tone", "Tone", "Length"] { try await test.metric(name) }
    try await test.generatedRun(["metric_ids": [1, 2, 3], "judge_model": "ollama/judge"])
    let row = try #require(try rows(try await test.server.text("runs/1/responses.csv")).first)
    #expect(row["review.Tone.score"] == "4")
    #expect(row["review.Tone (2).reasons"] == "As it is.")
    #expect(row["review.Length.reasons"] == "As it is.")
    #expect(row["score"] == "4")
  }

  @Test(arguments: [
    "=1+1", "+1", "-1", "@x", "\tx", "\rx", "'quoted", "''twice", "'", "=", "plain", "a=b", "", " =x", "1",
  ])
  func `no text becomes a formula, and every text can be restored`(text: String) async throws {
    let guarded = SpreadsheetText.guarded(text)
    #expect(guarded.unicodeScalars.first.map { !"=+-@\t\r".unicodeScalars.contains($0) } ?? true)
    #expect((guarded.hasPrefix("'") ? String(guarded.dropFirst()) : guarded) == text)
    #expect(guarded == text || SpreadsheetText.marks.contains(text.utf8.first ?? 0))
  }

  @Test func `a model's answer does not become a formula`() async throws {
    let test = TestServer()
    let prompt = try await test.prompt("p", template: "{{ text }}")
    try await test.generatedRun(
      ["prompt_id": .int(prompt), "scoring": "ExactMatch"], csv: "text,expected_output\n=1+1,=1+1\n-5,'x")
    let csv = try rows(try await test.server.text("runs/1/responses.csv"))
    #expect(csv.map { $0["response_text"] } == ["'=1+1", "'-5"])
    #expect(csv.map { $0["input.text"] } == ["'=1+1", "'-5"])
    #expect(csv.map { $0["expected_output"] } == ["'=1+1", "''x"])
    let lines = try await test.server.text("runs/1/responses.jsonl").split(separator: "\n")
    #expect(try lines.map { try JSONValue(parsing: String($0))["response_text"] } == ["=1+1", "-5"])
  }

  @Test func `a line of JSON is what responses_get gives`() async throws {
    let test = TestServer()
    try await test.generatedRun(["scoring": "ExactMatch"])
    let lines = try await test.server.text("runs/1/responses.jsonl").split(separator: "\n")
    #expect(lines.count == 3)
    for (index, line) in lines.enumerated() {
      let response = try await test.call("responses_get", ["run_id": 1, "id": .int(index + 1)])
      #expect(try JSONValue(parsing: String(line)) == .object(response))
    }
  }

  @Test func `parts make up the whole, in row order`() async throws {
    let test = TestServer()
    try await test.generatedRun(csv: "text\n" + (0..<50).map { "row \($0)" }.joined(separator: "\n"))
    let export = try await export(test)
    let whole = try export.csvRows.page(from: 0)
    #expect(whole.nextOffset == nil)
    let header = whole.text.prefix { $0 != "\n" } + "\n"
    for limit in [1, 500, 1000, whole.text.utf8.count] {
      var text = String(header)
      var lines = ""
      var next: Int? = 0
      while let offset = next {
        let part = try export.csvRows.page(from: offset, limit: limit)
        #expect(part.text.utf8.count <= limit || part.rows.count == 1)
        #expect(part.text.hasPrefix(header) && part.rows.lowerBound == offset)
        text += part.text.dropFirst(header.count)
        next = part.nextOffset
      }
      #expect(text == whole.text)
      next = 0
      while let offset = next {
        let part = try export.jsonRows.page(from: offset, limit: limit)
        lines += part.text
        next = part.nextOffset
      }
      #expect(lines == (try export.jsonRows.page(from: 0).text))
    }
    #expect(try rows(whole.text).map { $0["row_index"] } == (0..<50).map { "\($0)" })
  }

  @Test func `a failed row is included with its error`() async throws {
    let test = TestServer(
      transport: ChatTransport { prompt in
        prompt == "Say b." ? ChatTransport.refusal("Too rude.") : ChatTransport.answer(prompt)
      })
    try await test.credential()
    try await test.generatedRun(["model": "ollama/m"])
    let csv = try rows(try await test.server.text("runs/1/responses.csv"))
    #expect(csv.map { $0["status"] } == ["completed", "failed", "completed"])
    #expect(csv[1]["error"]?.contains("Too rude.") == true && csv[1]["response_text"] == "")
  }

  @Test func `a run without responses is an empty table`() async throws {
    let test = TestServer()
    try await test.run()
    let text = try await test.server.text("runs/1/responses.csv")
    #expect(text.hasPrefix("row_index,") && text.split(separator: "\n").count == 1)
    #expect(try await test.server.text("runs/1/responses.jsonl") == "")
  }
}
