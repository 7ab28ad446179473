package import Store

/// The progress of a run.
package struct RunProgress: Sendable, Equatable {
  /// The counts of one kind of work.
  package struct Count: Sendable, Equatable {
    /// Successes.
    package var done = 0
    package var failed = 0
    package var total = 0

    package init(done: Int = 0, failed: Int = 0, total: Int = 0) {
      self.done = done
      self.failed = failed
      self.total = total
    }

    package var isComplete: Bool { done + failed >= total }
  }

  package var status: RunStatus
  /// Answers: one for each row and repeat.
  package var generated: Count
  /// Reviews: one for each answer and metric.
  package var judged: Count
  /// Judgements of a comparison with another run's answers that has not ended: two for each answer.
  package var compared = Count()
  /// The batches that the run waits for; nil for none.
  package var batches: BatchProgress?
  /// What keeps calls from being answered at present, such as a lack of capacity; nil for nothing.
  package var holdup: String?

  package init(status: RunStatus, generated: Count, judged: Count) {
    self.status = status
    self.generated = generated
    self.judged = judged
  }

  /// The steps done, answers, reviews and comparisons together, for a progress bar.
  package var current: Int { [generated, judged, compared].reduce(0) { $0 + $1.done + $1.failed } }
  package var total: Int { generated.total + judged.total + compared.total }

  /// One line for a person: `generated 12/20 (1 failed), judged 8/20`.
  package var sentence: String {
    func part(_ name: String, _ count: Count) -> String {
      let failed = count.failed > 0 ? " (\(count.failed) failed)" : ""
      return "\(name) \(count.done + count.failed)/\(count.total)\(failed)"
    }
    let parts =
      [part("generated", generated)]
      + [("judged", judged), ("compared", compared)].filter { $0.1.total > 0 }.map { part($0.0, $0.1) }
    let judge = batches != nil && judged.total > 0 ? "the judge is then asked live" : nil
    let state = (parts + [holdup, batches?.sentence, judge].compactMap(\.self)).joined(separator: ", ")
    guard let batches, let fault = batches.fault else { return state }
    return "\(state). \(batches.provider) could not be asked: \(fault)"
  }
}

extension RunProgress {
  /// The progress of a run, from its record.
  ///
  /// Reviews by another judge, of another wording or by a removed metric are not part of its work.
  package init(status: RunStatus, entries: [ResponseEntry], answerCount: Int, scoring: RunScoring) {
    let failed = entries.count(of: .failed)
    let total = max(answerCount, entries.count)
    let reviews = scoring.reviewCounts(of: entries)
    self.init(
      status: status, generated: Count(done: entries.count - failed, failed: failed, total: total),
      // A row without an answer has nothing to judge.
      judged: Count(
        done: reviews.completed + reviews.skipped, failed: reviews.failed,
        total: reviews.completed + reviews.skipped + reviews.failed + reviews.missing
          + (total - entries.count) * scoring.askedMetrics.count))
  }
}
