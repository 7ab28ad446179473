import Providers
import Store

extension ResponseRecord {
  /// Scores the response by comparing texts and records the scorer; judged scores are not stored.
  ///
  /// A row without an answer has no score. It has the scorer nonetheless if it has no expected output, so that it is known
  /// not to be a wrong answer: see ``RunScoring/isWithoutExpectedOutput(_:)``.
  mutating func compare(by rule: RunScoring) {
    guard rule.scorer.comparesTexts else { return }
    let isFailed = status == .failed
    let answer = isFailed ? "" : responseText
    let found = expectedOutput.flatMap { expected in
      answer.flatMap { rule.scorer.score(of: $0, expected: expected, as: rule.form) }
    }
    score = isFailed ? nil : found
    let isRecorded = !isFailed || found == nil
    scoring = isRecorded ? rule.scoring : nil
    expectedColumn = isRecorded ? rule.expectedColumn : nil
    comparedForm = isRecorded ? rule.form.recorded : nil
  }

  /// Replaces the review by the same judge of the same wording of the same metric.
  mutating func replaceReview(_ review: ReviewRecord) {
    reviews.removeAll { $0.metricID == review.metricID && $0.origin == review.origin }
    reviews.append(review)
  }

  /// Adds the tokens and cost of the calls for a judgement.
  ///
  /// - Parameter name: the canonical name of the judge.
  mutating func add(_ calls: [ModelCall], by judge: ModelBinding, named name: String) {
    if calls.isEmpty { return }
    var costs = CallCosts()
    for call in calls { costs.add(call, judge) }
    addJudging(by: name, costs.usage, known: costs.known, isPriced: costs.cost != nil)
    addCacheSaving(costs.cacheSaving)
  }
}

extension ReviewRecord {
  /// A judgement as a review, with its origin.
  init(_ judgement: Judgement, by criterion: Criterion, _ scoring: RunScoring) {
    self.init(by: criterion, scoring)
    switch judgement.outcome {
    case .completed(let score, let feedback):
      self.score = score
      self.feedback = feedback
      samples = judgement.samples
    case .failed(let reason, _):
      status = .failed
      error = reason
      cutOffLimit = judgement.cutOffLimit
    }
  }

  /// A review that was not made, because the criterion does not apply to the row.
  init(skipping criterion: Criterion, because reason: String, _ scoring: RunScoring) {
    self.init(by: criterion, scoring)
    (status, feedback) = (.skipped, reason)
  }

  /// A review without a result, with its origin.
  private init(by criterion: Criterion, _ scoring: RunScoring) {
    self.init()
    metricID = criterion.metricID
    metricName = criterion.name
    judgeModel = scoring.judgeModel
    fingerprint = criterion.fingerprint
    judgeSamples = scoring.judgeSamples
    judgeEffort = scoring.judgeEffort
    judgeMaterial = scoring.judgeMaterial
  }
}

extension Judgement {
  /// The provider's error of a failed judgement; nil if the judge answered.
  var error: ProviderError? {
    if case .failed(_, let error) = outcome { error } else { nil }
  }
}
