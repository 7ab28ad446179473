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
  mutating func check(by rule: RunScoring) {
    guard status != .failed, let responseText else { return }
    let lacking = rule.checks.filter { !$0.isDeleted && rule.review(in: reviews, by: $0) == nil }
    guard !lacking.isEmpty else { return }
    var values = input
    if let column = rule.expectedColumn, let expectedOutput, values[column] == nil {
      values.append(column, .string(expectedOutput))
    }
    let subject = Check.Subject(
      answer: responseText, expected: expectedOutput, values: values, cost: answerCost, latency: latency,
      finishReason: finishReason)
    for metric in lacking { replaceReview(ReviewRecord(of: subject, by: metric)) }
  }
}

extension ReviewRecord {
  /// The result of a check.
  fileprivate init(of subject: Check.Subject, by metric: RunScoring.Metric) {
    self.init()
    metricID = metric.id
    metricName = metric.name
    fingerprint = metric.fingerprint
    check = ""
    do throws(EvaluationError) {
      guard let found = try metric.check?.get() else { return }
      check = found.kind.name
      if let reason = try found.reasonToSkip(subject) {
        (status, feedback) = (.skipped, reason)
        return
      }
      let outcome = try found.score(subject)
      (score, feedback) = (outcome.score, outcome.reason)
    } catch {
      (status, self.error) = (.failed, error.description)
    }
  }
}
