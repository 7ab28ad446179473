import Evaluation
import Foundation
import Providers
import Store

/// Pairs of whole runs of which a judge favours the second while people see no gain: how often the second is better, by
/// the judge alone and with the verdicts of people on some of the rows.
///
/// The engine, the store, the verdicts and the comparison are the program's own; only the models and the people are
/// simulated.
func humanVerdicts(trials: Int) async throws {
  print("\n### Runs of 200 rows, judged 1 to 5, with 40 verdicts of people in both\n")
  print("\(trials) pairs of runs a line, seed \(RatedPair.seed).\n")
  print("| judge favours by | people see | judge alone: better | corrected: better | worse | covered | width |")
  print("|---:|---:|---:|---:|---:|---:|---:|")
  for (favour, gain) in [(0.4, 0.0), (0, 0), (0.4, 0.4), (0, 0.4)] {
    var alone = 0
    var counts: [Verdict: Int] = [:]
    var (covered, width) = (0, 0.0)
    for trial in 0..<trials {
      let comparison = try await RatedPair(favour: favour, gain: gain, trial).comparison()
      guard let corrected = comparison.corrected, let interval = corrected.interval else { continue }
      if corrected.judgeVerdict == .better { alone += 1 }
      counts[comparison.verdict, default: 0] += 1
      if interval.contains(gain) { covered += 1 }
      width += interval.upperBound - interval.lowerBound
    }
    func share(_ count: Int) -> String { "\((1000 * Double(count) / Double(trials)).rounded() / 10) %" }
    print(
      "| \(favour) | \(gain) | \(share(alone)) | \(share(counts[.better] ?? 0)) | \(share(counts[.worse] ?? 0)) | "
        + "\(share(covered)) | \((1000 * width / Double(trials)).rounded() / 1000) |")
  }
}

/// Two runs in a store of their own, with the verdicts of people.
private struct RatedPair: ModelDirectory {
  static let seed: UInt64 = 20_261_127
  private static let rows = 200
  private static let verdicts = 40

  /// A row's scores in the first and in the second run.
  private struct Scores: Sendable {
    var people: [Int] = []
    var judge: [Int] = []
  }

  private let scores: [Scores]

  /// - Parameters:
  ///   - favour: how much more the judge gives the second run than people would.
  ///   - gain: how much better people find the second run.
  init(favour: Double, gain: Double, _ trial: Int) {
    var random = SeededGenerator(seed: Self.seed &+ UInt64(trial) &* 1_000_003)
    func unit() -> Double { Double.random(in: 0..<1, using: &random) }
    scores = (0..<Self.rows).map { _ in
      var scores = Scores()
      // 2 to 4, so that neither the judge's errors nor its favour are cut off by the scale.
      let quality = 2 + Int(unit() * 2)
      for run in 0..<2 {
        let noise = unit()
        let people = quality + (noise < 0.2 ? 1 : 0) + (run == 1 && unit() < gain ? 1 : 0)
        let error = unit()
        scores.people.append(people)
        scores.judge.append(
          people + (error < 0.15 ? -1 : error < 0.3 ? 1 : 0) + (run == 1 && unit() < favour ? 1 : 0))
      }
      return scores
    }
  }

  /// The model answers with the row's number and the run, from which the judge knows what it is to give.
  func binding(for model: String, credentialID: Int?) async throws -> ModelBinding {
    ModelBinding(model: model, provider: "simulated") { request, _ in
      let text: String
      if model == "judge" {
        let whole = request.messages.map(\.content).joined(separator: "\n")
        let named = whole.components(separatedBy: "answer-").dropFirst().first ?? ""
        let parts = named.split(whereSeparator: { !$0.isNumber }).prefix(2).compactMap { Int($0) }
        // What tests the judge is no answer of a run.
        let score = parts.count == 2 ? scores[parts[0]].judge[parts[1]] : 1
        text = #"{"reasons": "r", "score": \#(min(max(score, 1), 5))}"#
      } else {
        let words = (request.messages.last?.content ?? "").split(separator: " ")
        text = "answer-\(words.last ?? "")-\(words.first == "new" ? 1 : 0)"
      }
      return ModelBinding.Answer(
        result: .success(
          Completion(
            text: text, model: model, finishReason: "stop", usage: TokenUsage(promptTokens: 10, completionTokens: 2),
            latency: 5)),
        attempts: 1)
    } cost: { _ in
      0.01
    }
  }

  /// The comparison of the second run with the first.
  func comparison() async throws -> RunComparison {
    try await SimulatedEngine.with(self) { engine in
      let runs = try await SimulatedRuns.make(in: engine.store, rows: Self.rows)
      for run in runs { try await engine.generate(run) }
      try await engine.store.commit { transaction in
        for (index, run) in runs.enumerated() {
          let entries = transaction.tables.responses.entries(ofRun: run)
          for entry in entries.sorted(by: { DrawOrder.precedes($0.key, $1.key) }).prefix(Self.verdicts) {
            var draft = VerdictDraft(.response(entry.id))
            draft.score = Double(min(max(scores[entry.rowIndex].people[index], 1), 5))
            draft.isBlind = true
            _ = try transaction.createVerdicts([draft])
          }
        }
      }
      return try await engine.comparison(runs[0], runs[1])
    }
  }
}
