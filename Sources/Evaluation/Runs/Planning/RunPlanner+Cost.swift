import Providers
import Store

/// Estimates a run's cost, and creates the budget that enforces its max_cost.
extension RunPlanner {
  /// What a run will have cost when it is complete, and, of a run that was never started, what its rows give to say.
  func outlook(ofRun id: Int) async throws -> RunOutlook {
    var material = try await material(run: id, nil)
    let isNew = material.run.snapshot == nil && material.entries.isEmpty
    let generator = await generator(of: material)
    let judge = await knownJudge(of: material)
    var outlook = RunOutlook()
    outlook.unpriced = generator?.tierRefusal ?? generator?.unpricedTier ?? judge?.unpricedTier
    let models = outlook.unpriced == nil ? pricedModels(of: material, generator, judge: judge) : nil
    // Rendering all rows is worth it only where it leads to something to say.
    guard isNew || models != nil else { return outlook }
    do {
      let retrying = Retrying(plainlyAfter: material.run.status)
      let layout = try layout(&material, material.entries, retrying)
      if isNew { outlook.warnings = layout.report.warnings }
      guard let generator else { return outlook }
      let work = try await sizedWork(
        of: material, layout, material.entries, material.scoring, retrying, to: generator.destination)
      if isNew, let note = Self.note(onCopiesIn: work, of: material.run, isJudged: !material.criteria.isEmpty) {
        outlook.warnings.append(note)
      }
      let probes = try await probes(of: material, layout, judge: judge, work, material.entries)
      if isNew {
        outlook.warnings += probes.notes
        outlook.warnings += [
          generator.assumedPrice?.sentence, judge?.assumedPrice?.sentence, generator.unknownTier, judge?.unknownTier,
          generator.undiscountedBatch(of: material.run),
        ].compactMap(\.self)
      }
      if let models {
        let caching = caching(of: material, layout, work, generator: models.generator, judge: models.judge)
        let bare = forecast(of: material, layout, generator: models.generator, judge: models.judge, caching)
        let (learned, _) = try await learned(bare, of: material, layout, work, at: generator.destination)
        let run = material.run
        outlook.cost = try cost(
          of: work, probes: probes.planned, beside: material.entries, learned, material, layout,
          lostCalls: run.status == .running ? Interruption.lostCalls(of: run) : run.lostCalls)
        let bound = Self.bounding(learned, bare)
        outlook.cost?.next = try next(of: work, probes: probes.planned, bound, material, layout)
        if isNew { outlook.batchLimit = try batchNote(of: material, layout, work, bound) }
      } else if isNew, let note = UnpricedModels.note(on: [generator, judge], hasLimit: material.run.maxCost != nil) {
        outlook.warnings.append(note)
      }
    } catch let error as EvaluationError {
      if isNew { outlook.warnings = [error.description] }
    }
    return outlook
  }

  /// How many answers of a run that has not begun will be copied; nil for a run that does not copy.
  private static func note(onCopiesIn work: [RunPlan.RowWork], of run: RunRecord, isJudged: Bool) -> String? {
    guard run.reuse else { return nil }
    let sources = work.compactMap(\.source).map(\.runID)
    let copies = sources.count
    let counts = Dictionary(grouping: sources, by: \.self).sorted { $0.key > $1.key }.map { "\($1.count) of run \($0)" }
    let names = counts.prefix(3).joined(separator: ", ") + (counts.count > 3 ? " and others" : "")
    return copies == 0
      ? "reuse finds no answer: no earlier run has one to the same request from the same model at the same address."
      : "\(copies) of \(work.count) answers are there already and will be copied (reuse), from the newest run that has "
        + "them: \(names)."
        + (isJudged ? " The judge is asked about each of them anew, which costs what judging costs." : "")
  }

  /// The model that answers; nil if it cannot be asked.
  func generator(of material: Material) async -> ModelBinding? {
    // Why a model leads nowhere is told when it is asked.
    do {
      return try await models.binding(for: material.model, credentialID: material.credentialID).serving(material.run)
    } catch {
      return nil
    }
  }

  /// The judge; nil if it cannot be asked, or if there is none.
  private func knownJudge(of material: Material) async -> ModelBinding? {
    if material.criteria.isEmpty { return nil }
    do { return try await judge(of: material) } catch { return nil }
  }

  /// The models of a run; nil where one cannot be asked or has no known price.
  private func pricedModels(
    of material: Material, _ generator: ModelBinding?, judge: ModelBinding?
  ) -> (generator: ModelBinding, judge: ModelBinding?)? {
    guard let generator else { return nil }
    if judge == nil, !material.criteria.isEmpty { return nil }
    return RowForecast.knowsPrices(of: [generator, judge]) ? (generator, judge) : nil
  }

