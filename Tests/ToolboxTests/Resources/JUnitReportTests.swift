import JSONCoding
import Testing

@testable import Toolbox

@Suite struct JUnitReportTests {
  private func count(_ text: String, _ part: String) -> Int { text.ranges(of: part).count }

  @Test func `a judged row is a failure below four stars`() async throws {
    let scores = ["a": 2, "b": 3, "c": 4]
    let server = TestServer(
      transport: ChatTransport { prompt in
        guard prompt.contains("Judge the response") else { return ChatTransport.answer(prompt) }
        let score = scores.first { prompt.contains("Say \($0.key).") }?.value ?? 1
        return ChatTransport.answer(#"{"reasons":"As it is.","score":\#(score)}"#)
      })
    try await server.credential()
    let metric = try await server.metric()
    try await server.generatedRun(
      ["metric_ids": [.int(metric)], "judge_model": "ollama/judge"], csv: "text\na\nb\nc\n")
    let text = try await server.server.text("runs/1/junit.xml")
    #expect(text.contains(#"tests="3" failures="2" errors="0" skipped="0""#), "\(text)")
    #expect(count(text, "<failure message=\"score 2.00\">") == 1 && text.contains("relevance, 2.00:\nAs it is."))
  }

  @Test func `a row with a check that fails is a failure, whatever the others say`() async throws {
    let server = TestServer()
    let ids = try await [#"{"kind":"contains","value":"Say"}"#, #"{"kind":"contains","value":"a."}"#].asyncMap {
      check in
      try await server.id(
        "metrics_create", ["name": .string(check), "check": try JSONValue(parsing: Array(check.utf8).span)])
    }
    try await server.generatedRun(["metric_ids": .array(ids.map(JSONValue.int))], csv: "text\na\nb\n")
    let text = try await server.server.text("runs/1/junit.xml")
    #expect(text.contains(#"tests="2" failures="1" errors="0" skipped="0""#), "\(text)")
    #expect(text.contains(#"<failure message="score 0.50">"#))
  }

  @Test func `a row that failed is an error, and so is a run that has not ended with all rows`() async throws {
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-1"],
      transport: ChatTransport { prompt in
        prompt.contains("b.") ? ChatTransport.refusal("no such thing") : ChatTransport.answer(prompt)
      })
    try await server.generatedRun(["scoring": "ExactMatch", "model": "gpt-6-luna"])
    let text = try await server.server.text("runs/1/junit.xml")
    #expect(text.contains(#"tests="3" failures="1" errors="1" skipped="0""#), "\(text)")
    #expect(count(text, "<error ") == 1 && text.contains("no such thing"))
    let rows = "text,expected_output\n" + (0..<20).map { "\($0),ok\n" }.joined()
    let capped = try await server.generatedRun(
      ["scoring": "ExactMatch", "model": "gpt-6-luna", "max_cost": 0.00001], csv: rows)
    let open = try await server.server.text("runs/\(capped)/junit.xml")
    #expect(count(open, "<testcase classname=\"run 2\" name=\"all rows\"><error message=\"Run 2 ") == 1, "\(open)")
  }

  @Test func `every page is a whole document`() async throws {
    let server = TestServer()
    let run = try await server.generatedRun(["scoring": "ExactMatch"])
    let report = try JUnitReport(try await server.services.view(ofRun: run))
    let first = try report.rows.page(from: 0, limit: 1)
    #expect(first.rows == 0..<1 && first.nextOffset == 1)
    for page in [first, try report.rows.page(from: 1, limit: 1), try report.rows.page(from: 2)] {
      #expect(page.text.hasPrefix("<?xml") && page.text.hasSuffix("</testsuite>\n</testsuites>\n"))
      #expect(count(page.text, "<testcase ") == 1)
    }
  }

  @Test(arguments: [
    ("plain", "plain"), ("<&>\"", "&lt;&amp;&gt;&quot;"),
    ("\u{0}\u{8}\u{1b}\u{ffff}", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
    ("\u{fffd}\u{1f600}\u{85}", "\u{fffd}\u{1f600}\u{85}"),
  ])
  func `text that XML cannot hold is replaced`(text: String, escaped: String) {
    #expect(XMLText.content(text) == escaped && XMLText.attribute(text) == escaped)
  }

  @Test func `line ends and tabs survive a parser`() {
    #expect(XMLText.content("a\r\nb\tc") == "a&#13;\nb\tc")
    #expect(XMLText.attribute("a\r\nb\tc") == "a&#13;&#10;b&#9;c")
  }
}

extension Array where Element: Sendable {
  fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
    var results: [Result] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
