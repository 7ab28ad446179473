import Evaluation
import Foundation
import Providers
import Store
import TestSupport
import Testing

/// An engine with a store in a temporary folder.
final class EngineFixture: Sendable {
  let folder: TemporaryFolder
  let store: Store
  let engine: RunEngine
  let models: ScriptedModels
  private let task: Task<Void, Never>

  /// - Parameters:
  ///   - folder: the folder of an existing store, to act as another process.
  ///   - price: US dollars of every call; nil if unknown.
  ///   - wasted: the usage of attempts before each answer.
  ///   - pause: seconds before the retry of a transient failure; nil for no retry.
  convenience init(
    folder: TemporaryFolder = TemporaryFolder(), price: Double? = 0.01, wasted: [TokenUsage] = [], pause: Double? = nil,
    batches: FakeBatches? = nil, pace: BatchPace = .quick, _ script: @escaping ScriptedModels.Script
  ) {
    self.init(folder, ScriptedModels(price: price, wasted: wasted, pause: pause, script), pace: pace)
    if let batches { models.offer(batches) }
  }

  /// An engine whose models answer by the whole request.
  convenience init(answering script: @escaping ScriptedModels.RequestScript) {
    self.init(TemporaryFolder(), ScriptedModels(script))
  }

  private init(_ folder: TemporaryFolder, _ models: ScriptedModels, pace: BatchPace = BatchPace()) {
    self.folder = folder
    let now: @Sendable () -> Timestamp = { Timestamp(Date()) }
    store = Store(path: folder.path + "/store.json", now: now, notice: { _ in })
    self.models = models
    let engine = RunEngine(store: store, models: models, clock: ContinuousClock(), now: now, pace: pace)
    self.engine = engine
    task = Task { await engine.run() }
  }

  deinit { task.cancel() }

  /// Ends the engine like a shutdown.
  func shutDown() async {
    task.cancel()
    await task.value
  }

  /// A run over the rows `row 0` and following, whose expected outputs are the same texts.
  ///
  /// - Parameter probe: whether its judge is tested first; nil for the default, which depends on the price.
  func makeRun(
    rows: Int = 6, scoring: Scoring = .exactMatch, metrics: Int = 0, judge: String? = nil, concurrency: Int = 4,
    probe: Bool? = false
  ) async throws -> Int {
    try await store.commit { transaction in
      let now = transaction.now
      let prompt = transaction.insert(
        PromptRecord {
          $0.name = "p"
          $0.template = "{{ text }}"
          $0.llmModel = "m"
          $0.familyKey = "f"
          $0.versionNumber = 1
          $0.current = true
          $0.createdAt = now
          $0.updatedAt = now
        })
      let csv = "text,expected_output\n" + (0..<rows).map { "row \($0),row \($0)\n" }.joined()
      let dataset = transaction.insert(
        DatasetRecord {
          $0.name = "d"
          $0.csvData = csv
          $0.columns = ["text", "expected_output"]
          $0.rowCount = rows
          $0.createdAt = now
          $0.updatedAt = now
        })
      let ids = try (0..<metrics).map { number in
        transaction.insert(
          try MetricRecord {
            $0.name = "metric \(number)"
            $0.key = "m\(number)"
            $0.rubricBands = try Rubric([]).bands
            $0.createdAt = now
            $0.updatedAt = now
          }
        ).id
      }
      return transaction.insert(
        RunRecord {
          $0.name = "r"
          $0.status = .pending
          $0.promptID = prompt.id
          $0.datasetID = dataset.id
          $0.scoring = scoring
          $0.metricIDs = ids
          $0.judgeModel = judge
          $0.probe = probe
          $0.concurrency = concurrency
          $0.createdAt = now
          $0.updatedAt = now
        }
      ).id
    }
  }

  /// Generates a run to its end and returns it with its responses by row.
  @discardableResult
  func generate(
    _ id: Int, _ options: RunEngine.Options = .init()
  ) async throws -> (run: RunRecord, responses: [ResponseRecord]) {
    _ = try await engine.generate(run: id, options: options)
    try await engine.wait(forRun: id, seconds: .unlimited) { _ in }
    return try await state(of: id)
  }

  /// Changes a run's record.
  func change(_ id: Int, _ change: @escaping @Sendable (inout RunRecord) -> Void) async throws {
    try await store.commit { transaction in
      guard var run = transaction.tables.runs[id] else { return }
      change(&run)
      transaction.put(run)
    }
  }

  /// The warnings from the figures of a run.
  func warnings(of id: Int) async throws -> [String] {
    let figures = try await store.read { try #require($0.figures(ofRun: id)) }
    return RunWarnings.sentences(figures.statistics, figures.scoring) { nil }
  }

  func state(of id: Int) async throws -> (run: RunRecord, responses: [ResponseRecord]) {
    try await store.read { tables in
      let run = try #require(tables.runs[id])
      let scoring = tables.scoring(of: run)
      let responses = try tables.responses.entries(ofRun: id).map { entry in
        var response = try entry.decoded()
        // The run's score, because a judged score is not stored.
        response.score = scoring.score(of: entry)
        return response
      }
      return (run, responses.sorted { $0.rowIndex < $1.rowIndex })
    }
  }
}

extension ProviderError {
  static func sample(_ kind: Kind) -> ProviderError { ProviderError(kind, "It went wrong: \(kind).") }
}
