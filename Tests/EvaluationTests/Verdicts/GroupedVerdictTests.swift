import Store
import Testing

@testable import Evaluation
@testable import Store

/// Verdicts on rows that share groups, and on rows without a score.
@Suite struct GroupedVerdictTests {
  private func entry(_ row: Int) -> ResponseEntry {
    let record = ResponseRecord {
      ($0.id, $0.runID, $0.status) = (row + 1, 1, .completed)
      $0.rowIndex = row
    }
    return ResponseEntry(record, encodedAs: EncodedSlice(record.encoded))
  }

  /// The trust in a judge by verdicts on the first rows in random order.
  ///
  /// - Parameters:
  ///   - size: the number of rows of a group.
  ///   - shift: how much more the judge gives every third row.
  private func trust(rows: Int, rated: Int, size: Int, shift: Double = 0) -> JudgeTrust {
    let entries = (0..<rows).map(entry).sorted { DrawOrder.precedes($0.key, $1.key) }
    let ratedIDs = Set(entries.prefix(rated).map(\.id))
    let answers = RatedAnswers(
      entries, group: { $0 / size },
      human: { ratedIDs.contains($0.id) ? .init(value: Double(1 + $0.rowIndex % 4), isBlind: true) : nil },
      judge: { Double(1 + $0.rowIndex % 4) + ($0.rowIndex % 3 == 0 ? shift : 0) })
    return JudgeTrust(
      VerdictTarget(metricID: 1, name: "tone", fingerprint: "f", takesStars: true), answers, bounds: 1...5, outdated: 0)
  }

  @Test func `too few groups are no rows`() throws {
    let few = trust(rows: 60, rated: 12, size: 3)
    let reason = try #require(few.reason)
    #expect(reason.contains("30 groups of rows drawn at random"), "\(reason)")
    #expect(reason.contains("only ") && reason.contains(" more groups of rows"), "\(reason)")
    #expect(trust(rows: 60, rated: 12, size: 1).reason?.contains("30 rows drawn at random") == true)
  }

  @Test func `a decision counts groups`() {
    let decided = trust(rows: 300, rated: 290, size: 3).decision
    #expect(decided.look ?? 0 >= 30 && decided.sentence.contains("by the first 80 groups of rows drawn"), "\(decided)")
    let open = trust(rows: 300, rated: 100, size: 3, shift: 0.6).decision
    #expect(!open.sentence.contains(" rows,") || open.sentence.contains("groups of rows,"), "\(open.sentence)")
  }

  @Test func `a review that failed ends no drawing`() throws {
    var transaction = makeTransaction()
    let metric = try transaction.createMetric(name: "tone")
    var run = transaction.run(prompt: try transaction.prompt().id, responses: 30)
    (run.metricIDs, run.scoring, run.judgeModel) = ([metric.id], .llmJudge, "judge")
    transaction.put(run)
    let entries = transaction.tables.responses.entries(ofRun: run.id).sorted { DrawOrder.precedes($0.key, $1.key) }
    for (index, entry) in entries.enumerated() {
      var response = try entry.decoded()
      response.reviews = [
        ReviewRecord {
          ($0.metricID, $0.judgeModel, $0.fingerprint) = (metric.id, "judge", Criterion(metric).fingerprint)
          ($0.status, $0.score) = index == 5 ? (.failed, nil) : (.completed, 4)
        }
      ]
      _ = transaction.put(response)
    }
    for entry in entries.prefix(12) {
      var draft = VerdictDraft(.response(entry.id))
      draft.score = 4
      _ = try transaction.createVerdicts([draft])
    }
    let trust = try MetricTrust(MetricTrust.Source(metric, in: transaction.tables))
    #expect(trust.verdicts == 12 && trust.drawn == 12)
  }
}
