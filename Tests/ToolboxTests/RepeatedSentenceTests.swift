import Foundation
import JSONCoding
import Testing

@testable import Toolbox

/// What is said of a run's judge is said once, however many fields and lists could say it.
@Suite struct RepeatedSentenceTests {
  /// The sentences of a value, wherever they stand.
  private func sentences(_ value: JSONValue) -> [String] {
    if let text = value.stringValue {
      return text.components(separatedBy: ". ").filter { $0.contains(" ") && $0.count > 30 }
    }
    if let object = value.objectValue { return object.members.flatMap { sentences($0.value) } }
    return (value.arrayValue ?? []).flatMap(sentences)
  }

  private func repeated(_ object: JSONObject) -> [String] {
    var object = object
    object["result_items"] = nil
    let all = sentences(.object(object)).map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }
    return Dictionary(grouping: all, by: \.self).filter { $0.value.count > 1 }.keys.sorted()
  }

  private func judged(_ probe: Bool) async throws -> (TestServer, run: Int) {
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-1"],
      transport: ChatTransport { prompt in
        ChatTransport.answer(prompt.contains("Judge the response") ? #"{"reasons":"Fine.","score":5}"# : prompt)
      })
    try await server.metric("tone")
    let csv = "text,expected_output\n" + (0..<40).map { "row \($0),Say \($0).\n" }.joined()
    let run = try await server.generatedRun(
      ["metric_ids": [1], "judge_model": "openai/gpt-4.1", "probe": .bool(probe)], csv: csv)
    return (server, run)
  }

  @Test(arguments: [4, 12, 35])
  func `the agreement with people`(verdicts: Int) async throws {
    let (server, run) = try await judged(false)
    try await server.rate(run, verdicts) { _ in 2 }
    let object = try await server.call("runs_get", ["id": .int(run)])
    let agreement = try #require(object["agreement"])
    #expect(agreement["sentence"]?.stringValue?.isEmpty == false)
    #expect(agreement["decision"]?["sentence"]?.stringValue?.isEmpty == false)
    #expect(repeated(object) == [])
    #expect(object.strings("warnings").contains { $0.contains("more generous than people") } == (verdicts > 4))
  }

  @Test func `the probe of the judge`() async throws {
    let (server, run) = try await judged(true)
    let object = try await server.call("runs_get", ["id": .int(run)])
    #expect(object["judge_probe"]?.arrayValue?.first?["trusted"] == false)
    #expect(object.strings("warnings").contains { $0.contains("cannot be trusted by \"tone\"") })
    #expect(repeated(object) == [])
  }
}
