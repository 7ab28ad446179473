import Evaluation
import Store

extension RunView {
  /// Why its figures are not those of all its rows, and what to do; nil for a run that has ended with all rows and reviews.
  var incompleteness: String? {
    let name = "Run \(run.id)"
    let state = progress.sentence
    switch status {
    case .pending: return "\(name) has not been started. runs_generate starts it."
    case .waiting: return "\(name) waits for its provider: \(state). runs_get shows when its batches have ended."
    case .running: return "\(name) is running: \(state). Wait for its end with wait_seconds."
    case .cancelled: return "\(name) was cancelled: \(state). runs_generate continues it."
    case .failed: return "\(name) failed: \(state). runs_generate continues it."
    case .completed: break
    }
    if run.stoppedEarly != nil {
      return
        "\(name) stopped early (stop_against), so its mean is probably misjudged. A gate of runs_compare decides by its "
        + "comparison; a run without stop_against has an unbiased mean."
    }
    if let missingAnswers { return "\(name) is not complete. \(missingAnswers)" }
    let (scorer, statistics) = (scoring.scorer, statistics)
    if scorer.isJudged, statistics.reviewsMissing > 0 {
      return "\(name) lacks reviews (\(statistics.reviewsMissing)). \(MissingReviews.remedy())"
    }
    if scorer.isChecked, statistics.checksMissing > 0 {
      return "\(name) lacks results of checks (\(statistics.checksMissing)). \(MissingReviews.checkRemedy())"
    }
    return nil
  }

  /// The number of answers that a run lacks, and what to do; nil if it has all.
  ///
  /// A run lacks answers after its end if its repeats were raised or its stop_against was removed.
  var missingAnswers: String? {
    let answers = max(figures.answerCount, entries.count)
    let missing = answers - entries.count
    guard missing > 0 else { return nil }
    let again = run.failuresToRetry(entries)
    return "\(missing) of \(answers) answers \(missing == 1 ? "is" : "are") still to be made: runs_generate makes "
      + "\(missing == 1 ? "it" : "them")\(again > 0 ? ", and asks the \(again) failed \(again == 1 ? "one" : "ones") anew" : "")."
  }

  /// What becomes of the failures of a run that stopped after it had asked every row; nil without any to try again.
  var failuresToRetry: String? {
    let again = run.failuresToRetry(entries)
    guard missingAnswers == nil, again > 0 else { return nil }
    return "runs_generate asks the \(again) failed \(again == 1 ? "row" : "rows") anew."
  }

  /// The number of rows without an answer, or with one that could not be scored; one of several answers is enough.
  var failedRows: Int {
    Set(entries.lazy.filter { [scoring] in scoring.status(of: $0) == .failed }.map(\.rowIndex)).count
  }
}
