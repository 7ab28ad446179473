import Evaluation
import Foundation
import Providers
import Store
import Synchronization

/// Pairs of whole runs, the second of which stops against the first: how many are decided, and after how many rows.
///
/// The engine, the store and the reading of judgements are the program's own; only the models are simulated.
func earlyStops(trials: Int) async throws {
  print("\n### Runs of 200 rows with stop_against, judged 1 to 5\n")
  print("\(trials) pairs of runs a line, seed \(EarlyStop.seed).\n")
  print("| | better | worse | rows asked on average |")
  print("|---|---:|---:|---:|")
  for correlation in [0.6, 0] {
    for effect in [0.3, 0] {
      let world = World(.stars(World.spreadStars), correlation: correlation, effect: effect)
      var counts: [StopRecord.Decision: Int] = [:]
      var rows = 0
      for trial in 0..<trials {
        let (decision, asked) = try await EarlyStop(world, trial).result()
        rows += asked
        if let decision { counts[decision, default: 0] += 1 }
      }
      func share(_ decision: StopRecord.Decision) -> String {
        "\((1000 * Double(counts[decision] ?? 0) / Double(trials)).rounded() / 10) %"
      }
      print("| \(world.name), +\(effect) | \(share(.better)) | \(share(.worse)) | \(rows / trials) |")
    }
  }
}

/// A pair of runs in a store of its own.
private struct EarlyStop: ModelDirectory {
  static let seed: UInt64 = 20_261_126
  private static let rows = 200

  /// The scores of each row in the first and in the second run.
  private let scores: [[Double]]
  private let seed: Int

  init(_ world: World, _ trial: Int) {
    // Run ids are those of the store, so the rows are drawn anew in every trial.
    var random = SeededGenerator(seed: Self.seed &+ UInt64(trial) &* 1_000_003)
    scores = (0..<Self.rows).map { _ in world.row(2, using: &random) }
    seed = trial
  }

  /// The model answers with the score that the judge is to give.
  func binding(for model: String, credentialID: Int?) async throws -> ModelBinding {
    ModelBinding(model: model, provider: "simulated") { request, _ in
      let prompt = request.messages.last?.content ?? ""
      let text: String
      if model == "judge" {
        let whole = request.messages.map(\.content).joined(separator: "\n")
        let score = whole.components(separatedBy: "gives-").dropFirst().first?.prefix(1) ?? ""
        text = #"{"reasons": "r", "score": \#(score)}"#
      } else {
        let words = prompt.split(separator: " ")
        let run = words.first == "new" ? 1 : 0
        text = "gives-\(Int(scores[Int(words.last ?? "") ?? 0][run]))"
      }
      // Answers arrive in another order than their rows are asked.
      if prompt.utf8.reduce(0, { $0 &+ Int($1) }) % 3 == 0 { await Task.yield() }
      let usage = TokenUsage(promptTokens: 10, completionTokens: 2)
      return ModelBinding.Answer(
        result: .success(Completion(text: text, model: model, finishReason: "stop", usage: usage, latency: 5)),
        attempts: 1)
    } cost: { _ in
      0.01
    }
  }

  /// The decision of the second run, and the number of rows that it answered.
  func result() async throws -> (StopRecord.Decision?, Int) {
    try await SimulatedEngine.with(self) { engine in
      let runs = try await SimulatedRuns.make(in: engine.store, rows: Self.rows, stops: true, suffix: " \(seed)")
      for run in runs { try await engine.generate(run) }
      return try await engine.store.read { tables in
        (tables.runs[runs[1]]?.stoppedEarly?.decision, tables.responses.entries(ofRun: runs[1]).count)
      }
    }
  }
}