  /// A forecast that has learned nothing; nil if a price is unknown.
  ///
  /// - Parameter generator: nil if the answers are there.
  func forecast(
    of material: Material, _ layout: Layout, generator: ModelBinding?, judge: ModelBinding?, _ caching: RunCaching
  ) -> RowForecast? {
    RowForecast(
      material.run, layout.settings, generator: generator, judge: judge, criteria: material.criteria,
      usualAnswer: layout.report.usualAnswer(material.run.scoring), caching: caching)
  }

  /// What max_cost makes of the batches of a run that has not begun; nil if nothing is to be said.
  private func batchNote(
    of material: Material, _ layout: Layout, _ work: [RunPlan.RowWork], _ forecast: RowForecast?
  ) throws -> String? {
    guard material.run.batch, material.run.maxCost != nil,
      let forecast,
      let budget = try Self.budget(
        of: material.run, material.entries, forecast, layout.lengths, material.scoring, isJudging: false,
        lostCalls: material.run.lostCalls)
    else { return nil }
    return budget.note(beforeBatchesOf: work.filter(\.asksModel).map(\.size))
  }

  /// What providers keep in their caches while the work is done.
  ///
  /// In a batch requests are answered side by side, and each would pay for what is kept, so nothing is.
  /// - Parameter generator: nil if the answers are there.
  func caching(
    of material: Material, _ layout: Layout, _ work: [RunPlan.RowWork], generator: ModelBinding?, judge: ModelBinding?
  ) -> RunCaching {
    RunCaching(
      layout.rows, layout.settings, work, generator: material.run.batch ? nil : generator, judge: judge,
      criteria: material.criteria, samples: material.run.judgeSettings.samples)
  }

  /// The cost of a whole run, by its own rows so far and by earlier ones of other runs.
  ///
  /// - Parameters:
  ///   - entries: its responses that are kept.
  ///   - forecast: one that has learned from earlier runs only; nil if a price is unknown.
  ///   - lostCalls: the calls of which no response tells.
  func cost(
    of work: [RunPlan.RowWork], probes: [JudgeProbe], beside entries: [ResponseEntry], _ forecast: RowForecast?,
    _ material: Material, _ layout: Layout, lostCalls: Int
  ) throws -> CostForecast? {
    guard var forecast else { return nil }
    forecast.learn(from: try own(material, layout))
    let lost = RowCost(key: AnswerKey(rowIndex: 0), promptBytes: layout.lengths.longest, lostCalls: lostCalls)
    return try forecast.wholeCost(
      of: work, probes: probes, beside: entries, layout.lengths,
      others: material.run.probeCosts(layout.lengths) + (lostCalls > 0 ? [lost] : []))
  }

  /// What is set aside for the next row, or for the next test of the judge; 0 without one.
  ///
  /// - Parameter bound: the forecast by which max_cost is watched.
  private func next(
    of work: [RunPlan.RowWork], probes: [JudgeProbe], _ bound: RowForecast?, _ material: Material, _ layout: Layout
  ) throws -> Double {
    let paid = work.lazy.filter { !$0.isFree }.map(\.size)
    guard var bound, let next = probes.first?.size ?? paid.first else { return 0 }
    bound.learn(from: try own(material, layout))
    return bound.most(next)
  }

  /// A forecast that has learned from earlier runs, and what it has learned.
  ///
  /// - Parameter destination: the place of the requests to come.
  func learned(
    _ forecast: RowForecast?, of material: Material, _ layout: Layout, _ work: [RunPlan.RowWork],
    at destination: RunSnapshot.Destination
  ) async throws -> (forecast: RowForecast?, history: History) {
    guard var forecast else { return (nil, History()) }
    let history = try await history(of: material, layout, at: destination, work, besides: try own(material, layout))
    forecast.learn(from: history)
    return (forecast, history)
  }

  /// The forecast by which max_cost is watched: what other requests have cost bounds nothing.
  static func bounding(_ learned: RowForecast?, _ bare: RowForecast?) -> RowForecast? {
    guard let learned, let bare else { return bare }
    return learned.answers.isComplete || learned.judgements.isComplete ? learned.bounding(bare) : bare
  }

  /// The spending on the run's own rows.
  func own(_ material: Material, _ layout: Layout) throws -> [RowCost] {
    let finished = material.entries.lazy.filter {
      $0.status == .completed && !($0.isCopied && $0.judgeReviewCount == 0)
    }
    let judge = material.scoring.judgeModel
    return try finished.prefix(Self.mostLearned).map { entry in
      let response = try entry.decoded()
      return RowCost(of: response, promptBytes: layout.lengths[entry.rowIndex] ?? 0, judge: judge)
        .narrowed(to: judge, in: response)
    }
  }

