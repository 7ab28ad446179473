import Testing

@testable import Evaluation
@testable import Store

/// The rules of verdicts, on a transaction.
@Suite struct VerdictTests {
  private struct Sample {
    var transaction = makeTransaction()
    let metric: MetricRecord
    let run: RunRecord

    init(responses: Int = 3) throws {
      metric = try transaction.createMetric(name: "tone")
      var run = transaction.run(prompt: try transaction.prompt().id, responses: responses)
      (run.metricIDs, run.scoring, run.judgeModel) = ([metric.id], .llmJudge, "judge")
      transaction.put(run)
      self.run = run
    }

    mutating func give(_ score: Double, to response: Int, _ change: (inout VerdictDraft) -> Void = { _ in }) throws
      -> VerdictRecord
    {
      var draft = VerdictDraft(.response(response))
      draft.score = score
      change(&draft)
      return try #require(try transaction.createVerdicts([draft]).first).verdict
    }
  }

  @Test func `a verdict records its wording`() throws {
    var sample = try Sample()
    let verdict = try sample.give(4, to: 1)
    #expect(verdict.metricID == sample.metric.id && verdict.metricName == "tone")
    #expect(verdict.fingerprint == Criterion(sample.metric).fingerprint && verdict.wording?.contains("tone") == true)
    #expect(!verdict.isBlind)
    let transaction = sample.transaction
    #expect(try transaction.checked().tables.verdicts.count == 1)
    _ = try sample.transaction.updateMetric(sample.metric.id, MetricChange(name: "voice"))
    let other = try sample.give(2, to: 1)
    // By another wording it is another verdict.
    #expect(other.id != verdict.id && other.metricName == "voice")
    #expect(try sample.give(3, to: 1).id == other.id)
  }

  @Test func `verdicts go with their run, and with answers that are discarded`() throws {
    var sample = try Sample()
    for response in 1...3 { _ = try sample.give(4, to: response) }
    var transaction = sample.transaction
    _ = try transaction.deleteCascading(MetricRecord.self, id: sample.metric.id)
    #expect(transaction.tables.verdicts.count == 3)
    let removal = try transaction.deleteCascading(PromptRecord.self, id: sample.run.promptID)
    #expect(removal.number(of: .verdicts) == 3)
    #expect(try transaction.checked().tables.verdicts.count == 0)
    #expect(sample.transaction.deleteVerdicts(ofRun: sample.run.id) == 3)
    sample.transaction.deleteResponses(ofRun: sample.run.id)
    #expect(try sample.transaction.checked().tables.verdicts.count == 0)
  }

  @Test func `an answer that failed has nothing to give a verdict on`() throws {
    var sample = try Sample(responses: 1)
    sample.transaction.insert(
      ResponseRecord {
        $0.runID = sample.run.id
        $0.rowIndex = 1
        $0.status = .failed
      })
    #expect(try refusal { _ = try sample.give(4, to: 2) }.contains("it is failed"))
  }

  @Test func `the score of a comparison of texts is right or wrong, and one of several metrics a whole`() throws {
    var sample = try Sample()
    var run = sample.run
    run.scoring = .exactMatch
    sample.transaction.put(run)
    #expect(try refusal { _ = try sample.give(4, to: 1) }.contains("Give passed"))
    var draft = VerdictDraft(.row(AnswerKey(rowIndex: 1), run: run.id))
    draft.hasPassed = true
    let right = try #require(try sample.transaction.createVerdicts([draft]).first).verdict
    #expect(right.metricID == nil && right.value == 1 && right.responseID == 2)

    run.scoring = .llmJudge
    run.metricIDs.append(try sample.transaction.createMetric(name: "style").id)
    sample.transaction.put(run)
    let whole = try sample.give(5, to: 1)
    #expect(whole.metricID == nil && whole.metricName == "score")
    #expect(whole.wording == "All of: tone, style.")
    let verdicts = HumanVerdicts(sample.transaction.tables.verdicts(ofRun: run.id))
    let scoring = sample.transaction.tables.scoring(of: run)
    let entries = sample.transaction.tables.responses.entries(ofRun: run.id).sorted { $0.id < $1.id }
    #expect(verdicts.score(on: entries[0], scoring)?.value == 5 && verdicts.score(on: entries[1], scoring) == nil)
    // Verdicts by every metric are the score's counterpart.
    for (metric, score) in zip(run.metricIDs, [2.0, 3]) { _ = try sample.give(score, to: 1) { $0.metricID = metric } }
    let all = HumanVerdicts(sample.transaction.tables.verdicts(ofRun: run.id))
    #expect(all.score(on: entries[0], scoring)?.value == 2.5)

    run.scoring = .none
    sample.transaction.put(run)
    #expect(try refusal { _ = try sample.give(4, to: 1) }.contains("Give metric_id"))
  }

