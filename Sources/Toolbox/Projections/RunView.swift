import Evaluation
import JSONCoding
import Providers
import Store

/// A consistent view of a run, read from the store at once; everything else is computed outside the store.
struct RunView: Sendable {
  let run: RunRecord
  let prompt: PromptRecord?
  let dataset: DatasetRecord?
  let tagNames: JSONValue
  /// The ids of the run's deleted metrics.
  let deletedMetricIDs: [Int]
  /// The ids of the metrics that a new run judges by, or that a run with responses named.
  let metricIDs: [Int]
  /// Whether the run has metrics for a judge.
  private let hasJudgeMetrics: Bool
  /// The names of the run's existing metrics.
  let metricNames: [String]
  let figures: RunFigures
  /// The figures of its answers, once they were computed.
  private(set) var gathered: RunStatistics?
  /// The run as prepared for a comparison; nil without verdicts of people and without a judge that failed its probe.
  let rated: ComparedRun.Source?
  /// Whether its generation was interrupted because the process is gone.
  let isInterrupted: Bool
  /// Whether it was told to stop and waits for its calls in progress.
  var isEnding = false
  /// What keeps its calls from being answered at present.
  var holdup: String?
  /// Why this process could not write to the store what it was to record of the run.
  var storeFailure: String?
  /// Why this process does not follow it while it waits for batches.
  var obstacle: String?
  /// What it will have cost in the end and what its rows give to say, where that was worked out.
  var outlook = RunOutlook()
  /// What its calls without a known price come to at today's prices, where that was worked out.
  var laterCost: LaterCost?
  /// Whether ``laterCost`` was looked for, so that without it there is still no price.
  var hasLookedForLaterCost = false
  /// What it sends that was copied from rows, where that was examined; nil if nothing was.
  var copies: String?
  /// Which of its rows are one piece of evidence, where that was worked out.
  var groups: RowGroups?
  /// The comparisons of its answers with those of other runs, where they were worked out.
  var pairwise: [PairwiseView] = []

  /// - Parameter isAbandoned: whether no process works on it, whatever its record says.
  init(_ run: RunRecord, isAbandoned: Bool, in tables: Tables) {
    self.run = run
    isInterrupted = isAbandoned && run.status == .running
    prompt = tables.prompts[run.promptID]
    dataset = run.datasetID.flatMap { tables.datasets[$0] }
    tagNames = tables.tagNames(run.tagIDs)
    deletedMetricIDs = tables.deletedMetricIDs(of: run)
    metricNames = run.metricIDs.compactMap { tables.metrics[$0]?.name }
    hasJudgeMetrics = !tables.judgeMetricIDs(of: run).isEmpty
    let figures = tables.figures(of: run, isAbandoned: isAbandoned)
    metricIDs = figures.entries.isEmpty ? run.metricIDs.filter { tables.metrics.contains(id: $0) } : run.metricIDs
    self.figures = figures
    let verdicts = tables.countedVerdicts(ofRun: run.id, on: figures.entries)
    // A judge that failed its probe is to be overruled by verdicts, and advice on them has to know what was shown.
    rated =
      verdicts.isEmpty && !run.hasFailedProbe
      ? nil : ComparedRun.Source(run, comparedWith: nil, figures: figures, verdicts: verdicts, in: tables)
  }

  /// The table of its rows; nil if they have changed since it was started, or cannot be read.
  var table: CSVTable? {
    do { return try run.snapshot == nil ? dataset?.table() : dataset?.table(of: run) } catch { return nil }
  }

