import Evaluation
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
