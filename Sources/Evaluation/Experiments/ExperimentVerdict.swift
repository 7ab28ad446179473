package import Store

/// The verdict of an experiment on its best version: a word for scripts and sentences for people.
package struct ExperimentVerdict: Sendable {
  package enum Word: String, Sendable, CaseIterable {
    /// The leader is shown to be better than every other version.
    case enough
    /// No version is shown to be best, but choosing the leader loses less than one percentage point on average, and less
    /// than a tenth of its rate: see ``ExperimentLead/hasLittleToLose``.
    case littleToLose = "little_to_lose"
    /// Neither of these.
    case notEnough = "not_enough"
  }

  /// The warning about the effect of adaptive allocation on the figures.
  package static let adaptiveWarning =
    "Adaptive allocation earns more and proves less: versions that seem worse get few samples, which also bends their "
    + "rates downwards. For a verdict use fixed allocation."

  package let word: Word
  /// The verdict and the possible next steps.
  package let sentence: String

  /// Finds the verdict.
  ///
  /// - Parameters:
  ///   - lead: nil with fewer than two versions, or without outcomes.
  ///   - statistics: the figures of the versions.
  ///   - drift: a change of the versions' rates; nil if none is shown.
  ///   - failures: how many generations failed, and how they count; nil without failures.
  ///   - name: the name of a version.
  ///   - isPublished: whether a version is the current one of its prompt.
  package init(
    _ lead: ExperimentLead?, of statistics: ExperimentStatistics, allocation: ExperimentRecord.Allocation,
    drift: OutcomeDrift? = nil, failures: String? = nil, name: (Int) -> String, isPublished: (Int) -> Bool
  ) {
    func title(_ promptID: Int) -> String { "\(name(promptID)) (prompt \(promptID))" }
    guard let lead, let closest = lead.closest else {
      word = .notEnough
      let reasons =
        OutcomesNeeded(without: statistics).map { needed in
          [
            "Not enough evidence yet: no outcomes. experiments_feedback records them.",
            Self.counts(statistics, title), Self.atLeast(needed.fewest) + ".",
          ]
        } ?? ["Only one version takes part, so there is nothing to compare."]
      sentence = (reasons + [failures].compactMap(\.self)).joined(separator: " ")
      return
    }
    let id = lead.leader.promptID
    let untried = lead.rivals.first { $0.pairs == 0 }
    let loss = lead.expectedLoss
    let contradiction = lead.contradiction
    // The expected loss follows from the rates, which mix times.
    let isOfOneTime = allocation == .adaptive || lead.isOfOneTime
    let hasLittleToLose = contradiction == nil && drift == nil && isOfOneTime && lead.hasLittleToLose
    word = lead.isEnough ? .enough : hasLittleToLose ? .littleToLose : .notEnough
    let opening =
      switch word {
      case _ where contradiction != nil:
        "No version is called the best, because the outcomes contradict each other: \(title(id)) leads,"
      case .enough: "Enough evidence: \(title(id)) is the best,"
      case .littleToLose: "Not shown which version is the best, but there is little to lose: \(title(id)) leads,"
      case .notEnough: "Not enough evidence yet: \(title(id)) leads,"
      }
    var parts = [opening, Self.rates(lead) + "."]
    let shares = isOfOneTime || drift != nil ? nil : Self.unequalTimes
    let remarks = [
      drift?.sentence, shares, statistics.formerRemark(lead.leader, title), failures, statistics.changeRemark,
    ]
    parts += remarks.compactMap(\.self)
    if closest.pairs > 0 {
      let rival =
        lead.rivals.count > 1 ? "\(title(closest.promptID)), against which there is the least evidence" : "the other"
      parts.append(
        "Paired at about the same time with \(rival), it alone was positive in \(closest.wins) of "
          + "\(closest.pairs) pairs and the other alone in \(closest.losses). "
          + Self.evidence(closest, lead.threshold))
    }
    if let contradiction {
      parts.append(
        "After \(contradiction.highestAgainst.pairs) pairs the evidence was enough for \(title(contradiction.promptID)) "
          + "over it, and later outcomes point the other way. Check whether the inputs have changed, or what counts as "
          + "positive.")
    }
    if let untried, word != .enough {
      parts.append(
        untried.arm.outcomes == 0
          ? "Nothing is known of \(title(untried.promptID)): give it a share, or take it out with experiments_update."
          : "No outcome of \(title(untried.promptID)) makes a pair with one of \(title(id)) yet: pairs take outcomes of both "
            + "at about the same time, the first of each seed.")
    }
    switch word {
    case .enough where isPublished(id): parts.append("It is published already.")
    case .enough: parts.append("prompts_publish with id \(id) publishes it.")
    case .littleToLose:
      parts.append(
        "If you have to choose now, choose it: should another be better after all, that gives up \(Self.share(loss)) on "
          + "average (below 1 in 100, and below a tenth of its rate), as far as these outcomes tell. For proof, record "
          + "more outcomes.")
    case .notEnough: parts.append(Self.counts(statistics, title))
    }
    if let needed = lead.needed { parts.append(Self.nextStep(needed, lead)) }
    if allocation == .adaptive { parts.append(Self.adaptiveWarning) }
    sentence = parts.joined(separator: " ")
  }

  private static let unequalTimes =
    "The outcomes of the versions come from different times, and so do their rates; the pairs do not."

  /// `7 of 16 positive against 1 of 4`.
  private static func rates(_ lead: ExperimentLead) -> String {
    let others = lead.others.map { "\($0.positive) of \($0.outcomes)" }.joined(separator: ", ")
    return "\(lead.leader.positive) of \(lead.leader.outcomes) positive against \(others)"
  }

  /// The evidence compared with the threshold; a threshold once reached stays reached.
  private static func evidence(_ rival: ExperimentLead.Rival, _ threshold: Double) -> String {
    let highest = rival.highest
    let amount = highest.evidence >= Evidence.most ? "more than a trillion" : highest.evidence.rounded(toDigits: 3).text
    guard highest.pairs > 0 else { return "There is no evidence for it yet; \(threshold.text) is enough." }
    let hasFallen = Evidence.ofPairs(wins: rival.wins, losses: rival.losses) < threshold
    let enough =
      highest.evidence >= threshold && hasFallen
      ? "is enough and stays enough, although later pairs show less, because versions that are equally good ever reach "
        + "it"
      : "is enough, because versions that are equally good reach it"
    return "The evidence for it is \(amount), reached after \(highest.pairs) pairs; \(threshold.text) \(enough) in at "
      + "most 5 % of experiments."
  }

  /// `about 0.6 positive outcomes in 100`.
  private static func share(_ loss: Double) -> String {
    let share = (loss * 1000).rounded() / 10
    if share == 0 { return "less than 0.1 positive outcomes in 100" }
    return "about \(share.text) positive outcome\(share == 1 ? "" : "s") in 100"
  }
}

