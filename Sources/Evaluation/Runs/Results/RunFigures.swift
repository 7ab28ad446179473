package import Store

/// The parts of a run from which its progress and figures follow, read from the store at one moment.
package struct RunFigures: Sendable {
  package let status: RunStatus
  package let entries: [ResponseEntry]
  /// The number of answers of the complete run.
  package let answerCount: Int
  package let scoring: RunScoring
  /// The tests of its judges.
  package var probes: [ProbeRecord] = []
  /// The most calls of which no response tells, see ``Store/RunRecord/lostCalls``.
  package var lostCalls = 0
  /// As ``Store/RunRecord/serverErrors``.
  package var serverErrors = 0
  /// The batches of which answers may come.
  var openBatches: [BatchRecord] = []
  /// Whether the run was told to stop.
  var isEnding = false
  /// Whether batches give the answers, at another price than the first one.
  var isBatched = false
  /// Whether batches have given answers, so that only the few others have a latency.
  var hasBatches = false

  /// A comparison that has not ended, with the other run's responses; nil without one.
  var comparison: (judging: PairwiseJudging, rivals: [ResponseEntry])?

  package var progress: RunProgress {
    var progress = RunProgress(status: status, entries: entries, answerCount: answerCount, scoring: scoring)
    if status == .waiting { progress.batches = BatchProgress(of: openBatches) }
    progress.batches?.isEnding = isEnding
    if let comparison { progress.compared = comparison.judging.calls(entries, comparison.rivals) }
    return progress
  }

  /// The number of finished answers: made and scored, or failed.
  package var finishedAnswers: Int { entries.count(of: .completed) + entries.count(of: .failed) }

  /// The mean of a score over the answers of each row that has any, in the order of the rows' first answers.
  ///
  /// - Parameter groups: which rows are one piece of evidence; nil if each is one of its own.
  package func rowScores(_ groups: RowGroups? = nil, _ score: (ResponseEntry) -> Double?) -> GroupedScores {
    var means = RowMeans()
    entries.forEachInPlace { entry in
      if let score = score(entry) { means.add(score, row: entry.rowIndex) }
    }
    return GroupedScores(means.means, groups: groups.map { groups in means.rowsInOrder.map { groups[$0] } })
  }

  package var statistics: RunStatistics {
    var statistics = RunStatistics(entries, scoring)
    for probe in probes { statistics.add(probe) }
    statistics.add(
      lostCalls: Interruption.counted(
        lostCalls, hasAnswers: statistics.completed > 0, isFree: statistics.totalCost == 0))
    statistics.add(serverErrors: serverErrors)
    if hasBatches { statistics.dropLatencies() }
    return statistics
  }
}

extension Tables {
  /// The figures of a recorded run; nil if there is no such run.
  package func figures(ofRun id: Int) -> RunFigures? { runs[id].map(figures) }

  /// The figures of a recorded run.
  ///
  /// - Parameter isAbandoned: whether no process works on it, whatever its record says.
  package func figures(of run: RunRecord, isAbandoned: Bool) -> RunFigures {
    var figures = figures(of: run)
    if isAbandoned { figures.lostCalls = Interruption.lostCalls(of: run) }
    return figures
  }

  package func figures(of run: RunRecord) -> RunFigures {
    var figures = RunFigures(
      status: run.status, entries: responses.entries(ofRun: run.id), answerCount: answerCount(of: run),
      scoring: scoring(of: run), probes: run.probes)
    (figures.lostCalls, figures.serverErrors) = (run.lostCalls, run.serverErrors)
    figures.openBatches = run.openBatches
    figures.isEnding = run.cancelRequested
    figures.isBatched = run.batch
    figures.hasBatches = run.hasBatches
    figures.comparison = run.openPairwise.map { ($0, responses.entries(ofRun: $0.against)) }
    return figures
  }

  /// The number of answers of a run.
  func answerCount(of run: RunRecord) -> Int { rowCount(of: run) * run.repeats }

  /// The number of rows of a run: the one recorded at its start, or else that of its selection.
  package func rowCount(of run: RunRecord) -> Int {
    // The rows that a stop has saved are not part of the run any more.
    if run.stoppedEarly != nil { return responses.entries(ofRun: run.id).count }
    if let snapshot = run.snapshot { return snapshot.rowCount }
    guard let id = run.datasetID else { return 1 }
    return datasets[id].map { (RowSelection(run.rows) ?? .all).count(in: $0) } ?? 0
  }
}
