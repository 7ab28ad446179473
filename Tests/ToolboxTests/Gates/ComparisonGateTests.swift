import JSONCoding
import Testing

@testable import Toolbox

@Suite struct ComparisonGateTests {
  private static let countries = ["France", "Spain", "Italy", "Norway", "Peru", "Chile", "Japan", "Kenya"]

  /// Three runs of one dataset: two answer with one word for all rows, the last with the row's own.
  ///
  /// - Parameter rows: the word of each row and the right answer.
  private func server(_ rows: [(word: String, right: String)] = countries.map { ($0, $0) }) async throws -> TestServer {
    let server = TestServer()
    let csv = "word,expected_output\n" + rows.map { "\($0.word),\($0.right)\n" }.joined()
    let dataset = try await server.dataset(csv)
    for template in ["France", "France", "{{ word }}"] {
      let prompt = try await server.prompt(template, template: template)
      let run = try await server.id(
        "runs_create", ["prompt_id": .int(prompt), "dataset_id": .int(dataset), "scoring": "ExactMatch"])
      try await server.call("runs_generate", ["id": .int(run)])
    }
    return server
  }

  /// Two runs of eight rows, the second with a prompt of varying length: its cost differs from row to row.
  private func pricedServer() async throws -> TestServer {
    let transport = ChatTransport { prompt in
      let words = prompt.hasPrefix("long") ? 10 + 3 * (prompt.utf8.last.map(Int.init) ?? 0) % 17 : 10
      return ChatTransport.answer("a", usage: ["prompt_tokens": .int(words), "completion_tokens": 2])
    }
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: transport)
    let csv = "word,expected_output\n" + Self.countries.map { "\($0),a\n" }.joined()
    let dataset = try await server.dataset(csv)
    for template in ["short {{ word }}", "long {{ word }}"] {
      let prompt = try await server.prompt(template, template: template)
      let run = try await server.id(
        "runs_create", ["prompt_id": .int(prompt), "dataset_id": .int(dataset), "model": "gpt-6-luna"])
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    }
    return server
  }

  private func gate(_ server: TestServer, _ runs: JSONValue, _ limits: JSONObject) async throws -> JSONValue {
    try #require(try await server.call("runs_compare", ["run_ids": runs, "gate": .object(limits)])["gate"])
  }

  private func reasons(_ gate: JSONValue) -> [String] {
    gate["reasons"]?.arrayValue?.compactMap(\.stringValue) ?? []
  }

  @Test func `a gate asks for a verdict, not for a difference that only seems good`() async throws {
    let server = try await server()
    for limits in [["verdict": "better"], ["verdict": "not_worse"], ["margin": 0.1]] as [JSONObject] {
      #expect(try await gate(server, [1, 3], limits) == ["passed": true, "reasons": []])
      #expect(try await gate(server, [3, 1], limits)["passed"] == false)
    }
    // Both answered alike, but eight rows do not show that they are equally good.
    let open = try await gate(server, [1, 2], ["verdict": "not_worse"])
    #expect(reasons(open).first?.hasPrefix("Run 2: the verdict is unclear, and the gate asks for not_worse.") == true)
  }

  /// Before, the verdict of a shown loss within the usual margin was worse, unless that margin was written out.
  @Test func `a gate that asks for not_worse means the usual margin`() async throws {
    let server = TestServer()
    let rows = (0..<600).map { "w\($0),\($0 % 75 == 0 ? "no" : "w\($0)"),w\($0)\n" }
    let dataset = try await server.dataset("word,other,expected_output\n" + rows.joined())
    for column in ["word", "other"] {
      let prompt = try await server.prompt(column, template: "{{ \(column) }}")
      let run = try await server.id(
        "runs_create", ["prompt_id": .int(prompt), "dataset_id": .int(dataset), "scoring": "ExactMatch"])
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    }
    let plain = try await server.call("runs_compare", ["run_ids": [1, 2], "limit": 0])
    #expect(plain["statistics"]?.arrayValue?.first?["verdict_word"] == "worse", "\(plain)")
    for limits in [["verdict": "not_worse"], ["verdict": "not_worse", "margin": 0.05], ["margin": 0.05]] as [JSONObject]
    {
      #expect(try await gate(server, [1, 2], limits)["passed"] == true, "\(limits)")
    }
    // The number of rows that it asks for is that of the same question.
    let few = try await self.server()
    let told = reasons(try await gate(few, [1, 2], ["verdict": "not_worse"]))
    #expect(told == reasons(try await gate(few, [1, 2], ["margin": 0.05])))
    #expect(told.first?.contains("would show it") == true, "\(told)")
  }

  @Test func `a limit on the lower bound is compared with the interval`() async throws {
    let server = try await server()
    let result = try await server.call("runs_compare", ["run_ids": [1, 3]])
    let statistics = try #require(result["statistics"]?.arrayValue?.first)
    let low = try #require(statistics["interval"]?.arrayValue?.first?.doubleValue)
    let mean = try #require(statistics["mean_difference"]?.doubleValue)
    #expect(low < mean - 0.1)
    #expect(try await gate(server, [1, 3], ["min_lower_bound": .double(low - 0.01)])["passed"] == true)
    let closed = try await gate(server, [1, 3], ["min_lower_bound": .double(low + 0.01)])
    #expect(reasons(closed).first?.contains("below min_lower_bound") == true, "\(closed)")
  }

  @Test func `a limit of 0 on the lower bound takes a gain`() async throws {
    // Both answered alike, so the interval begins below 0, or at it.
    let equal = try await gate(try await server(), [1, 2], ["min_lower_bound": 0])
    #expect(equal["passed"] == false)
    #expect(reasons(equal).first?.contains("The difference itself is 0") == true, "\(equal)")
  }

  @Test func `the advice for a lower bound can be followed`() async throws {
    let server = try await server()
    // Both answer alike: no number of rows shows a gain.
    let equal = reasons(try await gate(server, [1, 2], ["min_lower_bound": 0])).first ?? ""
    #expect(equal.contains("no number of rows can reach min_lower_bound") && !equal.contains("append rows"), "\(equal)")
    #expect(equal.contains("give gate margin 0.05 in place of min_lower_bound"), "\(equal)")
    // A run that is worse by more than the margin would not pass with it.
    let worse = reasons(try await gate(server, [3, 1], ["min_lower_bound": 0])).first ?? ""
    #expect(worse.contains("it takes a better run") && !worse.contains("give gate margin"), "\(worse)")
  }

  @Test(arguments: [([1, 3], 0.5), ([1, 3], 0.7), ([3, 1], -0.99)])
  func `the rows that a gate asks for keep the bound`(runs: [Int], bound: Double) async throws {
    let runs = JSONValue.array(runs.map(JSONValue.int))
    let limit: JSONObject = ["min_lower_bound": .double(bound)]
    let told = reasons(try await gate(try await server(), runs, limit)).first ?? ""
    #expect(told.contains("datasets_update"), "\(told)")
    let match = told.firstMatch(of: #/About (\d+) rows in all would reach min_lower_bound/#)
    let rows = try #require(match.flatMap { Int($0.1) }, "\(told)")
    #expect(rows > Self.countries.count && rows < 400, "\(told)")
    // In each eight of them both runs are wrong about one, as about the eight that were seen.
    let more = try await server((0..<rows).map { ("w\($0)", $0 % 8 == 0 ? "no" : "w\($0)") })
    #expect(try await gate(more, runs, limit)["passed"] == true)
  }

  @Test func `every run must pass`() async throws {
    let server = try await server()
    let gate = try await gate(server, [1, 3, 2], ["verdict": "better"])
    #expect(gate["passed"] == false && reasons(gate).count == 1 && reasons(gate)[0].hasPrefix("Run 2:"), "\(gate)")
  }

  @Test func `a cost ratio must be kept by the upper end of its interval`() async throws {
    let server = try await pricedServer()
    let compared = try await server.call("runs_compare", ["run_ids": [1, 2]])
    let figures = try #require(compared["statistics"]?.arrayValue?.first)
    let ratio = try #require(figures["cost_ratio"]?.doubleValue)
    let highest = try #require(figures["cost_ratio_interval"]?.arrayValue?.last?.doubleValue)
    #expect(ratio + 0.01 < highest)
    let open = try await gate(server, [1, 2], ["max_cost_ratio": .double(highest + 0.01)])
    #expect(open["passed"] == true, "\(open)")
    let closed = try await gate(server, [1, 2], ["max_cost_ratio": .double((ratio + highest) / 2)])
    #expect(reasons(closed).first?.contains("may cost up to") == true, "\(closed)")
  }

  @Test func `an unknown cost ratio does not pass`() async throws {
    let gate = try await gate(try await server(), [1, 3], ["max_cost_ratio": 2])
    #expect(gate["passed"] == false && reasons(gate).first?.contains("cost ratio is not known") == true)
  }

  @Test func `runs that cannot be compared do not pass`() async throws {
    let server = try await server()
    try await server.call("runs_update", ["id": 3, "scoring": "Contains"])
    let gate = try await gate(server, [1, 3], ["max_failed": 8])
    #expect(reasons(gate).first?.hasPrefix("Run 3: not_comparable.") == true, "\(gate)")
  }

  @Test func `a gate has one margin`() async throws {
    let server = try await server()
    let refusal = try await server.refusal(
      "runs_compare", ["run_ids": [1, 3], "margin": 0.2, "gate": ["margin": 0.1]])
    #expect(refusal.contains("one argument"))
    let same = try await server.call("runs_compare", ["run_ids": [1, 3], "margin": 0.2, "gate": ["margin": 0.2]])
    #expect(same["statistics"]?.arrayValue?.first?["margin"] == 0.2 && same["gate"]?["passed"] == true)
    #expect(try await server.refusal("runs_compare", ["run_ids": [1, 3], "gate": [:]]).contains("gate has no limit"))
    #expect(
      try await server.refusal("runs_compare", ["run_ids": [1, 3], "gate": ["margin": 2]]).contains(
        "nothing would be worse"))
  }
}
