import JSONCoding
import Testing

@testable import Toolbox

@Suite struct RunCostToolTests {
  private let rows = "text,expected_output\n" + (0..<20).map { "\($0),ok\n" }.joined()

  @Test func `a run has an estimated cost before it begins, and then one from its rows`() async throws {
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-1"], transport: ChatTransport { _ in ChatTransport.answer("ok") })
    let run = try await server.run(["model": "gpt-6-luna", "scoring": "ExactMatch", "concurrency": 1], csv: rows)
    let before = try #require(try await server.call("runs_get", ["id": .int(run)])["estimated_cost"]?.doubleValue)
    #expect((0.00002...0.0002).contains(before))
    // Nothing limits an answer without max_tokens; with it, each of 20 rows has 100 answer tokens.
    #expect(try await server.call("runs_get", ["id": .int(run)])["highest_cost"] == .null)
    let limited = try await server.call("runs_update", ["id": .int(run), "max_tokens": 100])
    #expect((0.001...0.00103).contains(limited["highest_cost"]?.doubleValue ?? 0))
    try await server.call("runs_update", ["id": .int(run), "max_cost": 0.0003])
    let stopped = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    // Ten tokens and two, at 0.1 and 0.5 dollars per million.
    #expect(stopped["total_cost"]?.doubleValue ?? 1 < 0.0003)
    #expect(stopped["estimated_cost"] == 0.00004)
    try await server.call("runs_update", ["id": .int(run), "max_cost": 0])
    let whole = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect(whole["estimated_cost"] == 0.00004 && whole["total_cost"] == 0.00004)
    #expect(whole["highest_cost"] == .null)
  }

  @Test(arguments: [0.0, 0.5]) func `a stopped run drops its advice when max_cost changes`(cap: Double)
    async throws
  {
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-1"], transport: ChatTransport { _ in ChatTransport.answer("ok") })
    let run = try await server.run(
      ["model": "gpt-6-luna", "scoring": "ExactMatch", "concurrency": 1, "max_cost": 0.0000001], csv: rows)
    let stopped = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    let reason = try #require(stopped["error_message"]?.stringValue)
    #expect(reason.contains("set max_cost to"))
    let renamed = try await server.call("runs_update", ["id": .int(run), "name": "other", "max_cost": 0.0000001])
    #expect(renamed["error_message"]?.stringValue == reason)
    let lifted = try await server.call("runs_update", ["id": .int(run), "max_cost": .double(cap)])
    let left = try #require(lifted["error_message"]?.stringValue)
    #expect(lifted["status"] == "failed" && left.contains("changed since") && left.contains("runs_generate"))
    #expect(!left.contains("set max_cost"))
    let whole = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect(whole["status"] == "completed" && whole["error_message"] == .some(.null))
  }

  @Test func `a run that max_cost stops before its first row says so when it is created`() async throws {
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"])
    func warning(_ settings: JSONObject) async throws -> String {
      var settings = settings
      settings["model"] = "gpt-6-luna"
      let run = try await server.run(settings, csv: rows)
      let warnings = try await server.call("runs_get", ["id": .int(run)])["warnings"]?.arrayValue ?? []
      return warnings.compactMap(\.stringValue).first { $0.contains("more than max_cost") } ?? ""
    }
    #expect(try await warning(["max_cost": 0.0000001]).contains("so the run will stop before it."))
    let limited = try await warning(["max_cost": 0.00005, "max_tokens": 20, "scoring": "None"])
    #expect(limited.hasPrefix("The run will cost ") && !limited.contains("probably"), "\(limited)")
  }

