import Store
import Testing

@testable import Evaluation

/// How many drafts were tried on the rows of a comparison.
@Suite struct DraftLedgerTests {
  /// A transaction with a dataset, a published prompt and its run.
  private func baseline() throws -> (Transaction, RunRecord) {
    var transaction = makeTransaction()
    let dataset = try transaction.dataset()
    let prompt = try transaction.prompt()
    let run = transaction.look(prompt: prompt.id, dataset: dataset.id)
    return (transaction, run)
  }

  @Test func `drafts of another prompt count`() throws {
    var (transaction, baseline) = try baseline()
    var last = baseline
    for number in 1...7 {
      let prompt = try transaction.prompt("p\(number)", family: "f\(number)")
      last = transaction.look(prompt: prompt.id, dataset: 1)
    }
    #expect(transaction.tables.drafts(of: last, besides: baseline) == 7)
    // Calling the draft the baseline changes nothing.
    #expect(transaction.tables.drafts(of: baseline, besides: last) == 7)
  }

  @Test func `deleted runs, versions and datasets count`() throws {
    var (transaction, baseline) = try baseline()
    let dataset = try transaction.tables.find(DatasetRecord.self, 1)
    for number in 1...3 {
      let prompt = try transaction.prompt("p\(number)")
      let run = transaction.look(prompt: prompt.id, dataset: 1)
      switch number {
      case 1: _ = try transaction.deleteCascading(RunRecord.self, id: run.id)
      case 2: _ = try transaction.deleteCascading(PromptRecord.self, id: prompt.id)
      default: break
      }
    }
    // A copy of the dataset has the same rows, and looks at it outlive it.
    let copy = try transaction.createDataset(name: "copy", DatasetContents(dataset.csvData))
    _ = transaction.look(prompt: try transaction.prompt("p4").id, dataset: copy.id)
    _ = try transaction.deleteCascading(DatasetRecord.self, id: copy.id)
    let last = transaction.look(prompt: try transaction.prompt("p5").id, dataset: 1)
    #expect(transaction.tables.drafts(of: last, besides: baseline) == 5)
    #expect(try transaction.checked().tables.looks.count == 3)
  }

  @Test func `a deleted run without answers was no look`() throws {
    var (transaction, baseline) = try baseline()
    let pending = transaction.run(prompt: try transaction.prompt("p").id, dataset: 1, status: .pending)
    _ = try transaction.deleteCascading(RunRecord.self, id: pending.id)
    let last = transaction.look(prompt: try transaction.prompt("q").id, dataset: 1)
    #expect(transaction.tables.looks.count == 0)
    #expect(transaction.tables.drafts(of: last, besides: baseline) == 1)
  }

  @Test func `a draft counts from its first answer, not from when its run was made`() throws {
    var (transaction, baseline) = try baseline()
    let early = transaction.run(prompt: try transaction.prompt("made first").id, dataset: 1, status: .pending)
    let later = transaction.look(prompt: try transaction.prompt("answered first").id, dataset: 1)
    #expect(transaction.tables.drafts(of: later, besides: baseline) == 1)
    transaction.answer(early)
    #expect(transaction.tables.drafts(of: later, besides: baseline) == 1)
    #expect(transaction.tables.drafts(of: early, besides: baseline) == 2)
  }

  @Test func `another run of a draft counts again, another model does not`() throws {
    var (transaction, baseline) = try baseline()
    let prompt = try transaction.prompt("p")
    var run = baseline
    for model in ["a", "b", "a"] {
      run = transaction.look(prompt: prompt.id, dataset: 1, model: model)
    }
    #expect(transaction.tables.drafts(of: run, besides: baseline) == 2)
    // Two runs of one version are no search.
    let again = transaction.look(prompt: baseline.promptID, dataset: 1)
    #expect(transaction.tables.drafts(of: again, besides: baseline) == 1)
  }

  @Test func `a run of copies is no look, and has the place of the answers that it copied`() throws {
    var (transaction, baseline) = try baseline()
    let prompt = try transaction.prompt("p")
    let made = transaction.look(prompt: prompt.id, dataset: 1)
    let copy = transaction.run(prompt: prompt.id, dataset: 1)
    transaction.answer(copy, copiedFrom: try #require(transaction.tables.responses.entries(ofRun: made.id).first?.id))
    let next = transaction.look(prompt: try transaction.prompt("q").id, dataset: 1)
    #expect(transaction.tables.drafts(of: next, besides: baseline) == 2)
    // The verdict on a copy is as strict as that on the answers that it copied.
    #expect(transaction.tables.drafts(of: made, besides: baseline) == 1)
    #expect(transaction.tables.drafts(of: copy, besides: baseline) == 1)
    _ = try transaction.deleteCascading(RunRecord.self, id: copy.id)
    #expect(transaction.tables.looks.count == 0)
    // A row that is answered anew is a look.
    var mixed = transaction.run(prompt: prompt.id, dataset: 1)
    mixed.model = "m"
    transaction.put(mixed)
    transaction.answer(mixed, copiedFrom: 1)
    transaction.answer(mixed)
    #expect(transaction.tables.drafts(of: mixed, besides: baseline) == 3)
  }

  @Test(
    arguments: [
      ("validation", "test", 1), ("test", "test", 2), (nil, "test", 2), ("test", nil, 2), ("20", "test", 2),
    ] as [(String?, String?, Int)])
  func `drafts count on rows that both may have seen`(_ earlier: String?, _ rows: String?, _ count: Int) throws {
    var (transaction, baseline) = try baseline()
    _ = transaction.look(prompt: try transaction.prompt("p").id, dataset: 1, rows: earlier)
    let run = transaction.look(prompt: try transaction.prompt("q").id, dataset: 1, rows: rows)
    #expect(transaction.tables.drafts(of: run, besides: baseline) == count)
  }

  @Test func `other rows do not count`() throws {
    var (transaction, baseline) = try baseline()
    let other = try transaction.createDataset(name: "other", DatasetContents("a\nx\n"))
    _ = transaction.look(prompt: try transaction.prompt("p").id, dataset: other.id)
    let run = transaction.look(prompt: try transaction.prompt("q").id, dataset: 1)
    #expect(transaction.tables.drafts(of: run, besides: baseline) == 1)
  }
}

extension Transaction {
  /// A completed run with an answer.
  fileprivate mutating func look(
    prompt: Int, dataset: Int, rows: String? = nil, model: String = "m"
  ) -> RunRecord {
    var run = run("r", prompt: prompt, dataset: dataset, responses: 1)
    run.rows = rows
    run.snapshot = RunSnapshot {
      ($0.promptName, $0.promptVersion, $0.template) = ("p", 1, "t")
      $0.model = model
      $0.rows = rows
      $0.datasetHash = tables.datasets[dataset].map { Fingerprint.of($0.csvData) }
    }
    put(run)
    return run
  }

  fileprivate mutating func answer(_ run: RunRecord, copiedFrom source: Int? = nil) {
    insert(
      ResponseRecord {
        $0.runID = run.id
        $0.rowIndex = tables.responses.entries(ofRun: run.id).count
        $0.status = .completed
        $0.responseText = "answer"
        $0.reusedFrom = source
      })
  }
}
