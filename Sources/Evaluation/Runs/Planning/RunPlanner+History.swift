import JSONCoding
import Providers
import Store

/// Finds earlier answers and reviews from which the cost of a run is estimated before it has rows of its own.
extension RunPlanner {
  /// The number of own rows from which other runs tell nothing more.
  private static let enoughRows = 5

  /// What earlier runs tell of a run to come.
  struct History: Sendable {
    /// The spending on rows, without their prices.
    var accounts: [RowCost] = []
    /// What the answers have in common with those to come; nil without any.
    var answers: Kinship?
    /// What the judgements have in common with those to come; nil without any.
    var judgements: Kinship?
    /// The shares of the rows to come of which nothing is known although most are, of answers and judgements.
    var unknown = (answers: 0.0, judgements: 0.0)
  }

  /// The spending on earlier rows: on answers to the same prompt version by the same model, or else by that model to any
  /// prompt; and on reviews by the same judge, by the same wordings if there are any.
  ///
  /// Answers to the very rows to come tell more than the run's own, which are to other rows; the own ones tell more than
  /// any others.
  ///
  /// - Parameters:
  ///   - work: what the run has to do.
  ///   - own: the spending on the run's own rows, beside which less or nothing is needed.
  func history(
    of material: Material, _ layout: Layout, at destination: RunSnapshot.Destination, _ work: [RunPlan.RowWork],
    besides own: [RowCost]
  ) async throws -> History {
    let toAnswer = Set(work.lazy.filter(\.asksModel).map(\.key.rowIndex))
    let toJudge = Set(work.lazy.filter { $0.size.reviews > 0 }.map(\.key.rowIndex))
    let ownAnswers = own.count { $0.answer != nil }
    let ownReviews = own.count { $0.reviews > 0 && $0.areReviewsByJudge }
    let needsAnswers = !toAnswer.isEmpty || ownAnswers < Self.enoughRows
    let needsReviews = !material.criteria.isEmpty && (!toJudge.isEmpty || ownReviews < Self.enoughRows)
    guard needsAnswers || needsReviews else { return History() }
    let (run, scoring, settings) = (material.run, material.scoring, layout.settings)
    let (answers, reviews) = try await store.read { tables in
      let others = tables.runs.newestFirst.filter { $0.id != run.id && $0.snapshot != nil }
      return (
        needsAnswers ? tables.answers(like: run, others, at: destination, settings, toAnswer) : [],
        needsReviews ? tables.reviews(like: run, others, scoring, toJudge) : []
      )
    }
    var history = History()
    let (closest, kinship) = Source.closest(of: answers) { $0.kinship(ofAnswersFor: run) }
    for source in closest where Self.isUseful(kinship, besides: ownAnswers) {
      history.accounts += try source.accounts(judge: scoring.judgeModel).filter { $0.answer != nil }.map(\.answerOnly)
    }
    if !history.accounts.isEmpty { history.answers = kinship }
    history.unknown.answers = Source.unknownShare(of: toAnswer, in: closest)
    var judged: [RowCost] = []
    let (closestReviews, reviewKinship) = Source.closest(of: reviews) { $0.kinship(ofReviewsFor: run) }
    for source in closestReviews where Self.isUseful(reviewKinship, besides: ownReviews) {
      judged += try source.accounts(judge: scoring.judgeModel).filter { $0.reviews > 0 && $0.areReviewsByJudge }
        .map(\.reviewsOnly)
    }
    if !judged.isEmpty { history.judgements = reviewKinship }
    history.unknown.judgements = Source.unknownShare(of: toJudge, in: closestReviews)
    history.accounts += judged
    return history
  }

  /// Whether something is learned from others beside a number of own ones.
  private static func isUseful(_ kinship: Kinship, besides own: Int) -> Bool {
    switch kinship {
    case .sameRows: true
    // A few answers to the requests themselves tell more than many to others.
    case .sameRequests: own < enoughRows
    default: own == 0
    }
  }

