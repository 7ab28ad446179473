/// What the figures of an experiment leave out, for people.
extension ExperimentStatistics {
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
    return "A failed request counts as a negative outcome once the answer before it, of whichever version, has an "
      + "outcome; one before all answers, once the first has: \(counts.joined(separator: "; "))."
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

  /// That changed outcomes make no evidence; nil if none was changed.
  package var changeRemark: String? {
    let changed = (arms + formerArms).reduce(0) { $0 + $1.changedOutcomes }
    if changed == 0 { return nil }
    return "\(Self.outcomes(changed, "was", "were")) changed or removed after being recorded. The rates count the last "
      + "outcome of a generation, and the evidence none of these. Record an outcome once, when it is final."
  }

  /// That outcomes with the seed of an earlier one make no pairs; nil if there are none.
  package var seedRemark: String? {
    let repeated = arms.reduce(0) { $0 + $1.withRepeatedSeed }
    if repeated == 0 { return nil }
    return
      "\(Self.outcomes(repeated, "has", "have")) the seed of an earlier one, which draws the same version as long as "
      + "the shares stay. The first of a seed counts as evidence, because the others are not independent of it: more evidence "
      + "takes other seeds. The rates count them all."
  }

  /// How many generations took several attempts, which their latency leaves out; nil if none did.
  ///
  /// - Parameter title: the name of a version.
  package func retryRemark(_ title: (Int) -> String) -> String? {
    let retried = arms.filter { $0.retried > 0 }
    if retried.isEmpty { return nil }
    return "Some answers took several attempts: "
      + retried.map { "\(title($0.promptID)) \($0.retried) of \($0.samples)" }.joined(separator: ", ")
      + ". latency is that of the last attempt alone."
  }

  /// That calls ended in errors of servers, which may have been billed; nil if none did.
  package var serverErrorRemark: String? {
    let spending = spending
    var errors = ServerErrors()
    errors.add(spending.serverErrors, dearestCall: spending.dearest)
    return errors.warning(isLimited: false)
  }

  /// That calls whose version is not known are missing from the costs of the versions; nil if there are none.
  package var openCallRemark: String? {
    if openCalls == 0 { return nil }
    return
      "The costs of the versions leave out \(openCalls) call\(openCalls == 1 ? "" : "s") under way, or cut off when a "
      + "server ended: the version is not recorded before the answer."
  }

  /// The former versions with a higher rate than that of a version; nil if there are none.
  ///
  /// - Parameter title: the name of a version.
  func formerRemark(_ leader: Arm, _ title: (Int) -> String) -> String? {
    let better = formerArms.filter { ($0.rate ?? 0) > leader.rate ?? 0 && $0.outcomes >= ExperimentLead.fewestForRates }
    if better.isEmpty { return nil }
    let rates = better.map { "\(title($0.promptID)) had \($0.positive) of \($0.outcomes)" }.joined(separator: ", ")
    return "This is about the versions that take part. Taken out: \(rates)."
  }

  private static func outcomes(_ count: Int, _ singular: String, _ plural: String) -> String {
    count == 1 ? "1 outcome \(singular)" : "\(count) outcomes \(plural)"
  }
}
