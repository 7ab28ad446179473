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
      let prompt = try transaction.draft("p\(number)", family: "f\(number)")
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
      let prompt = try transaction.draft("p\(number)")
      let run = transaction.look(prompt: prompt.id, dataset: 1)
      switch number {
      case 1: _ = try transaction.deleteCascading(RunRecord.self, id: run.id)
      case 2: _ = try transaction.deleteCascading(PromptRecord.self, id: prompt.id)
      default: break
      }
    }
    // A copy of the dataset has the same rows, and looks at it outlive it.
    let copy = try transaction.createDataset(name: "copy", DatasetContents(dataset.csvData))
    _ = transaction.look(prompt: try transaction.draft("p4").id, dataset: copy.id)
    _ = try transaction.deleteCascading(DatasetRecord.self, id: copy.id)
    let last = transaction.look(prompt: try transaction.draft("p5").id, dataset: 1)
    #expect(transaction.tables.drafts(of: last, besides: baseline) == 5)
    #expect(try transaction.checked().tables.looks.count == 3)
  }

  @Test func `many deleted runs of one draft on the same rows are kept as one look`() throws {
    var (transaction, baseline) = try baseline()
    let prompt = try transaction.draft("p")
    for _ in 0..<3 {
      let run = transaction.look(prompt: prompt.id, dataset: 1)
      _ = try transaction.deleteCascading(RunRecord.self, id: run.id)
    }
    #expect(transaction.tables.looks.count == 1)
    let other = try transaction.draft("q")
    let others = [transaction.look(prompt: other.id, dataset: 1), transaction.look(prompt: other.id, dataset: 1)]
    for run in others.reversed() {
      _ = try transaction.deleteCascading(RunRecord.self, id: run.id)
    }
    // The later one was kept first, and the earlier one counts.
    #expect(transaction.tables.looks.count == 3)
    let last = transaction.look(prompt: try transaction.draft("r").id, dataset: 1)
    #expect(transaction.tables.drafts(of: last, besides: baseline) == 3)
  }

  @Test func `a deleted run without answers was no look`() throws {
    var (transaction, baseline) = try baseline()
    let pending = transaction.run(prompt: try transaction.draft("p").id, dataset: 1, status: .pending)
    _ = try transaction.deleteCascading(RunRecord.self, id: pending.id)
    let last = transaction.look(prompt: try transaction.draft("q").id, dataset: 1)
    #expect(transaction.tables.looks.count == 0)
    #expect(transaction.tables.drafts(of: last, besides: baseline) == 1)
  }

  @Test func `a draft counts from its first answer, not from when its run was made`() throws {
    var (transaction, baseline) = try baseline()
    let early = transaction.run(prompt: try transaction.draft("made first").id, dataset: 1, status: .pending)
    let later = transaction.look(prompt: try transaction.draft("answered first").id, dataset: 1)
    #expect(transaction.tables.drafts(of: later, besides: baseline) == 1)
    transaction.answer(early)
    #expect(transaction.tables.drafts(of: later, besides: baseline) == 1)
    #expect(transaction.tables.drafts(of: early, besides: baseline) == 2)
  }

  @Test func `another model is another draft, another run of the same request is not`() throws {
    var (transaction, baseline) = try baseline()
    let prompt = try transaction.draft("p")
    let runs = ["a", "b", "a"].map { transaction.look(prompt: prompt.id, dataset: 1, model: $0) }
    #expect(runs.map { transaction.tables.drafts(of: $0, besides: baseline) } == [1, 2, 1])
    // Nor is the same text under another name, or another run of the baseline.
    let same = try transaction.draft("another name")
    let again = transaction.look(prompt: same.id, dataset: 1, model: "b", template: "p")
    #expect(transaction.tables.drafts(of: again, besides: baseline) == 2)
    let rerun = transaction.look(prompt: baseline.promptID, dataset: 1)
    #expect(transaction.tables.drafts(of: rerun, besides: baseline) == 1)
    let next = transaction.look(prompt: try transaction.draft("q").id, dataset: 1)
    #expect(transaction.tables.drafts(of: next, besides: baseline) == 3)
    #expect(transaction.tables.drafts(of: next, besides: rerun) == 3)
  }

  @Test func `runs on appended rows, copied or made anew, are the same drafts`() throws {
    var (transaction, baseline) = try baseline()
    let prompt = try transaction.draft("p")
    let first = transaction.look(prompt: prompt.id, dataset: 1)
    var dataset = try transaction.tables.find(DatasetRecord.self, 1)
    dataset.csvData += "another,row\n"
    transaction.put(dataset)
    let sources = try [baseline, first].map { run in
      try #require(transaction.tables.responses.entries(ofRun: run.id).first?.id)
    }
    var longer: [RunRecord] = []
    for (run, source) in zip([baseline, first], sources) {
      let copy = transaction.look(prompt: run.promptID, dataset: 1, copiedFrom: source)
      transaction.answer(copy)
      longer.append(copy)
    }
    #expect(transaction.tables.drafts(of: longer[1], besides: longer[0]) == 1)
    #expect(transaction.tables.drafts(of: first, besides: baseline) == 1)
  }

  @Test func `a run of copies is no look, and has the place of the answers that it copied`() throws {
    var (transaction, baseline) = try baseline()
    let prompt = try transaction.draft("p")
    let made = transaction.look(prompt: prompt.id, dataset: 1)
    let source = try #require(transaction.tables.responses.entries(ofRun: made.id).first?.id)
    let copy = transaction.look(prompt: prompt.id, dataset: 1, copiedFrom: source)
    let next = transaction.look(prompt: try transaction.draft("q").id, dataset: 1)
    #expect(transaction.tables.drafts(of: next, besides: baseline) == 2)
    // The verdict on a copy is as strict as that on the answers that it copied.
    #expect(transaction.tables.drafts(of: made, besides: baseline) == 1)
    #expect(transaction.tables.drafts(of: copy, besides: baseline) == 1)
    _ = try transaction.deleteCascading(RunRecord.self, id: copy.id)
    #expect(transaction.tables.looks.count == 0)
  }

  @Test(
    arguments: [
      ("validation", "test", 1), ("test", "test", 2), (nil, "test", 2), ("test", nil, 2), ("20", "test", 2),
    ] as [(String?, String?, Int)])
  func `drafts count on rows that both may have seen`(_ earlier: String?, _ rows: String?, _ count: Int) throws {
    var (transaction, baseline) = try baseline()
    _ = transaction.look(prompt: try transaction.draft("p").id, dataset: 1, rows: earlier)
    let run = transaction.look(prompt: try transaction.draft("q").id, dataset: 1, rows: rows)
    #expect(transaction.tables.drafts(of: run, besides: baseline) == count)
  }

  @Test func `other rows do not count`() throws {
    var (transaction, baseline) = try baseline()
    let other = try transaction.createDataset(name: "other", DatasetContents("a\nx\n"))
    _ = transaction.look(prompt: try transaction.draft("p").id, dataset: other.id)
    let run = transaction.look(prompt: try transaction.draft("q").id, dataset: 1)
    #expect(transaction.tables.drafts(of: run, besides: baseline) == 1)
  }
}

extension Transaction {
  /// A prompt whose template is its name, so that no two drafts are the same.
  fileprivate mutating func draft(_ name: String, family: String = "f") throws -> PromptRecord {
    try prompt(name, template: name, family: family)
  }

  /// A completed run with an answer.
  ///
  /// - Parameters:
  ///   - template: what was sent; nil for the template of the prompt.
  ///   - source: the id of the answer that it copied; nil for one that it made.
  fileprivate mutating func look(
    prompt: Int, dataset: Int, rows: String? = nil, model: String = "m", template: String? = nil,
    copiedFrom source: Int? = nil
  ) -> RunRecord {
    var run = run("r", prompt: prompt, dataset: dataset, responses: source == nil ? 1 : 0)
    run.rows = rows
    run.snapshot = RunSnapshot {
      ($0.promptName, $0.promptVersion) = ("p", 1)
      $0.template = template ?? tables.prompts[prompt]?.template ?? ""
      $0.model = model
      $0.rows = rows
      $0.datasetHash = tables.datasets[dataset].map { Fingerprint.of($0.csvData) }
    }
    put(run)
    if let source { answer(run, copiedFrom: source) }
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
