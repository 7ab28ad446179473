import JSONCoding
package import Store

/// A metric with a check, as a run uses it.
package struct CheckedMetric: Sendable {
  let id: Int
  package let name: String
  /// The check, or why it cannot be used: a newer program may have stored a kind that this one does not know.
  let check: Result<Check, EvaluationError>
  private let given: JSONObject

  /// Nil for a metric of a judge.
  package init?(_ metric: MetricRecord) {
    guard let object = metric.check else { return nil }
    id = metric.id
    name = metric.name
    given = object
    do throws(EvaluationError) { check = .success(try Check(object)) } catch { check = .failure(error) }
  }

  /// The scale of its scores.
  var scale: ScoreScale { if case .success(let check) = check { check.scale } else { .bounded(0...1) } }

  /// Whether it scores how long answers took.
  var measuresLatency: Bool { if case .success(let check) = check { check.measuresLatency } else { false } }

  /// The check as JSON.
  var text: String { JSONValue.object(given).text }

  /// The fingerprint of everything from which its scores follow.
  func fingerprint(expectedColumn: String?) -> String {
    let text = if case .success(let check) = check { check.fingerprint } else { text }
    return Fingerprint.of("\(text)\u{1f}\(expectedColumn ?? "")")
  }
}

extension ResponseRecord {
  /// Adds the results of the checks that the answer lacks.
  ///
  /// Of a row without an answer only the values are known, from which follows which checks do not apply to it.
  mutating func check(by rule: RunScoring) {
    let lacking = rule.checks.filter { !$0.isDeleted && rule.review(in: reviews, by: $0) == nil }
    guard !lacking.isEmpty else { return }
    let answer = status == .failed ? nil : responseText
    var subject = Check.Subject(input: input, expected: expectedOutput, column: rule.expectedColumn)
    subject.answer = answer ?? ""
    (subject.cost, subject.latency, subject.finishReason) = (answerCost, latency, finishReason)
    for metric in lacking {
      let review = ReviewRecord(of: subject, by: metric, isAnswered: answer != nil)
      if let review { replaceReview(review) }
    }
  }
}

extension ReviewRecord {
  /// The result of a check; nil for a row without an answer to which the check applies, or may apply.
  fileprivate init?(of subject: Check.Subject, by metric: RunScoring.Metric, isAnswered: Bool) {
    self.init()
    metricID = metric.id
    metricName = metric.name
    fingerprint = metric.fingerprint
    check = ""
    do throws(EvaluationError) {
      guard let found = try metric.check?.get() else {
        if isAnswered { return } else { return nil }
      }
      check = found.kind.name
      if let reason = try found.reasonToSkip(subject) {
        (status, feedback) = (.skipped, reason)
        return
      }
      guard isAnswered else { return nil }
      let outcome = try found.score(subject)
      (score, feedback) = (outcome.score, outcome.reason)
    } catch {
      guard isAnswered else { return nil }
      (status, self.error) = (.failed, error.description)
    }
  }
}
