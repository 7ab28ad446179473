import JSONCoding
import Store

/// A store of some size whose runs can be compared: versions of one prompt on one dataset.
struct LargeStore {
  let responses: Int
  let runs: Int
  /// Only the first one has runs.
  let datasets: Int

  private static let time = Timestamp(millisecondsSince1970: 1_795_256_130_125)
  private static let promptCount = 5

  /// The number of responses of a run, the last of which may have fewer.
  private var rows: Int { (responses + runs - 1) / runs }

  func fill(_ store: Store) async throws {
    try await store.commit { transaction in
      for number in 1...Self.promptCount { transaction.insert(Self.prompt(version: number)) }
    }
    for start in stride(from: 0, to: datasets, by: 100) {
      try await store.commit { transaction in
        for number in start..<min(start + 100, datasets) {
          transaction.insert(Self.dataset(number, rows: number == 0 ? rows : 20))
        }
      }
    }
    // As a run's start records it.
    let digits = String(Self.dataset(0, rows: rows).text?.hash ?? 0, radix: 16)
    let hash = String(repeating: "0", count: 16 - digits.count) + digits
    for number in 0..<runs {
      let count = min(rows, responses - number * rows)
      let run = try await store.commit { $0.insert(self.run(number, rows: count, of: hash)) }
      for start in stride(from: 0, to: count, by: 1000) {
        try await store.commit { transaction in
          for row in start..<min(start + 1000, count) {
            var response = sampleResponse(runID: run.id, row: row)
            response.input = ["question": .string(Self.question(row))]
            // Wrong in one row of seven, others in each run.
            let isRight = (row &* 2_654_435_761 &+ number &* 40_503) % 7 != 0
            response.responseText = isRight ? response.responseText : "I do not know."
            response.score = isRight ? 1 : 0
            response.scoring = run.scoring
            response.latency = 200 + Double((row &* 7919 &+ number &* 104_729) % 5000) / 10
            transaction.insert(response)
          }
        }
      }
    }
  }

  private static func question(_ row: Int) -> String {
    "Question \(row): which city is the capital of the country named in row \(row)?"
  }

  private static func prompt(version: Int) -> PromptRecord {
    PromptRecord {
      $0.name = "capitals"
      $0.template = "Version \(version): {{ question }}"
      $0.llmModel = "echo"
      $0.familyKey = "f"
      $0.versionNumber = version
      $0.current = version == promptCount
      $0.createdAt = time
      $0.updatedAt = time
    }
  }

  private static func dataset(_ number: Int, rows: Int) -> DatasetRecord {
    DatasetRecord {
      $0.name = "questions \(number)"
      $0.csvData =
        "question,expected_output\n" + (0..<rows).map { "\"\(question($0))\",Paris\n" }.joined()
      $0.columns = ["question", "expected_output"]
      $0.rowCount = rows
      $0.createdAt = time
      $0.updatedAt = time
    }
  }

  private func run(_ number: Int, rows: Int, of datasetHash: String) -> RunRecord {
    RunRecord {
      $0.name = "run \(number)"
      $0.status = .completed
      $0.promptID = number % Self.promptCount + 1
      $0.datasetID = datasets > 0 ? 1 : nil
      $0.scoring = Scoring(rawValue: "ExactMatch")
      $0.concurrency = 8
      $0.snapshot = RunSnapshot {
        $0.promptName = "capitals"
        $0.promptVersion = number % Self.promptCount + 1
        $0.template = "Version \(number % Self.promptCount + 1): {{ question }}"
        $0.model = "echo"
        $0.datasetHash = datasets > 0 ? datasetHash : nil
        $0.rowCount = rows
      }
      $0.createdAt = Self.time
      $0.updatedAt = Self.time
    }
  }
}