  @Test func `the drawn rows end at the first one without a verdict`() {
    let keys = (0..<40).map { AnswerKey(rowIndex: $0) }.sorted(by: DrawOrder.precedes)
    #expect(keys != keys.sorted())
    let entries = keys.enumerated().map { index, key in entry(index + 1, key) }
    func rated(_ ids: Set<Int>, blind: Set<Int> = []) -> RatedAnswers {
      RatedAnswers(
        entries.shuffled(), group: { $0 },
        human: { ids.contains($0.id) ? .init(value: 3, isBlind: blind.contains($0.id)) : nil },
        judge: { $0.id == 2 ? nil : 4 })
    }
    // The second response has no score of the judge, and is no part of what is estimated.
    let some = rated([1, 3, 4, 9], blind: [1, 3, 4, 9])
    #expect(some.drawn == [1, 3, 4] && some.blind == 3 && some.pairs.count == 4 && some.others.count == 36)
    #expect(rated([2, 3, 4]).drawn == [] && rated([2, 3, 4]).verdicts == 3)
  }

  @Test func `the first verdicts count, up to the last at which nine of ten are blind`() {
    #expect(BlindShare.counted([]) == 0)
    #expect(BlindShare.counted([false]) == 0)
    #expect(BlindShare.counted(Array(repeating: true, count: 30)) == 30)
    // Verdicts that are not blind never make fewer count.
    #expect(BlindShare.counted(Array(repeating: true, count: 30) + Array(repeating: false, count: 40)) == 33)
    let mixed = Array(repeating: true, count: 30) + (0..<40).map { $0 % 4 != 0 }
    let counted = BlindShare.counted(mixed)
    #expect(counted >= 30 && counted < 70 && 10 * mixed.prefix(counted).count { !$0 } <= counted)
    // Blind ones later make up for a first one that is not.
    #expect(BlindShare.counted([false] + Array(repeating: true, count: 8)) == 0)
    #expect(BlindShare.counted([false] + Array(repeating: true, count: 9)) == 10)
  }

  @Test func `the first answers of all rows come before the second ones`() {
    let keys = (0..<6).map { AnswerKey(rowIndex: $0 / 2, repeatIndex: $0 % 2) }.sorted(by: DrawOrder.precedes)
    #expect(keys.map(\.repeatIndex) == [0, 0, 0, 1, 1, 1])
    #expect(keys.prefix(3).map(\.rowIndex) == keys.suffix(3).map(\.rowIndex))
    let entries = keys.enumerated().map { entry($0 + 1, $1) }
    let rated = RatedAnswers(
      entries, group: { $0 }, human: { $0.id <= 4 ? .init(value: Double($0.id), isBlind: true) : nil },
      judge: { _ in 4 })
    // The first row counts once, with the mean of its two verdicts.
    #expect(rated.drawn.count == 4 && rated.drawnRows.map(\.human) == [2.5, 2, 3] && rated.others.isEmpty)
  }

  private func entry(_ id: Int, _ key: AnswerKey) -> ResponseEntry {
    let record = ResponseRecord {
      $0.id = id
      $0.runID = 1
      $0.key = key
      $0.status = .completed
    }
    return ResponseEntry(record, encodedAs: EncodedSlice(record.encoded))
  }

  @Test func `a copied answer whose score was shown in its source is not blind`() throws {
    var sample = try Sample(responses: 0)
    let source = sample.transaction.run(prompt: sample.run.promptID)
    for run in [source.id, sample.run.id] { sample.transaction.beginDisplays(ofRun: run) }
    func response(of run: Int, row: Int, from id: Int? = nil) -> ResponseRecord {
      ResponseRecord {
        ($0.runID, $0.rowIndex, $0.status, $0.responseText, $0.reusedFrom) = (run, row, .completed, "answer", id)
      }
    }
    let made = (0..<2).map { sample.transaction.insert(response(of: source.id, row: $0)).id }
    let copies = (0..<2).map { row in
      sample.transaction.insert(response(of: sample.run.id, row: row, from: made[row])).id
    }
    sample.transaction.recordDisplay(.scored, of: [made[0]], ofRun: source.id)
    sample.transaction.recordDisplay(.hidden, of: Set(copies), ofRun: sample.run.id)
    #expect(try !sample.give(4, to: copies[0]).isBlind)
    #expect(try sample.give(4, to: copies[1]).isBlind)
    _ = try sample.transaction.deleteCascading(RunRecord.self, id: source.id)
    var draft = VerdictDraft(.response(copies[1]))
    draft.score = 5
    #expect(try #require(try sample.transaction.createVerdicts([draft]).first).blindnessDoubt == .unrecorded)
  }
}