  var entries: [ResponseEntry] { figures.entries }
  var scoring: RunScoring { figures.scoring }
  var progress: RunProgress {
    var progress = figures.progress
    if isEnding { progress.batches?.isEnding = true }
    return progress
  }
  /// The number of finished answers.
  var finishedAnswers: Int { figures.finishedAnswers }
  var status: RunStatus { isInterrupted ? .failed : run.status }
  /// Whether it has responses and nobody is making more.
  var hasEnded: Bool { !status.isUnderWay && !entries.isEmpty }
  var error: String? {
    isInterrupted ? Interruption.sentence(of: run, kept: entries.count, cause: storeFailure) : run.errorMessage
  }
  /// The figures of its answers, computed anew unless they were gathered.
  var statistics: RunStatistics { gathered ?? figures.statistics }
  /// Computes the figures once for all that is said of the run; called outside the store.
  mutating func gatherStatistics() { gathered = figures.statistics }
  /// One score for each row: the mean of its answers'.
  func rowScores(_ score: (ResponseEntry) -> Double?) -> GroupedScores { figures.rowScores(groups, score) }
  /// The scale of a row's score, from which the interval of the mean follows.
  ///
  /// A mean of several zeros and ones can be any number between them. Nil for a run that its scores have stopped, because
  /// no interval is right for it.
  func rowScale(_ scale: ScoreScale?) -> ScoreScale? {
    if run.stoppedEarly != nil { return nil }
    return run.repeats > 1 ? scale.map { .bounded($0.bounds) } : scale
  }
  /// What several answers to a row tell; nil for a run with one.
  var repeatFigures: RepeatFigures? {
    run.repeats > 1 && !entries.isEmpty ? RepeatFigures(entries, scoring, repeats: run.repeats) : nil
  }
  /// US dollars of everything with a known cost.
  var knownCost: Double { figures.knownCost }
  /// US dollars that the run had cost if no answer had been copied; nil if unknown.
  var costWithoutCopies: Double? { figures.costWithoutCopies }
  /// The probable cost of the whole run in US dollars, at least its cost so far.
  ///
  /// It is based on the remaining rows, or else on the rows so far, or else on the estimate at the start.
  var estimatedCost: Double? {
    (outlook.cost?.likely ?? figures.measuredCost ?? run.estimatedCost).map { max($0, figures.knownCost) }
  }
  /// US dollars that the run costs if every answer to come is as long as max_tokens allows; nil without such a limit, for
  /// a run that is through or under way, and if prices are not known.
  var highestCost: Double? { outlook.cost?.highest.map { max($0, figures.knownCost) } }
  /// Whether an outlook says more than what is recorded.
  var needsOutlook: Bool { !status.isUnderWay && figures.needsForecast }
  /// The model that answers.
  var model: String { run.answeringModel(of: prompt) }
  /// The settings of its requests.
  var sent: RequestSettings { run.sentSettings(of: prompt) }

  // MARK: Warnings

  /// The obstacles to the run's scores, the doubts about its figures and the oddities of its calls, in this order.
  ///
  /// - Parameter answers: what its answers tell; nil if they are not to be read.
  func warnings(_ statistics: RunStatistics, _ answers: AnswerFindings?) throws -> [String] {
    var sentences = outlook.warnings + settingsWarnings
    if run.status.isUnderWay, !isInterrupted {
      if isEnding {
        sentences.append(
          run.status == .waiting
            ? "The run was cancelled: it ends when its provider has ended the batches."
            : "The run was cancelled: it ends when the calls under way have finished.")
      }
      if let obstacle { sentences.append("The batches are not asked for at present: \(obstacle)") }
      if let holdup { sentences.append("Rows wait: \(holdup).") }
      return (sentences + (try probeWarnings()) + recorded(statistics)).unique
    }
    sentences += [copies].compactMap(\.self) + (try probeWarnings())
    if !entries.isEmpty {
      // A run that was cancelled says itself that it goes on.
      if status == .completed || status == .failed, let missing = missingAnswers ?? failuresToRetry {
        sentences.append(missing)
      }
      var unknownCost = statistics.totalCost == nil ? try UnknownCost(run, entries) : nil
      unknownCost?.later = laterCost
      unknownCost?.isLaterKnown = hasLookedForLaterCost
      sentences += try RunWarnings.sentences(
        statistics, scoring, isUnrecorded: scoring.hasUnrecorded(entries),
        unknownCost: unknownCost
      ) { try scoreFaults(answers?.trust).first }
      let stop = try run.stoppedEarly.map {
        $0.warning(by: scoring, isTrusted: try scoreFaults(answers?.trust).isEmpty)
      }
      sentences += [stop, answers?.schema?.warning].compactMap(\.self)
      if !Preflight.tellsOfBlankRows(run.warnings) {
        sentences += [RunWarnings.withoutExpectedOutput(statistics, scoring)].compactMap(\.self)
      }
      if let answers {
        sentences += [dataset.flatMap { ChangedDataset.warning(of: run, $0) }].compactMap(\.self)
        sentences +=
          try answers.trust.compactMap { judge in
            let place = judge.target == scoring.scoreTarget ? "agreement" : "the agreement in metric_averages"
            return judge.fault.map { "\($0) See \(place)." }
          } + NearMisses(entries, scoring).sentences
      }
    }
    sentences += pairwise.compactMap(\.warning) + [selfJudgingWarning].compactMap(\.self)
    return (sentences + recorded(statistics)).unique
  }

