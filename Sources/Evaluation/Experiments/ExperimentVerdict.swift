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
  ///   - versions: the number of participating versions.
  ///   - failures: how many generations failed, and how they count; nil without failures.
  ///   - name: the name of a version.
  ///   - isPublished: whether a version is the current one of its prompt.
  package init(
    _ lead: ExperimentLead?, versions: Int, allocation: ExperimentRecord.Allocation, failures: String? = nil,
    name: (Int) -> String, isPublished: (Int) -> Bool
  ) {
    guard let lead, let closest = lead.closest else {
      word = .notEnough
      let reason =
        versions > 1
        ? "Not enough evidence yet: no outcomes. experiments_feedback records them."
        : "Only one version takes part, so there is nothing to compare."
      sentence = [reason, failures].compactMap(\.self).joined(separator: " ")
      return
    }
    func title(_ promptID: Int) -> String { "\(name(promptID)) (prompt \(promptID))" }
    let id = lead.leader.promptID
    let untried = lead.rivals.first { $0.pairs == 0 }
    let loss = lead.expectedLoss
    let contradiction = lead.contradiction
    word =
      lead.isEnough
      ? .enough
      : contradiction == nil && lead.hasLittleToLose ? .littleToLose : .notEnough
    let opening =
      switch word {
      case _ where contradiction != nil:
        "No version is called the best, because the outcomes contradict each other: \(title(id)) leads,"
      case .enough: "Enough evidence: \(title(id)) is the best,"
      case .littleToLose: "Not shown which version is the best, but there is little to lose: \(title(id)) leads,"
      case .notEnough: "Not enough evidence yet: \(title(id)) leads,"
      }
    var parts = [opening, Self.rates(lead) + "."]
    if let failures { parts.append(failures) }
    if closest.pairs > 0 {
      let rival = lead.rivals.count > 1 ? "\(title(closest.promptID)), the closest" : "the other"
      parts.append(
        "Paired in order with \(rival), it alone was positive in \(closest.wins) of "
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
        "Nothing is known of \(title(untried.promptID)): give it a share, or take it out with experiments_update.")
    }
    switch word {
    case .enough where isPublished(id): parts.append("It is published already.")
    case .enough: parts.append("prompts_publish with id \(id) publishes it.")
    case .littleToLose:
      parts.append(
        "If you have to choose now, choose it: should another be better after all, that gives up \(Self.share(loss)) on "
          + "average (below 1 in 100, and below a tenth of its rate), as far as these outcomes tell. For proof, record "
          + "more outcomes.")
    case .notEnough: break
    }
    if allocation == .adaptive { parts.append(Self.adaptiveWarning) }
    sentence = parts.joined(separator: " ")
  }

  /// `7 of 16 positive against 1 of 4`.
  private static func rates(_ lead: ExperimentLead) -> String {
    let others = lead.others.map { "\($0.positive) of \($0.outcomes)" }.joined(separator: ", ")
    return "\(lead.leader.positive) of \(lead.leader.outcomes) positive against \(others)"
  }

  /// The evidence compared with the threshold; a threshold once reached stays reached.
  private static func evidence(_ rival: ExperimentLead.Rival, _ threshold: Double) -> String {
    let (now, highest) = (rival.evidence, rival.highest)
    func text(_ evidence: Double) -> String {
      evidence >= Evidence.most ? "more than a trillion" : evidence.rounded(toDigits: 3).text
    }
    let figure = "That is evidence of \(text(now))"
    return highest.evidence >= threshold && now < threshold
      ? "\(figure), but \(text(highest.evidence)) was reached after \(highest.pairs) pairs; "
        + "\(threshold.text) is enough and stays enough, because versions that are equally good ever reach it in at most "
        + "5 % of experiments."
      : "\(figure); \(threshold.text) is enough, because versions that are equally good reach it in at most 5 % of "
        + "experiments."
  }

  /// `about 0.6 positive outcomes in 100`.
  private static func share(_ loss: Double) -> String {
    let share = (loss * 1000).rounded() / 10
    if share == 0 { return "less than 0.1 positive outcomes in 100" }
    return "about \(share.text) positive outcome\(share == 1 ? "" : "s") in 100"
  }
}

extension Double {
  /// `20` and `5.33`.
  fileprivate var text: String {
    self < 1e15 && self == rounded() ? "\(Int(self))" : "\(self)"
  }
}
