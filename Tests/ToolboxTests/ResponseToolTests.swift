import JSONCoding
import Providers
import Store
import Testing

@testable import Toolbox

@Suite struct ResponseToolTests {
  private let server = TestServer()

  private static let keys = [
    "id", "run_id", "row_index", "datapoint_id", "input_data", "response_text", "text_beside_calls", "expected_output",
    "created_at", "status", "score",
    "reviewed", "reviews", "attempts", "error", "rendered_prompt", "model", "finish_reason", "latency_ms", "usage",
    "judge_usage", "tokens", "cost",
  ]

  @Test func `a response has its whole request and answer`() async throws {
    let run = try await server.generatedRun(["scoring": "ExactMatch"])
    let response = try await server.call("responses_get", ["run_id": .int(run), "id": 1])
    #expect(response.keys == Self.keys)
    var expected: JSONObject = [
      "id": 1, "run_id": .int(run), "input_data": ["text": "a"], "row_index": 0, "datapoint_id": 0,
      "response_text": "Say a.", "text_beside_calls": nil,
      "expected_output": "Say a.", "status": "completed", "score": 1.0, "reviewed": false, "reviews": [],
      "attempts": 1, "error": nil, "rendered_prompt": "Say a.", "model": "echo", "finish_reason": "stop",
      "usage": ["prompt_tokens": 2, "completion_tokens": 2, "total_tokens": 4], "judge_usage": nil, "tokens": 4,
      "cost": 0.0,
    ]
    for key in ["created_at", "latency_ms"] { expected[key] = response[key] }
    #expect(response == expected)
    #expect(response["latency_ms"]?.doubleValue != nil)
    let page = try await server.call("responses_list", ["run_id": .int(run)])
    let item = try #require(page["responses"]?.arrayValue?.first?.objectValue)
    #expect(
      item.keys == [
        "id", "row_index", "datapoint_id", "input_data", "response_text", "expected_output", "status", "score",
        "reviewed",
        "error", "latency_ms", "usage", "tokens", "cost", "output", "expected",
      ])
    let aliases = ["output": "response_text", "expected": "expected_output"]
    #expect(item.members.allSatisfy { response[aliases[$0.key] ?? $0.key] == $0.value })
    let asked = try await server.call(
      "responses_list", ["run_id": .int(run), "limit": 1, "fields": ["rendered_prompt", "error"]])
    #expect(asked["responses"] == [["id": 1, "error": nil, "rendered_prompt": "Say a."]])
    #expect(page["total"] == 3)
  }

  @Test func `a review has its score, its reasons and its metric`() async throws {
    let server = TestServer(transport: ChatTransport.judge(score: 2))
    try await server.credential()
    try await server.metric("Tone")
    let run = try await server.generatedRun(["metric_ids": 1, "judge_model": "ollama/judge"], csv: "text\na")
    let response = try await server.call("responses_get", ["run_id": .int(run), "id": 1])
    #expect(response["reviewed"] == true)
    #expect(response["score"] == 2.0)
    var review: JSONObject = [
      "id": 1, "response_id": 1, "metric_id": 1, "metric_name": "Tone", "ai_score": 2.0,
      "ai_feedback": "As it is.", "status": "completed", "error": nil, "judge_model": "ollama/judge",
    ]
    let page = try await server.call("responses_list", ["run_id": .int(run)])
    #expect(page["responses"]?.arrayValue?.first?["reviews"] == [.object(review)])
    review["current"] = true
    #expect(response["reviews"] == [.object(review)])
  }

  @Test func `a failed review is no score, and says why`() async throws {
    let transport = ChatTransport { prompt in ChatTransport.answer("No idea: \(prompt.prefix(3))") }
    let server = TestServer(transport: transport)
    try await server.credential()
    try await server.metric("Tone")
    let run = try await server.generatedRun(["metric_ids": 1, "judge_model": "ollama/judge"], csv: "text\na")
    let response = try await server.call("responses_get", ["run_id": .int(run), "id": 1])
    #expect(response["status"] == "failed")
    #expect(response["response_text"] == "Say a.")
    #expect(response["error"]?.stringValue?.hasPrefix("The answer could not be scored: ") == true)
    #expect(response["reviewed"] == false)
    #expect(response["score"] == .some(.null))
    let review = response["reviews"]?.arrayValue?.first
    #expect(review?["status"] == "failed")
    #expect(review?["ai_score"] == .some(.null))
    #expect(review?["error"]?.stringValue?.isEmpty == false)
  }

  @Test func `the sent prompt is the run's, even if the prompt has changed`() async throws {
    let run = try await server.generatedRun()
    try await server.call("datasets_update", ["id": 1, "csv_data": "text\nchanged"])
    let response = try await server.call("responses_get", ["run_id": .int(run), "id": 2])
    #expect(response["rendered_prompt"] == "Say b.")
    #expect(response["input_data"] == ["text": "b"])
  }

  @Test func `a missing response is refused with the existing ids`() async throws {
    let first = try await server.generatedRun()
    let second = try await server.run()
    let sentence = "No response 9 in run 1. Its responses have ids from 1 to 3. responses_list shows all."
    #expect(try await server.refusal("responses_get", ["run_id": .int(first), "id": 9]) == sentence)
    #expect(
      try await server.refusal("responses_get", ["run_id": .int(second), "id": 1])
        == "No response 1 in run 2. It has none yet. responses_list shows all.")
    #expect(
      try await server.refusal("responses_list", ["run_id": 7]).hasPrefix("No run 7. Runs: 2 \"summarizer v1 #2\""))
  }

  // MARK: Filters and orders

  /// A run whose responses have these scores, by row.
  private func run(scores: [Double?]) async throws -> Int {
    let id = try await server.run(["scoring": "ExactMatch"])
    try await server.services.store.commit { transaction in
      for (row, score) in scores.enumerated() {
        transaction.insert(
          ResponseRecord {
            $0.runID = id
            $0.rowIndex = row
            $0.status = score == nil ? .failed : .completed
            $0.input = [:]
            $0.responseText = "r"
            $0.score = score
            $0.createdAt = transaction.now
          })
      }
    }
    return id
  }

  @Test func `responses are ordered by row or score, those without a score last`() async throws {
    let run = JSONValue.int(try await run(scores: [3, nil, 1, 5, 1]))
    #expect(try await server.ids("responses_list", ["run_id": run]) == [1, 2, 3, 4, 5])
    #expect(try await server.ids("responses_list", ["run_id": run, "order": "score"]) == [3, 5, 1, 4, 2])
    #expect(try await server.ids("responses_list", ["run_id": run, "order": "score_desc"]) == [4, 1, 3, 5, 2])
  }

  @Test func `responses are filtered by status and score`() async throws {
    let run = JSONValue.int(try await run(scores: [3, nil, 1, 5, 1]))
    #expect(try await server.ids("responses_list", ["run_id": run, "status": "failed"]) == [2])
    #expect(try await server.ids("responses_list", ["run_id": run, "min_score": 3]) == [1, 4])
    #expect(try await server.ids("responses_list", ["run_id": run, "max_score": "1"]) == [3, 5])
    #expect(
      try await server.ids(
        "responses_list", ["run_id": run, "min_score": 1, "max_score": 3, "order": "score_desc"]) == [1, 3, 5])
    #expect(try await server.call("responses_list", ["run_id": run, "min_score": 6]) == ["responses": [], "total": 0])
  }

  @Test(arguments: ["row", "score", "score_desc"], [1, 2, 7])
  func `pages contain every response once, in order`(order: String, limit: Int) async throws {
    let run = try await run(scores: [3, nil, 1, 5, 1, nil, 2, 2, 4, 1])
    let arguments: JSONObject = ["run_id": .int(run), "order": .string(order)]
    var paged = arguments
    paged["limit"] = .int(limit)
    let whole = try await server.ids("responses_list", arguments)
    #expect(whole.count == 10)
    #expect(try await server.walk("responses_list", paged) == whole)
  }

  @Test func `a page continues even if its last response no longer matches the filter`() async throws {
    let run = JSONValue.int(try await run(scores: [1, 2, 3, 4]))
    let page = try await server.call("responses_list", ["run_id": run, "limit": 2])
    #expect(page["next_cursor"] == "row1")
    #expect(
      try await server.ids("responses_list", ["run_id": run, "min_score": 2.5, "cursor": "row1"]) == [3, 4])
  }

  @Test(arguments: ["0", "99", "x", "-1"]) func `a cursor of another list is refused`(cursor: String) async throws {
    let run = try await run(scores: [1])
    #expect(
      try await server.refusal("responses_list", ["run_id": .int(run), "cursor": .string(cursor)])
        == "cursor \"\(cursor)\" is not a next_cursor of this list. Leave it out to start over.")
  }
}