/// How far an experiment is, and how far it has to go.
extension ExperimentVerdict {
  /// How many generations and outcomes each version has.
  private static func counts(_ statistics: ExperimentStatistics, _ title: (Int) -> String) -> String {
    let counts = statistics.arms.map { "\(title($0.promptID)) \($0.samples + $0.failed) and \($0.outcomes)" }
    return "Generations and outcomes so far: \(counts.joined(separator: ", "))."
  }

  private static func atLeast(_ outcomes: Int) -> String { "At least \(outcomes) outcomes of each version are needed" }

  private static func nextStep(_ needed: OutcomesNeeded, _ lead: ExperimentLead) -> String {
    if let likely = needed.likely {
      return
        "If the rates stay as they are, about \(likely) outcomes of each version, \(likely - lead.fewestOutcomes) more, "
        + "are enough with a probability of 80 % or more."
    }
    let reason =
      lead.fewestOutcomes < ExperimentLead.fewestForRates
      ? "from \(ExperimentLead.fewestForRates) of each on, the rates tell how many are likely to be enough"
      : "the rates are too alike to tell how many are likely to be enough"
    return "\(atLeast(needed.fewest)); \(reason)."
  }
}

extension Double {
  /// `20` and `5.33`.
  fileprivate var text: String {
    self < 1e15 && self == rounded() ? "\(Int(self))" : "\(self)"
  }
}
