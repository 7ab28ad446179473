package import Store

/// How far a run has come.
package struct RunProgress: Sendable, Equatable {
  /// Counts of one kind of work.
  package struct Count: Sendable, Equatable {
    /// What succeeded.
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
  /// Rows.
  package var generated: Count
  /// Reviews: rows times metrics.
  package var judged: Count

  package init(status: RunStatus, generated: Count, judged: Count) {
    self.status = status
    self.generated = generated
    self.judged = judged
  }

  /// Steps taken and steps to take, rows and reviews together, for a progress bar.
  package var current: Int { generated.done + generated.failed + judged.done + judged.failed }
  package var total: Int { generated.total + judged.total }

  /// One line for a person: `generated 12/20 (1 failed), judged 8/20`.
  package var sentence: String {
    func part(_ name: String, _ count: Count) -> String {
      let failed = count.failed > 0 ? " (\(count.failed) failed)" : ""
      return "\(name) \(count.done + count.failed)/\(count.total)\(failed)"
    }
    let parts = [part("generated", generated)] + (judged.total > 0 ? [part("judged", judged)] : [])
    return parts.joined(separator: ", ")
  }
}

extension RunProgress {
  /// The progress of a run from what is stored of it.
  ///
  /// - Parameter rowCount: nil where it is not known because the run has not started.
  package init(status: RunStatus, entries: [ResponseEntry], rowCount: Int?, criteriaCount: Int) {
    let failed = entries.count { $0.status == .failed }
    let total = max(rowCount ?? 0, entries.count)
    var judged = Count(total: 0)
    for entry in entries {
      for review in entry.reviews {
        if review.score == nil { judged.failed += 1 } else { judged.done += 1 }
      }
    }
    // A row without an answer has nothing to judge.
    judged.total = max((total - failed) * criteriaCount, judged.done + judged.failed)
    self.init(
      status: status, generated: Count(done: entries.count - failed, failed: failed, total: total), judged: judged)
  }
}
