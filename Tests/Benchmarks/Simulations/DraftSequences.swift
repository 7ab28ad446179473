import Evaluation
import Foundation
import Providers
import Store

/// Drafts proposed one after another by the steps of `improve_prompt`: how often one is claimed to be better.
///
/// Each draft answers the validation rows; one with a higher mean than the published version answers the test rows, and
/// is compared with it there once. The engine, the store, the split and the ledger are the program's own; only the model
/// is simulated. Every second draft is deleted with its runs when it has been compared.
func draftSequences(trials: Int) async throws {
  print("\n### Twenty drafts by the steps of improve_prompt, 200 rows, scored 0 or 1\n")
  print("\(trials) sequences a line, seed \(DraftSequence.seed).\n")
  print("| | any equal draft called better | the better draft called better |")
  print("|---|---:|---:|")
  func share(_ count: Int) -> String { "\((1000 * Double(count) / Double(trials)).rounded() / 10) %" }
  for correlation in [0.6, 0] {
    var count = 0
    for trial in 0..<trials {
      let better = try await DraftSequence(trial, correlation: correlation).claims()
      count += better.isEmpty ? 0 : 1
    }
    print("| all drafts equal, correlation \(correlation) | \(share(count)) | |")
  }
  for (place, effect) in [(1, 0.2), (1, 0.1), (7, 0.2)] {
    var (equal, better) = (0, 0)
    for trial in 0..<trials {
      let claims = try await DraftSequence(
        trial, correlation: 0.6, drafts: place, better: (place, effect)
      ).claims()
      better += claims.contains(place) ? 1 : 0
      equal += claims.subtracting([place]).isEmpty ? 0 : 1
    }
    print("| draft \(place) is better by \(effect) | \(share(equal)) | \(share(better)) |")
  }
}

/// Drafts in a store of their own.
private struct DraftSequence: ModelDirectory {
  static let seed: UInt64 = 20_261_127
  private static let rows = 200
  private static let rate = 0.6

  /// The scores of each row, of the published version first.
  private let scores: [[Double]]
  private let drafts: Int

  init(_ trial: Int, correlation: Double, drafts: Int = 20, better: (place: Int, effect: Double)? = nil) {
    var random = SeededGenerator(seed: Self.seed &+ UInt64(trial) &* 1_000_003)
    let equal = World(.rate(Self.rate), correlation: correlation)
    let shifted = better.map { World(.rate(Self.rate + $0.effect), correlation: correlation) }
    scores = (0..<Self.rows).map { _ in
      // The same variates give the same row in both worlds.
      var copy = random
      var row = equal.row(drafts + 1, using: &random)
      if let better, let other = shifted?.row(drafts + 1, using: &copy) { row[better.place] = other[better.place] }
      return row
    }
    self.drafts = drafts
  }

  func binding(for model: String, credentialID: Int?) async throws -> ModelBinding {
    ModelBinding(model: model, provider: "simulated") { request, _ in
      let words = (request.messages.last?.content ?? "").split(separator: " ").compactMap { Int($0) }
      let text = scores[words.last ?? 0][words.first ?? 0] > 0 ? "yes" : "no"
      let usage = TokenUsage(promptTokens: 10, completionTokens: 2)
      return ModelBinding.Answer(
        result: .success(Completion(text: text, model: model, finishReason: "stop", usage: usage, latency: 5)),
        attempts: 1)
    } cost: { _ in
      0.01
    }
  }

  /// The drafts that are called better than the published version on test rows.
  func claims() async throws -> Set<Int> {
    try await SimulatedEngine.with(self) { engine in
      let published = try await run(draft: 0, rows: nil, engine)
      var claimed: Set<Int> = []
      for draft in 1...drafts {
        let choice = try await run(draft: draft, rows: "validation", engine)
        guard try await engine.comparison(published, choice).scores?.meanDifference ?? 0 > 0 else { continue }
        let test = try await run(draft: draft, rows: "test", engine)
        if try await engine.comparison(published, test).verdict == .better { claimed.insert(draft) }
        if draft.isMultiple(of: 2) {
          try await engine.store.commit { transaction in
            let prompt = try transaction.tables.find(RunRecord.self, test).promptID
            _ = try transaction.deleteCascading(PromptRecord.self, id: prompt)
          }
        }
      }
      return claimed
    }
  }

  private func run(draft: Int, rows: String?, _ engine: SimulatedEngine) async throws -> Int {
    let id = try await engine.store.commit { transaction in
      let dataset = Self.dataset(in: &transaction)
      let template = "draft \(draft) {{ text }}"
      let known = transaction.tables.prompts.all.first { $0.template == template }
      let prompt =
        try known
        ?? transaction.createPrompt(
          name: "draft \(draft)", template: template, model: "m", familyKey: "f\(draft % 3)", publishes: draft == 0)
      var run = RunRecord()
      run.name = "\(draft) \(rows ?? "all")"
      (run.promptID, run.datasetID, run.rows) = (prompt.id, dataset.id, rows)
      (run.scoring, run.isScoringChosen) = (.exactMatch, true)
      (run.createdAt, run.updatedAt) = (transaction.now, transaction.now)
      return transaction.insert(run).id
    }
    try await engine.generate(id)
    return id
  }

  private static func dataset(in transaction: inout Transaction) -> DatasetRecord {
    if let known = transaction.tables.datasets[1] { return known }
    let now = transaction.now
    return transaction.insert(
      DatasetRecord {
        $0.name = "d"
        $0.csvData = "text,expected_output\n" + (0..<Self.rows).map { "\($0),yes\n" }.joined()
        $0.columns = ["text", "expected_output"]
        $0.rowCount = Self.rows
        $0.createdAt = now
        $0.updatedAt = now
      })
  }
}
