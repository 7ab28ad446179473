import Providers
package import Store

/// A run prepared for a comparison.
package struct ComparedRun: Sendable {
  /// The values read from the store at one moment; everything else is computed outside the store.
  package struct Source: Sendable {
    package let run: RunRecord
    fileprivate let isInterrupted: Bool
    fileprivate let prompt: PromptRecord?
    fileprivate let figures: RunFigures
    fileprivate let drafts: Int
    fileprivate let verdicts: [VerdictRecord]
    fileprivate let closedJudgings: Set<UInt64>
    fileprivate let examination: CopyExamination?
    fileprivate let unshown: UnshownScores?

    /// - Parameters:
    ///   - baseline: the run to compare with; nil for the baseline itself.
    ///   - isAbandoned: whether no process works on it, whatever its record says.
    ///   - figures: those of the run, if they have been gathered; nil to gather them.
    ///   - verdicts: those that count for its responses, if they have been gathered; nil to gather them.
    package init(
      _ run: RunRecord, comparedWith baseline: RunRecord?, isAbandoned: Bool = false, figures: RunFigures? = nil,
      verdicts: [VerdictRecord]? = nil, in tables: Tables
    ) {
      self.run = run
      isInterrupted = isAbandoned && run.status == .running
      prompt = tables.prompts[run.promptID]
      self.figures = figures ?? tables.figures(of: run, isAbandoned: isAbandoned)
      drafts = baseline.map { tables.drafts(of: run, besides: $0) } ?? 1
      self.verdicts = verdicts ?? tables.countedVerdicts(ofRun: run.id, on: self.figures.entries)
      closedJudgings = Set(run.pairwise.filter { !$0.canGoOn(in: tables) }.map(\.origin))
      examination = CopyExamination(run, in: tables)
      // Only advice on verdicts needs it.
      let needsAdvice = tables.verdicts.count > 0 || run.hasFailedProbe
      unshown = needsAdvice ? UnshownScores(ofRun: run.id, self.figures.entries, in: tables) : nil
    }

    package var hasResponses: Bool { !figures.entries.isEmpty }

    /// What it sent that was copied from rows, and what to do; nil if nothing was.
    package func copies(from table: CSVTable?) -> String? { table.flatMap { examination?.problem($0) } }
  }

  package let run: RunRecord
  /// Whether it is recorded as running although no process generates it.
  let isInterrupted: Bool
  package let scoring: RunScoring
  package let statistics: RunStatistics
  /// Answers by row.
  package let entries: [Int: RowAnswers]
  /// The model that answers.
  package let model: String
  /// The settings of its requests.
  package let settings: RequestSettings
  /// The credential for the calls to its model.
  package let credentialID: Int?
  /// The number of answers there are, and of the complete run.
  private let answers: (made: Int, all: Int)
  /// The number of drafts tried on its rows: see `Tables.drafts(of:besides:)`.
  let drafts: Int
  /// The verdicts of people on its responses.
  package let verdicts: HumanVerdicts
  /// The origins of the comparisons recorded with it that cannot go on, because their metrics have changed.
  let closedJudgings: Set<UInt64>
  private let examination: CopyExamination?
  private let unshown: UnshownScores?

  package init(_ source: Source) { self.init(source, statistics: nil) }

  /// - Parameter statistics: those of the run, if they have been computed; nil to compute them.
  package init(_ source: Source, statistics: RunStatistics?) {
    let figures = source.figures
    run = source.run
    isInterrupted = source.isInterrupted
    scoring = figures.scoring
    self.statistics = statistics ?? figures.statistics
    entries = figures.entries.reduce(into: [:]) { rows, entry in
      if rows[entry.rowIndex]?.add(entry) == nil { rows[entry.rowIndex] = RowAnswers(entry) }
    }
    model = source.run.answeringModel(of: source.prompt)
    settings = source.run.sentSettings(of: source.prompt)
    credentialID = source.run.answeringCredentialID(of: source.prompt)
    answers = (figures.entries.count, max(figures.answerCount, figures.entries.count))
    drafts = source.drafts
    verdicts = HumanVerdicts(source.verdicts, ofRun: source.run.id)
    closedJudgings = source.closedJudgings
    examination = source.examination
    unshown = source.unshown
  }

  /// Whether nobody has seen the score of an answer, so that a person can still score it blind.
  func canBeBlind(_ entry: ResponseEntry) -> Bool { unshown?.contains(entry) ?? false }

  /// That the cost of its answers follows from an assumed list price; nil for other prices.
  package var priceNote: String? {
    let model = run.snapshot?.destination?.model
    return run.assumedPrices.first { model == nil || $0.model == model }?.sentence
  }

  /// A note on what it sent that was copied from rows; nil if nothing was.
  package func copies(from table: CSVTable?) -> String? {
    guard let problem = table.flatMap({ examination?.problem($0) }) else { return nil }
    return "No verdict on \(title) proves anything about other rows. \(problem)"
  }

  /// `"with the city"`.
  var title: String { "\"\(run.name)\"" }

  /// The same, with its id beside a run of the same name.
  func title(besides other: ComparedRun) -> String { run.name == other.run.name ? "\(title) (run \(run.id))" : title }

  /// Whether a judge has cost something.
  var hasJudgeCost: Bool { entries.values.contains { $0.answers.contains { ($0.reviewCost ?? 0) > 0 } } }

  /// Whether its rows have several answers.
  var isRepeated: Bool { run.repeats > 1 }

  /// A row's score, the mean of its answers'; nil if an answer lacks one.
  ///
  /// Where no answer is a wrong answer, a failed one counts 0 beside others of its row, unless it can be tried again
  /// because the run is unfinished.
  package func score(ofRow row: Int) -> Double? {
    entries[row]?.score(scoring, countsFailures: isFinished && scoring.scorer.countsFailuresAsZero)
  }

  /// A row's score as a comparison of complete runs counts it: 0 for a failed row where failures are wrong answers.
  package func countedScore(ofRow row: Int) -> Double? {
    if let score = score(ofRow: row) { return score }
    return isFinished && !hasStopped && isWrong(row: row) ? 0 : nil
  }

  /// The failed answers to a row that count 0; nil if there are none.
  func failures(ofRow row: Int) -> PairedComparison.FailedAnswers? {
    isFinished ? entries[row]?.failures(where: scoring.isWrong, of: scoring.score) : nil
  }

  /// Whether a row failed where that is a wrong answer, about which nobody disagrees.
  func isWrong(row: Int) -> Bool { entries[row]?.answers.allSatisfy(scoring.isWrong) ?? false }

  /// As ``RunScoring/isBeyondScoring(_:)`` of a row.
  func isBeyondScoring(row: Int) -> Bool { entries[row]?.answers.contains(where: scoring.isBeyondScoring) ?? false }

  /// Whether no metric that makes the score applies to a row.
  func isBeyondMetrics(row: Int) -> Bool { entries[row]?.answers.contains(where: scoring.isBeyondMetrics) ?? false }

  /// The scale of a row's score: a mean of several zeros and ones can be any number between them.
  package var scale: ScoreScale? {
    if isRepeated { return scoring.scale.map { .bounded($0.bounds) } }
    return scoring.scale(of: entries.keys.lazy.compactMap { countedScore(ofRow: $0) })
  }

  /// The scale on which the scores of two runs differ: if one has other scores than 0 and 1, so has the difference.
  static func scale(of baseline: ComparedRun, _ candidate: ComparedRun) -> ScoreScale {
    let scales = [candidate, baseline].compactMap(\.scale)
    return scales.first { $0 != .binary } ?? scales.first ?? .bounded(0...1)
  }

  /// The origin of the scores.
  var origin: ScoreOrigin {
    scoring.origin(isRecorded: !entries.values.contains { scoring.hasUnrecorded($0.answers) })
  }

  /// Whether its scores can be compared with those of another run.
  package func measuresTheSame(as other: ComparedRun) -> Bool { ScoreDifference.sentence(other, self) == nil }

  /// The status, failed for a run whose process is gone.
  package var status: RunStatus { isInterrupted ? .failed : run.status }

  /// Whether all rows have been answered or have failed.
  package var isFinished: Bool {
    guard answers.made >= answers.all else { return false }
    // A process that was killed may have been judging.
    return isInterrupted ? statistics.reviewsMissing == 0 : !run.status.isUnderWay
  }

  /// Whether its comparison with another run has ended it before its last row.
  package var hasStopped: Bool { run.stoppedEarly != nil }

  /// Whether a row is final: it will not be answered, scored or reviewed again.
  func isSettled(row: Int) -> Bool {
    if isFinished { return true }
    guard let row = entries[row], row.answers.count >= run.repeats else { return false }
    return row.answers.allSatisfy { answer in
      answer.status == .failed || !scoring.scorer.isJudged
        || scoring.lacking(answer, retryingFailed: false).isEmpty
    }
  }

  /// `run 12 is running: 25 of 220 rows so far`.
  package var progress: String {
    if run.stoppedEarly != nil { return "run \(run.id) stopped early" }
    if isFinished { return "run \(run.id) is complete" }
    let state =
      switch run.status {
      case .running: isInterrupted ? "was interrupted" : "is running"
      case .waiting: "waits for batches"
      case .cancelled: "was cancelled"
      case .pending: "has not been started"
      case .completed, .failed: "ended early"
      }
    return "run \(run.id) \(state): \(answered) so far"
  }

  /// `25 of 220 rows`.
  var answered: String { "\(answers.made) of \(answers.all) \(isRepeated ? "answers" : "rows")" }
}