  /// The hints on text that other tools would replace, given before the run costs anything.
  private var templateHints: [String] {
    guard run.snapshot == nil, let prompt, let dataset else { return [] }
    do { return try run.requestTemplate(of: prompt).hints(columns: dataset.columns) } catch { return [] }
  }

  private var tooFewRows: String? {
    guard entries.isEmpty, case .sample(let count)? = RowSelection(run.rows), let dataset, count > dataset.rowCount
    else {
      return nil
    }
    return "rows is \(count), and dataset \(dataset.id) has \(dataset.rowCount): the run is on all of them."
  }

  private var settingsWarnings: [String] {
    let column = run.expectedColumn ?? RunRows.standardExpectedColumn
    var sentences = templateHints + [tooFewRows].compactMap(\.self)
    if !deletedMetricIDs.isEmpty {
      let ids = deletedMetricIDs.map(String.init).joined(separator: ", ")
      let rest =
        scoring.askedMetrics.isEmpty ? "the judge is asked nothing more" : "the judge is asked about the others alone"
      sentences.append(
        "Metrics of this run were deleted (id \(ids)): what was judged by them stays, and \(rest). Name others with "
          + "runs_update metric_ids.")
    } else if run.judgeModel != nil, scoring.metrics.isEmpty {
      let reason =
        metricIDs.isEmpty
        ? "the run has no metrics. Give metric_ids with runs_update"
        : "all metrics of the run are checks, which ask no judge. Add a metric without a check to metric_ids (runs_update)"
      sentences.append(
        "judge_model is set but unused: \(reason), or scoring LlmJudge to judge agreement with the expected output.")
    } else if run.scoring.scorer.isJudged, run.judgeModel != nil, !hasJudgeMetrics {
      sentences.append(
        "The run has no metrics for a judge, so the judge scores agreement with \(column). Give metric_ids with runs_update to judge "
          + "by metrics.")
    }
    if run.scoring == .none, !run.isScoringChosen, run.metricIDs.isEmpty, let dataset, !dataset.columns.contains(column)
    {
      sentences.append(
        "Nothing is scored: dataset \(dataset.id) has no column \(column), and the run has no metrics. Name the column to compare with in runs_update expected_column, or give metric_ids "
          + "and a judge_model.")
    }
    if hasJudgeMetrics, run.judgeModel == nil {
      sentences.append(
        "The metrics are not scored: the run has no judge_model. Set one with runs_update, or judge with runs_judge."
      )
    }
    return sentences + [repeatWarning].compactMap(\.self) + costWarnings
  }

  /// What makes the answers of a row agree although the model would not.
  private var repeatWarning: String? {
    guard run.repeats > 1, sent.values["temperature"]?.doubleValue == 0 else { return nil }
    return
      "repeats is \(run.repeats) at temperature 0, where a model mostly gives the same answer again: that the answers "
      + "agree says little about other temperatures."
  }
}
