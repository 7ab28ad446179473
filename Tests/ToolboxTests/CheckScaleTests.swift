import Evaluation
import JSONCoding
import Testing

@testable import Toolbox

/// The scale of scores by checks: what gives only 0 and 1 is a rate, whatever the scoring is called.
@Suite struct CheckScaleTests {
  private let server = TestServer()

  private func metric(_ name: String, _ check: JSONObject) async throws -> JSONValue {
    .int(try await server.id("metrics_create", ["name": .string(name), "check": .object(check)]))
  }

  /// A run of the echo model on a new dataset.
  private func interval(_ csv: String, _ settings: JSONObject) async throws -> (JSONValue?, run: Int) {
    var settings = settings
    settings["model"] = "echo"
    let run = try await server.generatedRun(settings, csv: csv)
    return (try await server.call("runs_get", ["id": .int(run)])["avg_score_interval"], run)
  }

  private static func lower(_ interval: JSONValue?) -> Double {
    interval?["interval"]?.arrayValue?.first?.doubleValue ?? -1
  }

  private static let csv = "text,expected_output\n" + (0..<12).map { "w\($0),Say w\($0).\n" }.joined()

  @Test func `a run by one check that passes or fails has the interval of a rate, and no gate passes by another`()
    async throws
  {
    let equals = try await metric("eq", ["kind": "equals"])
    let (exact, _) = try await interval(Self.csv, ["scoring": "ExactMatch"])
    let (checked, run) = try await interval(Self.csv, ["metric_ids": [equals]])
    #expect(checked?["method"] == "Wilson" && checked?["interval"] == exact?["interval"])
    let gated = try await server.call("runs_get", ["id": .int(run), "gate": ["min_lower_bound": 0.8]])
    #expect(gated["gate"]?["passed"] == false)
  }

  @Test func `a mean of checks that never fail is no surer than a rate`() async throws {
    let both = JSONValue.array([
      try await metric("eq", ["kind": "equals"]), try await metric("has", ["kind": "contains"]),
    ])
    let (exact, _) = try await interval(Self.csv, ["scoring": "ExactMatch"])
    let (mean, _) = try await interval(Self.csv, ["metric_ids": both])
    #expect(mean?["method"] == "posterior" && Self.lower(mean) <= Self.lower(exact))
  }

  @Test func `a check of fractions is a rate only while its scores are 0 and 1`() async throws {
    let close = try await metric("close", ["kind": "similarity", "score": "fraction"])
    #expect(try await interval(Self.csv, ["metric_ids": [close]]).0?["method"] == "Wilson")
    let other = Self.csv.replacing("Say w1.", with: "Say w123.")
    #expect(try await interval(other, ["metric_ids": [close]]).0?["method"] == "posterior")
  }

  @Test func `two losses in 120 rows show no equality, by a check as by ExactMatch`() async throws {
    let csv = "a,b,expected_output\n" + (0..<120).map { "c\($0),\($0 < 2 ? "x" : "c\($0)"),c\($0)\n" }.joined()
    let dataset = try await server.dataset(csv)
    for (name, column) in [("one", "a"), ("two", "b")] {
      let prompt = try await server.prompt(name, template: "{{ \(column) }}")
      let run = try await server.id(
        "runs_create", ["prompt_id": .int(prompt), "dataset_id": .int(dataset), "model": "echo"])
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    }
    let exact = try await server.call("runs_compare", ["run_ids": [1, 2], "limit": 0])["statistics"]?.arrayValue?.first
    let equals = try await metric("eq", ["kind": "equals"])
    for run in 1...2 {
      try await server.call("runs_update", ["id": .int(run), "scoring": "Checks", "metric_ids": [equals]])
    }
    let checked = try await server.call("runs_compare", ["run_ids": [1, 2], "limit": 0])["statistics"]?.arrayValue?
      .first
    #expect(exact?["verdict_word"] == "unclear" && exact?["losses"] == 2)
    for name in ["verdict_word", "interval", "margin_interval", "test", "p_value", "rows_needed"] {
      #expect(checked?[name] == exact?[name], "\(name)")
    }
  }

  @Test func `only means between 0 and 1 are widened, and those that vary little by little`() throws {
    let ones = try #require(MeanInterval.of(Array(repeating: 1, count: 12), bounds: 0...1))
    let rate = try #require(Statistics.wilsonInterval(successes: 12, trials: 12))
    #expect(ones.lowerBound <= rate.lowerBound && ones.upperBound == 1)
    let stars = try #require(MeanInterval.of(Array(repeating: 5, count: 12), bounds: 1...5))
    #expect((stars.lowerBound - 1) / 4 > rate.lowerBound)
    let close = try #require(MeanInterval.of((0..<100).map { $0 % 2 == 0 ? 0.65 : 0.75 }, bounds: 0...1))
    #expect(close.contains(0.7) && close.upperBound - close.lowerBound < 0.08)
  }
}
