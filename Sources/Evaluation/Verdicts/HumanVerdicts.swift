package import Store

extension VerdictRecord {
  /// The score as a number: 1 to 5, or 1 for a right response and 0 for a wrong one.
  package var value: Double { score ?? (hasPassed == true ? 1 : 0) }
}

/// The verdicts on the responses of a run.
package struct HumanVerdicts: Sendable {
  /// A person's score.
  struct Score: Sendable {
    let value: Double
    let isBlind: Bool
    /// Whether it is about the run's score as a whole rather than its metrics.
    var isWhole = false
  }

  /// By response, the newest last.
  private let verdicts: [Int: [VerdictRecord]]

  /// The run on whose responses they count; nil for any.
  private let runID: Int?

  /// - Parameters:
  ///   - records: oldest first.
  ///   - runID: the run on whose responses they count, some of them on the answers that it copies.
  package init(_ records: [VerdictRecord], ofRun runID: Int? = nil) {
    self.runID = runID
    verdicts = Dictionary(grouping: records, by: \.responseID)
  }

  package var isEmpty: Bool { verdicts.isEmpty }
  /// The number of verdicts, by whatever wording.
  package var count: Int { verdicts.values.reduce(0) { $0 + $1.count } }

  /// The verdict on a response that counts for a target.
  package func verdict(on response: Int, for target: VerdictTarget) -> VerdictRecord? {
    verdicts[response]?.last(where: target.matches)
  }

  /// Whether a response has a verdict that counts for any of the targets, or any verdict at all if there are none.
  package func hasVerdict(on response: Int, for targets: [VerdictTarget]) -> Bool {
    verdicts[response]?.contains { verdict in
      targets.isEmpty || targets.contains { $0.matches(verdict) }
    } ?? false
  }

  /// The number of verdicts on a metric by another wording than the target's.
  package func outdated(for target: VerdictTarget) -> Int {
    verdicts.values.reduce(0) { sum, verdicts in
      sum + verdicts.count { $0.metricID == target.metricID && !target.matches($0) }
    }
  }

  /// The number of verdicts for a target that were given in other runs, on the answers that the run copies.
  func inherited(for target: VerdictTarget) -> Int {
    guard let runID else { return 0 }
    return verdicts.values.reduce(0) { $0 + ($1.last(where: target.matches).map { $0.runID != runID } == true ? 1 : 0) }
  }

  func score(on response: Int, for target: VerdictTarget) -> Score? {
    verdict(on: response, for: target).map { Score(value: $0.value, isBlind: $0.isBlind) }
  }

  /// The person's counterpart of a response's score: the mean of the verdicts by the metrics that apply to its row, or a
  /// verdict on the whole.
  func score(on entry: ResponseEntry, _ scoring: RunScoring) -> Score? {
    let applying = scoring.scoringMetrics.filter { !scoring.isSkipped(entry, by: $0) }
    let metrics = applying.map { score(on: entry.id, for: VerdictTarget($0)) }
    let known = metrics.compactMap(\.self)
    if !metrics.isEmpty, known.count == metrics.count {
      return Score(
        value: Moments.mean(known.map(\.value)), isBlind: known.allSatisfy(\.isBlind))
    }
    guard let target = scoring.scoreTarget, var whole = score(on: entry.id, for: target) else { return nil }
    whole.isWhole = true
    return whole
  }
}

extension Tables {
  /// The verdicts that count for the responses of a run: those on the answers that they copy, and behind them its own.
  ///
  /// What a person said of an answer to the same input holds for its copies, whatever judge scores them.
  ///
  /// - Parameter entries: the responses of the run.
  package func countedVerdicts(ofRun id: Int, on entries: [ResponseEntry]) -> [VerdictRecord] {
    let own = verdicts(ofRun: id)
    guard verdicts.count > own.count, entries.containsInPlace(where: \.isCopied) else { return own }
    var copies: [Int: ResponseEntry] = [:]
    entries.forEachInPlace { if $0.isCopied { copies[$0.reusedFrom] = $0 } }
    let inherited = verdicts.all.filter { copies[$0.responseID] != nil }.sorted { $0.id < $1.id }
    return inherited.compactMap { verdict -> VerdictRecord? in
      guard let copy = copies[verdict.responseID], isAboutCopy(verdict, copy) else { return nil }
      var counted = verdict
      counted.responseID = copy.id
      return counted
    } + own
  }

  /// Whether a verdict on a copied answer repeats a blind one on the answer itself, which what was shown later cannot have
  /// led to.
  func isRepeated(_ verdict: VerdictRecord, on copy: ResponseEntry) -> Bool {
    verdicts.all.contains { earlier in
      earlier.responseID == copy.reusedFrom && earlier.isBlind && earlier.value == verdict.value
        && (earlier.metricID, earlier.fingerprint) == (verdict.metricID, verdict.fingerprint)
        && isAboutCopy(earlier, copy)
    }
  }

  /// Whether a verdict is about an answer that a response copies, to the same input and beside the same expected output.
  func isAboutCopy(_ verdict: VerdictRecord, _ copy: ResponseEntry) -> Bool {
    guard verdict.responseID == copy.reusedFrom,
      let source = responses.entry(verdict.responseID, ofRun: verdict.runID),
      let fingerprint = copy.answerFingerprint, source.answerFingerprint == fingerprint
    else { return false }
    do { return try source.decoded().expectedOutput == copy.decoded().expectedOutput } catch { return false }
  }

  /// The verdicts on the responses of a run, oldest first.
  package func verdicts(ofRun id: Int) -> [VerdictRecord] {
    verdicts.all.filter { $0.runID == id }.sorted { $0.id < $1.id }
  }
}
