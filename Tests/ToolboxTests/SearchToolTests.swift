import JSONCoding
import TestSupport
import Testing

@testable import Toolbox

@Suite struct SearchToolTests {
  private let test = TestServer()

  private func results(_ arguments: JSONObject) async throws -> [JSONValue] {
    try await test.call("search", arguments)["results"]?.arrayValue ?? []
  }

  private func found(_ query: String, _ more: JSONObject = [:]) async throws -> [String] {
    var arguments = more
    arguments["query"] = .string(query)
    return try await results(arguments).map {
      "\($0["kind"]?.stringValue ?? "") \($0["id"]?.intValue ?? 0) \($0["place"]?.stringValue ?? "")"
    }
  }

  private func seed() async throws {
    try await test.call(
      "prompts_create",
      [
        "name": "Résumé writer", "template": "Say {{ text }}.", "llm_model": "echo", "system_prompt": "Be a pirate.",
        "tag_names": ["naval"],
      ])
    try await test.dataset("text,expected_output\nZürich,Say Zürich.\nBern,no\n")
    try await test.call("runs_create", ["prompt_id": 1, "dataset_id": 1, "name": "first voyage", "concurrency": 1])
    try await test.call("runs_generate", ["id": 1, "wait_seconds": 600])
    try await test.call("metrics_create", ["name": "tone", "instruction": "Does it sound like a Pirate?"])
  }

  @Test func `every kind is found by a part of its name, a tag or a text`() async throws {
    try await seed()
    #expect(try await found("resume") == ["prompts 1 name"])
    #expect(try await found("NAVAL") == ["prompts 1 tag", "tags 1 name"])
    #expect(try await found("pirate") == ["prompts 1 system_prompt", "metrics 1 instruction"])
    #expect(try await found("oyag") == ["runs 1 name"])
    #expect(try await found("zurich") == ["datasets 1 csv_data", "responses 1 response_text"])
    #expect(try await found("zurich", ["kinds": ["responses"]]) == ["responses 1 response_text"])
    #expect(try await found("nowhere to be found") == [])
    // The members' names are no texts.
    #expect(try await found("response_text") == [])
  }

  @Test func `a result says where to go on`() async throws {
    try await seed()
    let result = try #require(try await results(["query": "bern", "kinds": ["responses"]]).first)
    #expect(result["run_id"] == 1 && result["row_index"] == 1 && result["name"] == "row 1 of run \"first voyage\"")
    #expect(result["excerpt"] == "Say Bern.")
    let long = String(repeating: "é", count: 500)
    try await test.prompt("long", template: "\(long) needle\n\(long)")
    let excerpt = try await results(["query": "NEEDLE"]).first?["excerpt"]?.stringValue ?? ""
    #expect(excerpt.hasPrefix("...é") && excerpt.hasSuffix("é...") && excerpt.contains("needle é"))
  }

  @Test func `pages have every result once, also when records go away between them`() async throws {
    try await test.generatedRun(csv: "text\n" + (0..<7).map { "same \($0)\n" }.joined())
    try await test.generatedRun(csv: "text\n" + (0..<7).map { "same \($0)\n" }.joined())
    var seen: [Int] = []
    var arguments: JSONObject = ["query": "same", "kinds": ["responses"], "limit": 3]
    while true {
      let page = try await test.call("search", arguments)
      seen += page["results"]?.arrayValue?.compactMap { $0["id"]?.intValue } ?? []
      guard let cursor = page["next_cursor"] else { break }
      if seen.count == 3 { try await test.call("runs_delete", ["id": 2, "confirm": true]) }
      arguments["cursor"] = cursor
    }
    #expect(seen == [8, 9, 10, 1, 2, 3, 4, 5, 6, 7])
  }

  @Test func `a call ends when it has read much, and goes on`() async throws {
    try await test.generatedRun()
    var (calls, cursor): (Int, JSONValue?) = (0, nil)
    repeat {
      let page = try await SearchTool(services: test.services, budget: 1).page(
        query: "Say c", kinds: ["responses"], limit: 20, cursor: cursor?.stringValue)
      cursor = page["next_cursor"]
      calls += 1
      if cursor != nil { #expect(page["note"] != nil) }
    } while cursor != nil && calls < 10
    #expect(calls == 3)
  }

  @Test func `a key is never found`() async throws {
    try await test.call(
      "provider_credentials_create", ["provider": "openai", "name": "mine", "api_key": "sk-abcdefghijklmnop123456"])
    #expect(try await found("abcdefghij") == [])
    #expect(try await found("mine") == ["provider_credentials 1 name"])
  }

  @Test func `a query of nothing and a cursor of another kind are refused`() async throws {
    #expect(try await test.refusal("search", ["query": "\u{301}"]).contains("query"))
    #expect(try await test.refusal("search", ["query": "x", "cursor": "9"]).contains("next_cursor"))
    #expect(try await test.refusal("search", ["query": "x", "kinds": ["prompt"]]).contains("prompts, datasets"))
  }
}
