import JSONCoding
import Testing

@testable import Toolbox

/// What verdicts count for, and advice on further ones that can be followed.
@Suite struct VerdictAdviceTests {
  private func server() async throws -> TestServer {
    let server = TestServer.judging()
    try await server.credential()
    try await server.metric("tone")
    return server
  }

  private static func csv(_ rows: Int) -> String {
    "text\n" + (0..<rows).map { "gives-\(1 + $0 * 7 % 5) row \($0)\n" }.joined()
  }

  private func agreement(_ server: TestServer, _ run: Int) async throws -> JSONValue? {
    try await server.call("runs_get", ["id": .int(run)])["agreement"]
  }

  @Test func `blind verdicts on an answer count for its copies, and are repeated blind`() async throws {
    let server = try await server()
    let first = try await server.judgedRun("say {{ text }}", dataset: try await server.dataset(Self.csv(40)))
    let rated = try await server.rate(first, 32) { $0.namedScore }
    // Now the judge's scores of the first run are seen.
    try await server.call("responses_list", ["run_id": .int(first), "limit": 100])
    let second = try await server.id("runs_create", ["like_run": .int(first), "reuse": true, "name": "again"])
    try await server.call("runs_generate", ["id": .int(second), "wait_seconds": 600])
    let trust = try await agreement(server, second)
    #expect(trust?["verdicts"] == 32 && trust?["blind"] == 32 && trust?["decision"]?["word"] == "trust")
    #expect(trust?["sentence"]?.stringValue?.contains("32 of the verdicts were given in other runs") == true)

    let rows = try await server.call(
      "responses_list",
      ["run_id": .int(second), "order": "random", "without_verdict": true, "hide_scores": true, "limit": 100])
    let left = try #require(rows["responses"]?.arrayValue)
    #expect(left.count == 8, "those with verdicts on the answers that they copy are not asked for again")
    // A new verdict on a copy whose score was shown is not blind, and says what would be.
    let late = try await server.call(
      "verdicts_create", ["response_id": left[0]["id"] ?? .null, "score": .int(left[0].objectValue?.namedScore ?? 1)])
    #expect(late["blind"] == false && late["blind_note"]?.stringValue?.contains("without reuse") == true)
    #expect(rated.count == 32)
  }

  @Test func `advice asks for no more verdicts than the run has rows`() async throws {
    let server = try await server()
    let run = try await server.judgedRun("say {{ text }}", dataset: try await server.dataset(Self.csv(16)))
    try await server.rate(run, 12) { $0.namedScore }
    let trust = try await agreement(server, run)
    #expect(trust?["decision"]?["word"] == "not_enough" && trust?["decision"]?["verdicts_needed"] == .null)
    let sentence = trust?["decision"]?["sentence"]?.stringValue ?? ""
    #expect(!sentence.contains("more verdicts on rows") && sentence.contains("only 4 more"), "\(sentence)")
    #expect(sentence.contains("datasets_update"))
    try await server.rate(run, 4) { $0.namedScore }
    let all = try await agreement(server, run)?["decision"]?["sentence"]?.stringValue ?? ""
    #expect(all.contains("has no more") && !all.contains("gives the next rows"), "\(all)")
  }

  @Test func `a verdict on an answer whose score was shown in a copy is not blind`() async throws {
    let server = try await server()
    let first = try await server.judgedRun("say {{ text }}", dataset: try await server.dataset(Self.csv(34)))
    let second = try await server.id("runs_create", ["like_run": .int(first), "reuse": true])
    try await server.call("runs_generate", ["id": .int(second), "wait_seconds": 600])
    try await server.rate(first, 1) { $0.namedScore }
    try await server.call("responses_list", ["run_id": .int(second), "limit": 100])
    try await server.rate(first, 32) { $0.namedScore }
    for run in [first, second] {
      let trust = try await agreement(server, run)
      #expect(trust?["verdicts"] == 33 && trust?["blind"] == 1, "run \(run)")
    }
  }

  @Test func `rows that were chosen and rated count once the rows before them have verdicts`() async throws {
    let server = try await server()
    let run = try await server.judgedRun("say {{ text }}", dataset: try await server.dataset(Self.csv(40)))
    let page = try await server.call(
      "responses_list", ["run_id": .int(run), "order": "random", "hide_scores": true, "limit": 100])
    let rows = page["responses"]?.arrayValue?.compactMap(\.objectValue) ?? []
    for row in rows.dropFirst(5) {
      try await server.call(
        "verdicts_create", ["response_id": row["id"] ?? .null, "score": .int(row.namedScore)])
    }
    let before = try await agreement(server, run)
    let sentence = before?["decision"]?["sentence"]?.stringValue ?? ""
    #expect(before?["decision"]?["verdicts_needed"] == 5, "\(sentence)")
    #expect(sentence.contains("with verdicts on 5 of them") && !sentence.contains("takes more rows"), "\(sentence)")
    try await server.rate(run, 5) { $0.namedScore }
    #expect(try await agreement(server, run)?["decision"]?["word"] == "trust")
  }
}
