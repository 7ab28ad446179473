import Evaluation
import Foundation
import Store

/// Two runs of a dataset whose rows are numbers, of the prompts `old` and `new`, judged by one metric.
enum SimulatedRuns {
  /// - Parameters:
  ///   - stops: whether the second run stops against the first.
  ///   - suffix: the end of the runs' names.
  /// - Returns: the ids of the runs.
  static func make(in store: Store, rows: Int, stops: Bool = false, suffix: String = "") async throws -> [Int] {
    try await store.commit { transaction in
      let now = transaction.now
      let dataset = transaction.insert(
        DatasetRecord {
          $0.name = "d"
          $0.csvData = "text\n" + (0..<rows).map { "\($0)\n" }.joined()
          $0.columns = ["text"]
          $0.rowCount = rows
          $0.createdAt = now
          $0.updatedAt = now
        })
      let metric = transaction.insert(
        try MetricRecord {
          $0.name = "quality"
          $0.key = "quality"
          $0.rubricBands = try Rubric([]).bands
          $0.createdAt = now
          $0.updatedAt = now
        })
      var runs: [Int] = []
      for name in ["old", "new"] {
        let prompt = transaction.insert(
          PromptRecord {
            $0.name = name
            $0.template = "\(name) {{ text }}"
            $0.llmModel = "m"
            $0.familyKey = name
            $0.versionNumber = 1
            $0.current = true
            $0.createdAt = now
            $0.updatedAt = now
          })
        var run = RunRecord()
        run.name = "\(name)\(suffix)"
        (run.promptID, run.datasetID, run.metricIDs) = (prompt.id, dataset.id, [metric.id])
        (run.scoring, run.judgeModel, run.stopAgainst) = (.llmJudge, "judge", stops ? runs.first : nil)
        (run.createdAt, run.updatedAt) = (now, now)
        runs.append(transaction.insert(run).id)
      }
      return runs
    }
  }
}

/// A store in a folder of its own with an engine that generates its runs.
struct SimulatedEngine {
  let store: Store
  private let engine: RunEngine

  /// Makes a store, and removes it when the body has ended.
  static func with<Result>(
    _ models: some ModelDirectory, _ body: (SimulatedEngine) async throws -> Result
  ) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "simulation-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { do { try FileManager.default.removeItem(at: folder) } catch {} }
    let now: @Sendable () -> Timestamp = { Timestamp(Date()) }
    let store = Store(path: folder.path + "/store.json", now: now, notice: { _ in })
    let engine = RunEngine(store: store, models: models, clock: ContinuousClock(), now: now)
    let task = Task { await engine.run() }
    let result = try await body(SimulatedEngine(store: store, engine: engine))
    task.cancel()
    await task.value
    return result
  }

  /// The comparison of a run with a later one, by the one dataset that there is.
  func comparison(_ baseline: Int, _ candidate: Int) async throws -> RunComparison {
    let (sources, dataset) = try await store.read { tables in
      let first = try tables.find(RunRecord.self, baseline)
      let second = try tables.find(RunRecord.self, candidate)
      return (
        [
          ComparedRun.Source(first, comparedWith: nil, in: tables),
          ComparedRun.Source(second, comparedWith: first, in: tables),
        ], tables.datasets[1]
      )
    }
    let sides = sources.map(ComparedRun.init)
    return try RunComparison(baseline: sides[0], candidate: sides[1], groups: RowGroups(sides, of: dataset))
  }

  /// Generates a run to its end.
  func generate(_ run: Int) async throws {
    _ = try await engine.generate(run: run, options: .init())
    try await engine.wait(forRun: run, seconds: 600, onProgress: nil)
  }
}