  /// A run with those of its responses from which something is learned.
  struct Source: Sendable {
    let run: RunRecord
    let entries: [ResponseEntry]
    /// The rows to come that it has, if it has most of them.
    var known: Set<Int> = []
    /// The length of what its judge is told.
    var instructions = RowCost.Instructions.planned

    /// What its answers have in common with those of a run to come.
    func kinship(ofAnswersFor other: RunRecord) -> Kinship {
      if run.promptID != other.promptID { return .otherPrompts }
      guard run.datasetID == other.datasetID else { return .otherRows }
      if !known.isEmpty { return .sameRows }
      // The first rows of a dataset may be unlike its last; rows that were drawn are like all of them.
      if case .sample? = RowSelection(run.rows) { return .sameRequests }
      return .otherRows
    }

    /// What the judgements of its answers have in common with those of a run to come.
    func kinship(ofReviewsFor other: RunRecord) -> Kinship {
      if !run.hasMetric(of: other) { return .otherCriteria }
      let kinship = kinship(ofAnswersFor: other)
      return [.sameRows, .sameRequests].contains(kinship) ? kinship : .sameCriteria
    }

    /// The share of the rows to come that no source has, which are not like the others: those of a run that was stopped are
    /// its last, and those that failed have perhaps the longest answers.
    fileprivate static func unknownShare(of rows: Set<Int>, in sources: [Source]) -> Double {
      if rows.isEmpty { return 0 }
      let known = sources.reduce(into: Set<Int>()) { $0.formUnion($1.known) }
      return Double(rows.subtracting(known).count) / Double(rows.count)
    }

    /// The sources of the closest kinship, and which it is.
    static func closest(of sources: [Source], _ kinship: (Source) -> Kinship) -> ([Source], Kinship) {
      let known = sources.filter { !$0.entries.isEmpty }
      for kind in Kinship.allCases {
        let alike = known.filter { kinship($0) == kind }
        if !alike.isEmpty { return (alike, kind) }
      }
      return ([], .sameRequests)
    }

    /// The spending on its rows, without those whose requests cannot be rendered again.
    func accounts(judge: String?) throws -> [RowCost] {
      let (template, rest) = (try run.sentTemplate, TextSize.of(run.sentSettings(of: nil).textBesideMessages))
      return try entries.compactMap { entry in
        let response = try entry.decoded()
        let values = template.variables.compactMap { response.value(of: $0, in: run) }
        guard values.count == template.variables.count else { return nil }
        do throws(EvaluationError) {
          let size = try template.render(values: values, ImageReader()).size
          var account = RowCost(of: response, promptBytes: size + rest, judge: judge)
            .narrowed(to: judge, in: response)
          account.instructions = instructions
          return account
        } catch {
          return nil
        }
      }
    }
  }
}

extension Tables {
  /// The number of earlier runs that are read, and of the rows of each.
  private static let mostRuns = 10
  private static let mostRows = 100
  /// The number of a run's answers in which reviews are looked for.
  private static let fewest = 5

  /// Runs whose model at the same place was asked in the same way: those of the prompt version, or else of any.
  ///
  /// Another max_tokens leaves the lengths of answers as they are, unless it has cut off more than a few: those that it
  /// left are the short ones.
  fileprivate func answers(
    like run: RunRecord, _ others: [RunRecord], at destination: RunSnapshot.Destination, _ settings: RequestSettings,
    _ rows: Set<Int>
  ) -> [RunPlanner.Source] {
    let alike = others.filter { other in
      let sent = other.sentSettings(of: nil)
      return other.snapshot?.destination == destination && sent[.reasoningEffort] == settings[.reasoningEffort]
        && (sent.maxTokens == settings.maxTokens || !cutsOff(other))
    }
    let same = alike.filter { $0.promptID == run.promptID }
    return sources((same.isEmpty ? alike : same).prefix(Self.mostRuns), of: run.datasetID, rows) { run, entry in
      !entry.isCopied && !(entry.isTruncated && run.sentSettings(of: nil).maxTokens != settings.maxTokens)
    }
  }

