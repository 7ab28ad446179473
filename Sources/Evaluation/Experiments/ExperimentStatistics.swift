package import Store

/// The results of an experiment's versions so far.
package struct ExperimentStatistics: Sendable {
  /// The numbers of one version.
  package struct Arm: Sendable {
    package let promptID: Int
    /// Nil for a version that no longer participates.
    package let weight: Double?
    /// The number of generations that the provider answered.
    package internal(set) var samples = 0
    package internal(set) var failed = 0
    package private(set) var positive = 0
    package private(set) var negative = 0
    /// The failed generations that count as negative outcomes; see ``OutcomeOrder``.
    package private(set) var countedFailures = 0
    /// What it cost, including failed generations.
    package internal(set) var spending = Spending()
    package internal(set) var promptTokens = 0
    package internal(set) var completionTokens = 0
    /// The completion tokens that were spent on reasoning.
    package internal(set) var reasoningTokens = 0
    var latencies: [Double] = []
    /// The outcomes that can make pairs, in the order of recording: of those with the same seed, only the first.
    private(set) var results: [PlacedOutcome] = []
    /// The number of outcomes that make no pairs, because an earlier one has their seed.
    package private(set) var withRepeatedSeed = 0
    /// The number of outcomes that were changed or removed after they had been recorded.
    package private(set) var changedOutcomes = 0
    /// The number of generations that took several attempts.
    package private(set) var retried = 0
    /// 0 to 1; nil for a version that no longer participates.
    package internal(set) var probabilityOfBest: Double?

    /// US dollars; nil if a part is unknown, and for a version that was never called.
    package var totalCost: Double? { samples > 0 || spending.isAny ? spending.total : nil }
    /// US dollars of a generation, with what failed ones cost; nil where ``totalCost`` is.
    package var meanCost: Double? { samples > 0 ? totalCost.map { $0 / Double(samples) } : nil }
    /// The number of outcomes, including failures that count.
    package var outcomes: Int { positive + negative + countedFailures }
    /// The number of samples without a reported outcome.
    package var withoutOutcome: Int { samples - positive - negative }
    /// The share of positive outcomes; nil without any.
    package var rate: Double? { outcomes == 0 ? nil : Double(positive) / Double(outcomes) }
    /// The rate's 95 % interval, by Wilson; nil without outcomes.
    package var interval: ClosedRange<Double>? { Statistics.wilsonInterval(successes: positive, trials: outcomes) }
    var posterior: BetaPosterior { BetaPosterior(positive: positive, negative: outcomes - positive) }

    /// Quantiles of the latency in milliseconds.
    package func latencyQuantiles(_ shares: [Double]) -> [Double?] {
      let sorted = latencies.sorted()
      return shares.map { Quantile.of($0, sorted: sorted) }
    }

    mutating func count(_ entry: GenerationEntry) {
      spending.add(entry)
      promptTokens += Int(entry.promptTokens)
      completionTokens += Int(entry.completionTokens)
      reasoningTokens += Int(entry.reasoningTokens)
      guard !entry.isFailed else {
        failed += 1
        return
      }
      samples += 1
      if entry.attempts > 1 { retried += 1 }
      if let latency = entry.latency { latencies.append(latency) }
    }

    /// Adds the outcome of a generation, or its failure, recorded later than those added before.
    ///
    /// - Parameter makesPairs: whether no earlier outcome has its seed.
    mutating func countOutcome(_ entry: GenerationEntry, at place: Int, makesPairs: Bool) {
      if entry.isFailed { countedFailures += 1 }
      if entry.isOutcomeChanged { changedOutcomes += 1 }
      if let outcome = entry.outcome { count(outcome) }
      guard makesPairs else {
        withRepeatedSeed += 1
        return
      }
      // Evidence that was read cannot be taken back, so what changes afterwards is none.
      let outcome = entry.isOutcomeChanged ? nil : entry.outcome
      let isPositive = entry.isFailed ? false : outcome.map { $0 == .positive }
      results.append(PlacedOutcome(place: place, isPositive: isPositive))
    }

    private mutating func count(_ outcome: GenerationRecord.Outcome) {
      switch outcome {
      case .positive: positive += 1
      case .negative: negative += 1
      }
    }

    /// Adds an outcome recorded later than those added before.
    mutating func record(_ outcome: GenerationRecord.Outcome, at place: Int) {
      count(outcome)
      results.append(PlacedOutcome(place: place, isPositive: outcome == .positive))
    }
  }

  /// The participating versions, in the experiment's order.
  package private(set) var arms: [Arm]
  /// Versions that have generated but no longer participate, by id.
  package private(set) var formerArms: [Arm] = []

  /// The number of calls that are under way, or were when a server ended.
  let openCalls: Int

  package init(_ experiment: ExperimentRecord, entries: [GenerationEntry]) {
    openCalls = experiment.openCalls
    var all = experiment.arms.map { Arm(promptID: $0.promptID, weight: $0.weight) }
    // A version listed twice after an edit by hand counts at its first place.
    var indices = Dictionary(all.enumerated().map { ($1.promptID, $0) }) { first, _ in first }
    for entry in entries {
      let index = indices[entry.promptID] ?? all.count
      if index == all.count {
        indices[entry.promptID] = index
        all.append(Arm(promptID: entry.promptID, weight: nil))
      }
      all[index].count(entry)
    }
    var draws: Set<GenerationEntry.Draw> = []
    for (place, entry) in OutcomeOrder.counted(entries).enumerated() {
      guard let index = indices[entry.promptID] else { continue }
      let makesPairs = entry.draw.map { draws.insert($0).inserted } ?? true
      all[index].countOutcome(entry, at: place, makesPairs: makesPairs)
    }
    arms = Array(all.prefix(experiment.arms.count))
    formerArms = all.dropFirst(experiment.arms.count).sorted { $0.promptID < $1.promptID }
  }

  /// Adds an outcome, recorded later than all before, to the version with that index.
  package mutating func record(_ outcome: GenerationRecord.Outcome, ofArm index: Int) {
    let place = arms.reduce(0) { max($0, ($1.results.last?.place ?? -1) + 1) }
    arms[index].record(outcome, at: place)
  }

  /// What all generations cost, also those of versions that no longer participate, and calls that are open.
  package var spending: Spending {
    (arms + formerArms).reduce(into: Spending(openCalls: openCalls)) { $0 += $1.spending }
  }

  /// Adds each version's probability of being the best, which adaptive allocation does not need.
  package mutating func compareArms() {
    for (index, probability) in BestVersion.probabilities(arms.map(\.posterior)).enumerated() {
      arms[index].probabilityOfBest = probability
    }
  }
}
