import Evaluation
import JSONCoding
import Providers
import TestSupport
import Testing

@testable import Toolbox

/// What is said of costs before, during and after a run.
@Suite struct CostSentenceTests {
  private static func csv(_ count: Int) -> String {
    "text,expected_output\n" + (0..<count).map { "row \($0),Say row \($0).\n" }.joined()
  }

  /// A server behind the priced credential `own`; a call of ten tokens and two costs $0.014.
  private static func server(_ script: @escaping ChatTransport.Script) async throws -> TestServer {
    let server = TestServer(transport: ChatTransport(script))
    try await server.call(
      "provider_credentials_create",
      [
        "provider": "openai", "name": "own", "api_key": "k", "api_endpoint": "http://127.0.0.1:9/v1",
        "input_price": 1000, "output_price": 2000,
      ])
    return server
  }

  // MARK: Before

  @Test func `a max_cost within the range of the cost is told with the rows that it reaches`() async throws {
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"])
    let run = try await server.run(["model": "gpt-6-luna", "scoring": "ExactMatch"], csv: Self.csv(20))
    let before = try await server.call("runs_get", ["id": .int(run)])
    let high = try #require(before["estimated_cost_range"]?.arrayValue?.last?.doubleValue)
    let likely = try #require(before["estimated_cost"]?.doubleValue)
    try #require(likely < high / 2)
    let limited = try await server.call("runs_update", ["id": .int(run), "max_cost": .double(high / 2)])
    let told = limited.strings("warnings").filter { $0.contains("may cost up to") }
    #expect(
      told.count == 1 && told[0].contains("then it stops after about ") && told[0].contains(" of 20 rows"), "\(told)")
    let open = limited.strings("warnings").first { $0.contains("are not set") || $0.contains("is not set") } ?? ""
    #expect(open.contains("($") && open.contains(" for the first row)"), "\(limited)")
    let ample = try await server.call("runs_update", ["id": .int(run), "max_cost": .double(2 * high)])
    #expect(!ample.strings("warnings").contains { $0.contains("may cost up to") })
    let short = try await server.call("runs_update", ["id": .int(run), "max_tokens": 20])
    let half = try #require(short["estimated_cost"]?.doubleValue) * 0.55
    let low = try await server.call("runs_update", ["id": .int(run), "max_cost": .double(half)]).strings("warnings")
    #expect(low.contains { $0.contains(" stop before its last row, after about 11 of 20 rows.") }, "\(low)")
  }

  @Test func `the highest cost counts a judge that is asked twice for each judgement`() async throws {
    let server = try await Self.server { prompt in
      let usage: JSONValue = ["prompt_tokens": .int(prompt.utf8.count / 4 + 60), "completion_tokens": 100]
      if prompt.contains("That answer cannot be used") {
        return ChatTransport.answer(
          #"{"reasons":"As it is.","score":4}"#, usage: ["prompt_tokens": 800, "completion_tokens": 100])
      }
      return ChatTransport.answer(prompt.contains("Judge the response") ? "Well." : "ok", usage: usage)
    }
    let metric = try await server.metric()
    let run = try await server.run(
      [
        "model": "own/m", "judge_model": "own/judge", "metric_ids": [.int(metric)], "probe": false, "max_tokens": 100,
        "judge_max_tokens": 100,
      ], csv: Self.csv(8))
    let highest = try #require(try await server.call("runs_get", ["id": .int(run)])["highest_cost"]?.doubleValue)
    let done = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    let cost = try #require(done["total_cost"]?.doubleValue)
    #expect(done["status"] == "completed" && cost <= highest, "\(cost) \(highest)")
  }

  // MARK: After

  @Test func `amounts that are compared have the digits that make the comparison true`() async throws {
    let server = try await Self.server { ChatTransport.answer($0) }
    let run = try await server.generatedRun(["model": "own/m"], csv: Self.csv(3))
    let gated = try await server.call("runs_get", ["id": .int(run), "gate": ["max_cost": 0.04199]])
    let reasons = gated["gate"]?.objectValue?.strings("reasons") ?? []
    #expect(reasons.first?.contains("has cost $0.042, more than max_cost $0.04199.") == true, "\(reasons)")
    let limited = try await server.call("runs_update", ["id": .int(run), "max_cost": 0.04199])
    let warnings = limited.strings("warnings")
    #expect(warnings.contains { $0.contains("has cost $0.042, more than max_cost $0.04199:") }, "\(warnings)")
  }

  @Test func `cached input without a price of its own is said to count in full`() async throws {
    let server = try await Self.server { prompt in
      let cached: JSONValue = ["cached_tokens": .int(prompt.contains("row 1") ? 8 : 0)]
      return ChatTransport.answer(
        prompt, usage: ["prompt_tokens": 10, "completion_tokens": 2, "prompt_tokens_details": cached])
    }
    let run = try await server.generatedRun(["model": "own/m"], csv: Self.csv(3))
    let warnings = try await server.call("runs_get", ["id": .int(run)]).strings("warnings")
    #expect(warnings.count { $0.contains("own/m read from its provider's cache counts at the full input_price") } == 1)
    let plain = try await server.generatedRun(["model": "own/m"], csv: "text\nrow 7\n")
    let others = try await server.call("runs_get", ["id": .int(plain)]).strings("warnings")
    #expect(!others.contains { $0.contains("cache counts") }, "\(others)")
  }

  @Test func `a deletion tells what responses cost that a restart had discarded`() async throws {
    let server = try await Self.server { ChatTransport.answer($0) }
    let run = try await server.generatedRun(["model": "own/m"], csv: Self.csv(3))
    try await server.call("runs_generate", ["id": .int(run), "restart": true, "confirm": true, "wait_seconds": 600])
    let refusal = try await server.refusal("runs_delete", ["id": .int(run)])
    #expect(
      refusal.contains("3 responses, which cost $0.042, after $0.042 for earlier ones that a restart discarded"),
      "\(refusal)")
    let dry = try await server.call("runs_delete", ["id": .int(run), "dry_run": true])
    #expect(dry["cost"] == 0.042 && dry["earlier_cost"] == 0.042)
  }

  @Test func `a server error after which a provider may bill is said to count as nothing`() async throws {
    let calls = Counter()
    let server = try await Self.server { prompt in
      calls.add() == 2 ? ChatTransport.refusal("Oh.", status: 500) : ChatTransport.answer(prompt)
    }
    let run = try await server.generatedRun(["model": "own/m"], csv: Self.csv(3))
    let done = try await server.call("runs_get", ["id": .int(run)])
    #expect(done["status"] == "completed" && done["total_cost"] == 0.042)
    #expect(
      done.strings("warnings").contains { $0.hasPrefix("1 call ended in a server error (500 or 502)") }, "\(done)")
  }

  @Test func `server errors are counted over all starts of a run, with what they may have cost`() async throws {
    let mended = Counter()
    let server = try await Self.server { prompt in
      mended.value == 0 && prompt.contains("row 1")
        ? ChatTransport.refusal("Oh.", status: 502) : ChatTransport.answer(prompt)
    }
    let run = try await server.generatedRun(["model": "own/m"], csv: Self.csv(3))
    func told(_ object: JSONObject) -> (count: Int, text: String) {
      let texts = object.strings("warnings").filter { $0.contains("ended in a server error (500 or 502)") }
      return (texts.count == 1 ? texts[0].split(separator: " ").first.flatMap { Int($0) } ?? 0 : -1, texts.first ?? "")
    }
    let first = told(try await server.call("runs_get", ["id": .int(run)]))
    #expect(first.count > 0)
    let again: JSONObject = ["id": .int(run), "retry_failed": true, "wait_seconds": 600]
    let second = told(try await server.call("runs_generate", again))
    #expect(second.count == 2 * first.count, "\(second)")
    mended.add()
    let done = try await server.call("runs_generate", again)
    let third = told(done)
    #expect(done["status"] == "completed" && done["total_cost"] == 0.042 && third.count == second.count)
    #expect(third.text.contains("by up to \(Dollars.text(0.014 * Double(third.count))) if none cost more"), "\(third)")
    #expect(!third.text.contains("max_cost"))
    // They count for max_cost, also in a later start.
    try await server.call("runs_update", ["id": .int(run), "max_cost": 0.05])
    let refusal = try await server.refusal(
      "runs_generate", ["id": .int(run), "restart": true, "confirm": true, "wait_seconds": 600])
    #expect(refusal.contains("The run has spent $"), "\(refusal)")
    try await server.call("runs_update", ["id": .int(run), "max_cost": 100])
    let anew = try await server.call(
      "runs_generate", ["id": .int(run), "restart": true, "confirm": true, "wait_seconds": 600])
    #expect(
      told(anew).count == third.count && told(anew).text.hasSuffix("max_cost counts them as long answers, in case."))
    #expect(
      anew.strings("warnings").contains { $0.contains("For max_cost \(third.count) calls of unknown cost") }, "\(anew)")
  }

  @Test func `a limit on cost counts server errors, in case they are billed`() async throws {
    let server = try await Self.server { _ in ChatTransport.refusal("Oh.", status: 500) }
    let run = try await server.generatedRun(["model": "own/m", "max_cost": 0.5, "max_tokens": 20], csv: Self.csv(9))
    let done = try await server.call("runs_get", ["id": .int(run)])
    let spent = done.strings("warnings").first { $0.contains("So the run has spent about $") } ?? ""
    #expect(done["status"] == "failed" && spent.contains("of unknown cost"), "\(done)")
  }

  @Test func `the server errors of a judge and of its test are counted`() async throws {
    let calls = Counter()
    let server = try await Self.server { prompt in
      guard prompt.contains("Judge the response") else { return ChatTransport.answer(prompt) }
      return calls.add() % 2 == 1
        ? ChatTransport.refusal("Oh.", status: 500) : ChatTransport.answer(#"{"reasons":"As it is.","score":4}"#)
    }
    let metric = try await server.metric()
    let run = try await server.generatedRun(
      [
        "model": "own/m", "judge_model": "own/judge", "metric_ids": [.int(metric)], "probe": true, "concurrency": 1,
      ], csv: Self.csv(3))
    let done = try await server.call("runs_get", ["id": .int(run)])
    #expect(
      done.strings("warnings").contains { $0.hasPrefix("\(calls.value / 2) calls ended in a server error") }, "\(done)")
  }

  @Test func `a run under way is deleted only after a word that it is`() async throws {
    let gate = Gate()
    let server = try await Self.server { prompt in
      await gate.pass()
      return ChatTransport.answer(prompt)
    }
    let run = try await server.run(["model": "own/m"], csv: Self.csv(3))
    try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 0])
    let refusal = try await server.refusal("runs_delete", ["id": .int(run)])
    #expect(refusal.contains("what is being generated now") && refusal.contains("confirm: true"), "\(refusal)")
    #expect(!refusal.contains("deletes , and"), "\(refusal)")
    #expect(try await server.ids("runs_list") == [run])
    gate.open()
    #expect(try await server.call("runs_delete", ["id": .int(run), "confirm": true])["deleted"] == true)
  }
}
