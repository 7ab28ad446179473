import JSONCoding
import TestSupport
import Testing

@testable import Toolbox

/// What a judge is shown of a row without an expected output.
@Suite struct BlankExpectationTests {
  @Test func `a blank expected output is not shown to the judge, who would take it for what is expected`() async throws
  {
    let asked = SharedList<String>()
    let server = TestServer(
      transport: ChatTransport { prompt in
        guard prompt.contains("Judge the response") else { return ChatTransport.answer("an answer") }
        asked.append(prompt)
        return ChatTransport.answer(#"{"reasons":"Fine.","score":5}"#)
      })
    try await server.credential()
    try await server.metric()
    try await server.generatedRun(
      ["metric_ids": [1], "judge_model": "ollama/judge", "probe": false, "model": "ollama/m"],
      csv: "text,expected_output\none,first\ntwo,\nthree,\" \"\n")
    let shown = asked.all.filter { $0.contains("expected output begins") }
    #expect(asked.all.count == 3 && shown.count == 1 && shown[0].contains("first"), "\(asked.all)")
  }
}