  /// Whether more than a twentieth of a run's answers were cut off by its limit.
  private func cutsOff(_ run: RunRecord) -> Bool {
    let entries = responses.entries(ofRun: run.id)
    return 20 * entries.countInPlace(where: \.isTruncated) > entries.count
  }

  /// Runs with reviews by the same judge: those by one of the wordings, or else by any.
  fileprivate func reviews(
    like run: RunRecord, _ others: [RunRecord], _ scoring: RunScoring, _ rows: Set<Int>
  ) -> [RunPlanner.Source] {
    let alike = others.filter { other in
      other.judgeModel.map(JudgeName.canonical) == scoring.judgeModel && other.judgeEffort == run.judgeEffort
        || wasJudged(other, by: scoring)
    }
    let same = alike.filter { $0.hasMetric(of: run) }
    let found = sources((same.isEmpty ? alike : same).prefix(Self.mostRuns), of: run.datasetID, rows) {
      $1.judgeReviewCount > 0
    }
    return found.map { source in
      var source = source
      let criteria = criteria(of: source.run)
      source.instructions = criteria.isEmpty ? .unknown : .other(JudgePrompt.length(for: criteria))
      return source
    }
  }

  /// Whether a run has reviews by a scoring, although another judge may have judged it since.
  private func wasJudged(_ run: RunRecord, by scoring: RunScoring) -> Bool {
    let answers = responses.entries(ofRun: run.id).lazy.filter { $0.status != .failed }.prefix(Self.fewest)
    return answers.contains { entry in scoring.askedMetrics.contains { scoring.review(of: entry, by: $0) != nil } }
  }

  /// - Parameters:
  ///   - datasetID: the dataset of the run to come.
  ///   - rows: its rows to come.
  private func sources(
    _ runs: ArraySlice<RunRecord>, of datasetID: Int?, _ rows: Set<Int>,
    where isUseful: (RunRecord, ResponseEntry) -> Bool
  ) -> [RunPlanner.Source] {
    let dataset = datasetID.flatMap { datasets[$0] }
    return runs.map { run in
      let entries = responses.entries(ofRun: run.id).filter {
        $0.status != .failed && $0.uncountedCalls == 0 && isUseful(run, $0)
      }
      let isOfSameRows = run.datasetID == datasetID && dataset?.isData(of: run) != false
      let alike = isOfSameRows ? entries.filter { rows.contains($0.rowIndex) } : []
      let known = Set(alike.map(\.rowIndex))
      let isCovered = !rows.isEmpty && 4 * known.count >= 3 * rows.count
      return RunPlanner.Source(
        run: run, entries: (isCovered ? alike : Array(entries)).spreadSample(Self.mostRows),
        known: isCovered ? known : [])
    }
  }
}

extension RunRecord {
  /// Whether it is judged by a metric of another run, or like it by none.
  fileprivate func hasMetric(of other: RunRecord) -> Bool {
    metricIDs.isEmpty && other.metricIDs.isEmpty || !Set(metricIDs).isDisjoint(with: other.metricIDs)
  }
}

extension RowCost {
  /// What it tells of an answer.
  fileprivate var answerOnly: RowCost {
    var account = self
    (account.reviews, account.reviewCost, account.reviewTokens, account.areReviewsPriced) = (0, 0, nil, true)
    return account
  }

  /// What it tells of reviews.
  fileprivate var reviewsOnly: RowCost {
    var account = self
    if let answer {
      account.earlierAnswerTokens = answer.tokens?.completionTokens ?? TokenEstimator().tokens(ofBytes: answer.bytes)
    }
    (account.answer, account.answerCost) = (nil, 0)
    return account
  }
}