  /// The number of rows from which the estimate is learned; more would hardly change it.
  static let mostLearned = 200

  /// - Parameters:
  ///   - lengths: the sizes of the prompts by row.
  ///   - scoring: decides whether a row has all its reviews.
  ///   - isJudging: whether existing answers get new reviews, whose cost no earlier row shows.
  ///   - lostCalls: the calls of which no response tells.
  ///   - unpriced: why there is no forecast although the models have prices.
  ///   - history: what earlier runs have shown of the run's rows.
  /// - Throws: ``EvaluationError`` if the run's limit cannot be enforced.
  static func budget(
    of run: RunRecord, _ entries: [ResponseEntry], _ forecast: RowForecast?, _ lengths: PromptLengths,
    _ scoring: RunScoring, isJudging: Bool, lostCalls: Int, unpriced: String? = nil, history: History = History()
  ) throws -> RunBudget? {
    guard let maximum = run.maxCost else { return nil }
    guard let forecast else {
      if let unpriced { throw EvaluationError("Run \(run.id) cannot start. \(unpriced)") }
      throw EvaluationError(
        "max_cost cannot be kept, because the price of a model of this run is not known. models_list shows known "
          + "prices; provider_credentials_update with input_price and output_price gives one; runs_update with max_cost 0 "
          + "lifts the limit.")
    }
    // A row that failed, lacks reviews or has a copied answer does not show the cost of a row.
    let finished = entries.filter { entry in
      !isJudging && entry.status == .completed && !entry.isCopied
        && scoring.lacking(entry, retryingFailed: false).isEmpty
    }
    let keys = Set(finished.map(\.key))
    let earlier = try entries.map { entry in
      RowCost(of: try entry.decoded(), promptBytes: lengths[entry.rowIndex] ?? 0, judge: scoring.judgeModel)
    }
    return RunBudget(
      maximum: maximum, forecast, earlier: earlier, probes: run.probeCosts(lengths),
      spentBefore: run.spentBefore ?? 0, lostBefore: run.uncountedBefore + lostCalls + run.serverErrors,
      longestPrompt: lengths.longest, history: history
    ) { keys.contains($0.key) }
  }
}

extension RowForecast {
  /// The cost of the whole run: the calls so far, estimated where unknown, and those to come.
  ///
  /// - Parameter others: the spending on tests of judges, and on calls of which no response tells.
  func wholeCost(
    of work: [RunPlan.RowWork], probes: [JudgeProbe], beside entries: [ResponseEntry], _ lengths: PromptLengths,
    others: [RowCost]
  ) throws -> CostForecast {
    let calls = RowCounts(probes.map(\.size) + work.map(\.size))
    let spent = try entries.reduce(others.reduce(0) { $0 + counted($1) }) { sum, entry in
      guard entry.cost == nil else { return sum + entry.knownCost }
      return try sum
        + counted(RowCost(of: entry.decoded(), promptBytes: lengths[entry.rowIndex] ?? 0, judge: nil))
    }
    let parts = parts(of: calls)
    let likely = spent + parts.generation + parts.judging
    let highest = calls.sumIfKnown(highest).map { spent + $0 }
    let paid = calls.filter { $0.answerTokens == nil || $0.reviews + $0.probes > 0 }
    let range = range(of: paid)
    let high = highest.map { min($0, spent + range.high) } ?? spent + range.high
    // What is estimated by the length of texts is no bound.
    let isCounted = others.allSatisfy(\.isPriced) && entries.allSatisfy { $0.cost != nil }
    let next = (probes.first?.size ?? work.first { !$0.isFree }?.size).map(most) ?? 0
    return CostForecast(
      likely: likely, highest: isCounted ? highest.map { max(likely, $0) } : nil,
      next: next, longest: (work.first { $0.asksModel }?.size).flatMap { surely($0) },
      range: min(spent + range.low, likely)...max(high, likely), basis: basis(of: paid), toCome: parts)
  }
}

extension Preflight.Report {
  /// The expected tokens of an answer before there is one: from the expected outputs if answers are compared with them.
  func usualAnswer(_ scoring: Scoring) -> Int {
    let expected = expectedBytes == 0 ? nil : TokenEstimator().tokens(ofBytes: expectedBytes / max(rowCount, 1)) + 1
    guard let expected else { return Self.paragraph }
    if case .texts(let comparison) = scoring.scorer.source { return comparison.answerTokens(expected) }
    // An answer may say little more than what is expected, or a sentence around it.
    return max(expected, min(4 * expected, Self.sentence))
  }

  private static let sentence = 40
  private static let paragraph = 150
}