  @Test func `missing reviews are part of a run's estimated cost`() async throws {
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: ChatTransport.judge(score: 4))
    let metric = try await server.metric()
    let run = try await server.generatedRun(
      ["model": "gpt-6-luna", "judge_model": "gpt-6-luna", "metric_ids": [.int(metric)], "probe": false],
      csv: rows)
    let judged = try #require(try await server.call("runs_get", ["id": .int(run)])["estimated_cost"]?.doubleValue)
    #expect(judged == 0.00008)
    try await server.call("metrics_update", ["id": .int(metric), "instruction": "Is it short?"])
    // Twenty more reviews, each as expensive as the existing ones.
    let outdated = try await server.call("runs_get", ["id": .int(run)])
    let estimate = try #require(outdated["estimated_cost"]?.doubleValue)
    #expect(abs(estimate / 0.00012 - 1) < 0.02 && outdated["total_cost"] == 0.00008, "\(estimate)")
  }

  @Test func `earlier answers of the prompt take the place of a guess, and a guess has a wide range`() async throws {
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-1"],
      transport: ChatTransport { _ in
        ChatTransport.answer("ok", usage: ["prompt_tokens": 10, "completion_tokens": 900])
      })
    let first = try await server.run(["model": "gpt-6-luna", "scoring": "ExactMatch"], csv: rows)
    func range(_ object: JSONObject) -> ClosedRange<Double>? {
      let bounds = object["estimated_cost_range"]?.arrayValue?.compactMap(\.doubleValue) ?? []
      return bounds.count == 2 && bounds[0] <= bounds[1] ? bounds[0]...bounds[1] : nil
    }
    let guess = try await server.call("runs_get", ["id": .int(first)])
    #expect(guess["estimated_cost_basis"]?.stringValue?.contains("is a guess") == true)
    let done = try await server.call("runs_generate", ["id": .int(first), "wait_seconds": 600])
    let actual = try #require(done["total_cost"]?.doubleValue)
    #expect(range(guess)?.contains(actual) == true, "\(guess["estimated_cost_range"] ?? .null) \(actual)")
    #expect(done["estimated_cost_range"] == nil && done["estimated_cost_basis"] == nil)
    let next = try await server.call("runs_create", ["like_run": .int(first), "repeats": 2])
    let estimate = try #require(next["estimated_cost"]?.doubleValue)
    #expect(abs(estimate / (2 * actual) - 1) < 0.05, "\(estimate) \(actual)")
    #expect(next["estimated_cost_basis"]?.stringValue == "answers are taken to be as long as 20 earlier ones")
    let known = try #require(range(next))
    #expect(known.contains(2 * actual) && known.upperBound < 1.3 * known.lowerBound)
    // Another limit leaves the lengths as they are, and a lower one cuts them off.
    let limited = try await server.call("runs_create", ["like_run": .int(first), "max_tokens": 4000])
    #expect(limited["estimated_cost_basis"] == next["estimated_cost_basis"])
    #expect(abs((limited["estimated_cost"]?.doubleValue ?? 0) / actual - 1) < 0.05)
    let short = try await server.call("runs_create", ["like_run": .int(first), "max_tokens": 90])
    #expect((short["estimated_cost"]?.doubleValue ?? 1) < 0.2 * actual)
    // Answers of the same model to another prompt are better than nothing, and the range says that they are not the same.
    let prompt = try await server.prompt("other", template: "Again: {{ text }}")
    let other = try await server.call(
      "runs_create", ["prompt_id": .int(prompt), "dataset_id": 1, "model": "gpt-6-luna", "scoring": "ExactMatch"])
    #expect(other["estimated_cost_basis"]?.stringValue?.contains("to other prompts") == true)
    #expect(range(other)?.contains(actual) == true && range(other).map { $0.upperBound > 2 * $0.lowerBound } == true)
  }

  @Test(arguments: [1, 3500]) func `the range of a guess reaches from a word to pages`(tokens: Int) async throws {
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-1"],
      transport: ChatTransport { _ in
        ChatTransport.answer("ok", usage: ["prompt_tokens": 10, "completion_tokens": .int(tokens)])
      })
    let id = try await server.run(["model": "gpt-6-luna", "scoring": "ExactMatch"], csv: rows)
    let guess = try await server.call("runs_get", ["id": .int(id)])["estimated_cost_range"]?.arrayValue ?? []
    let done = try await server.call("runs_generate", ["id": .int(id), "wait_seconds": 600])
    let (low, high) = (guess.first?.doubleValue ?? .infinity, guess.last?.doubleValue ?? 0)
    let actual = try #require(done["total_cost"]?.doubleValue)
    #expect(low <= actual && actual <= high, "\(guess) \(actual)")
  }

  @Test func `earlier reviews of the judge take the place of a guess, and the probe is part of the estimate`()
    async throws
  {
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-1"],
      transport: ChatTransport { prompt in
        prompt.contains("Judge the response")
          ? ChatTransport.answer(
            #"{"reasons":"As it is.","score":4}"#, usage: ["prompt_tokens": 500, "completion_tokens": 400])
          : ChatTransport.answer(prompt)
      })
    let metric = try await server.metric()
    let settings: JSONObject = [
      "model": "gpt-6-luna", "judge_model": "gpt-6-luna", "metric_ids": [.int(metric)], "probe": false,
    ]
    let first = try await server.generatedRun(settings, csv: rows)
    let actual = try #require(try await server.call("runs_get", ["id": .int(first)])["total_cost"]?.doubleValue)
    let next = try await server.call("runs_create", ["like_run": .int(first), "temperature": 0.5])
    let estimate = try #require(next["estimated_cost"]?.doubleValue)
    #expect(abs(estimate / actual - 1) < 0.1, "\(estimate) \(actual)")
    let probed = try await server.call("runs_create", ["like_run": .int(first), "probe": true])
    #expect((probed["estimated_cost"]?.doubleValue ?? 0) > estimate)
  }

  @Test func `a server that counts no tokens is named, with what is unknown and what to do`() async throws {
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-1"], transport: ChatTransport { _ in ChatTransport.answer("ok", usage: nil) })
    let run = try await server.generatedRun(["model": "gpt-6-luna", "scoring": "ExactMatch"], csv: rows)
    let done = try await server.call("runs_get", ["id": .int(run)])
    let warning = try #require(done.strings("warnings").first { $0.contains("is not known") })
    for part in ["20 answers", "gpt-6-luna at ", "no token usage", "input_price 0"] {
      #expect(warning.contains(part), "\(part): \(warning)")
    }
    #expect(done["total_cost"] == .null)
    let again = try await server.call("runs_generate", ["id": .int(run), "restart": true, "wait_seconds": 600])
    #expect(again["earlier_uncounted_calls"] == 20)
    #expect(
      again.strings("warnings").contains { $0.contains("20 calls of unknown cost besides (earlier_uncounted_calls)") })
  }
}
