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
    /// Whether each outcome is positive, in the order of recording; nil where an outcome was removed.
    private(set) var results: [Bool?] = []
    /// 0 to 1; nil for a version that no longer participates.
    package internal(set) var probabilityOfBest: Double?

    /// US dollars; nil if a part is unknown, and for a version that was never called.
    package var totalCost: Double? { samples > 0 || spending.isAny ? spending.total : nil }
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
      if let latency = entry.latency { latencies.append(latency) }
    }

    /// Adds the outcome of a generation, or its failure, recorded later than those added before.
    mutating func countOutcome(_ entry: GenerationEntry) {
      if entry.isFailed {
        countedFailures += 1
        results.append(false)
      } else if let outcome = entry.outcome {
        record(outcome)
      } else {
        results.append(nil)
      }
    }

    /// Adds an outcome recorded later than those added before.
    mutating func record(_ outcome: GenerationRecord.Outcome) {
      switch outcome {
      case .positive: positive += 1
      case .negative: negative += 1
      }
      results.append(outcome == .positive)
    }
  }

  /// The participating versions, in the experiment's order.
  package private(set) var arms: [Arm]
  /// Versions that have generated but no longer participate, by id.
  package private(set) var formerArms: [Arm] = []

  /// The number of calls that are under way, or were when a server ended.
  private let openCalls: Int

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
    for entry in OutcomeOrder.counted(entries) {
      if let index = indices[entry.promptID] { all[index].countOutcome(entry) }
    }
    arms = Array(all.prefix(experiment.arms.count))
    formerArms = all.dropFirst(experiment.arms.count).sorted { $0.promptID < $1.promptID }
  }

  /// Adds an outcome, recorded later than all before, to the version with that index.
  package mutating func record(_ outcome: GenerationRecord.Outcome, ofArm index: Int) {
    arms[index].record(outcome)
  }

  /// What all generations cost, also those of versions that no longer participate, and calls that are open.
  package var spending: Spending {
    (arms + formerArms).reduce(into: Spending(openCalls: openCalls)) { $0 += $1.spending }
  }

  /// How many generations failed, and how they count; nil without failures of participating versions.
  ///
  /// - Parameter title: the name of a version.
  package func failureRemark(_ title: (Int) -> String) -> String? {
    let failing = arms.filter { $0.failed > 0 }
    if failing.isEmpty { return nil }
    let counts = failing.map { arm in
      "\(title(arm.promptID)) failed in \(arm.failed) of \(arm.samples + arm.failed) requests, and "
        + "\(arm.countedFailures) of these failures count\(arm.countedFailures == 1 ? "s" : "")"
    }
    return "A failed request counts as a negative outcome if the answer before it has an outcome: "
      + counts.joined(separator: "; ") + "."
  }

  /// The fewest reported outcomes of one kind that are remarkable without one of the other.
  private static let fewestOfOneKind = 10

  /// That all reported outcomes are of one kind while others have none, as from a button for praise alone; nil otherwise.
  ///
  /// - Parameter title: the name of a version.
  package func oneSidedRemark(_ title: (Int) -> String) -> String? {
    func sum(_ count: (Arm) -> Int) -> Int { arms.reduce(0) { $0 + count($1) } }
    let (positive, negative, silent) = (sum(\.positive), sum(\.negative), sum(\.withoutOutcome))
    let reported = positive + negative
    guard min(positive, negative) == 0, reported >= Self.fewestOfOneKind, silent * 10 >= reported else { return nil }
    let shares = arms.filter { $0.samples > 0 }.map { arm in
      "\(title(arm.promptID)) \(arm.withoutOutcome) of \(arm.samples)"
    }
    return
      "All \(reported) reported outcomes are \(negative == 0 ? "positive" : "negative"), and \(silent) generations have none: "
      + shares.joined(separator: ", ")
      + ". If people report one kind only, the rates and the verdict say nothing. Record "
      + "the others, too, with experiments_feedback."
  }

  /// Adds each version's probability of being the best, which adaptive allocation does not need.
  package mutating func compareArms() {
    for (index, probability) in BestVersion.probabilities(arms.map(\.posterior)).enumerated() {
      arms[index].probabilityOfBest = probability
    }
  }
}
