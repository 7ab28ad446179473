import Testing

@testable import Evaluation
@testable import Store

/// A transaction over empty tables, with its own time.
func makeTransaction() -> Transaction {
  Transaction(taking: Tables(), now: Timestamp(millisecondsSince1970: 1_000))
}

extension Transaction {
  /// The same tables at a later time.
  func later() -> Transaction {
    Transaction(taking: tables, now: Timestamp(millisecondsSince1970: now.millisecondsSince1970 + 1_000))
  }

  /// Throws what the store would throw.
  func checked() throws -> Self {
    try check()
    return self
  }

  mutating func prompt(_ name: String = "greet", template: String = "Hi", family: String = "f") throws -> PromptRecord {
    try createPrompt(name: name, template: template, model: "echo", familyKey: family)
  }

  mutating func dataset(_ name: String = "people") throws -> DatasetRecord {
    try createDataset(name: name, DatasetContents("a\n1\n2\n"))
  }

  /// A run with this many responses.
  mutating func run(
    _ name: String = "baseline", prompt: Int, dataset: Int? = nil, status: RunStatus = .completed, responses: Int = 0
  ) -> RunRecord {
    let run = insert(
      RunRecord {
        $0.name = name
        $0.promptID = prompt
        $0.datasetID = dataset
        $0.status = status
        $0.concurrency = 1
      })
    for row in 0..<responses {
      insert(
        ResponseRecord {
          $0.runID = run.id
          $0.rowIndex = row
          $0.status = .completed
          $0.responseText = "answer"
        })
    }
    return run
  }

  mutating func generate(_ experiment: Int, by prompt: Int, failed: Bool = false) -> GenerationRecord {
    insert(
      GenerationRecord {
        $0.experimentID = experiment
        $0.promptID = prompt
        $0.status = failed ? .failed : .completed
        if failed { $0.error = "No answer." } else { $0.output = "hello" }
      })
  }
}

/// The message with which a call is refused.
func refusal(_ body: () throws -> Void) throws -> String {
  do { try body() } catch let error as EvaluationError { return error.description }
  throw NotRefused()
}

private struct NotRefused: Error {}
