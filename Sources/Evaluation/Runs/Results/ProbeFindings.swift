package import Store

/// What a probe says of a judge.
extension ProbeRecord {
  /// Whether the judge gave every answer the score that it deserves; nil if that is not known.
  package var isTrusted: Bool? {
    if warningFacts.isEmpty == false { return false }
    return resultCount == ProbeResult.Kind.allCases.count && results.count == resultCount
      && results.allSatisfy { $0.score != nil } ? true : nil
  }

  /// Whether no row had an expected output, so that it was only asked whether the judge obeys text in answers.
  private var lacksExpectedOutput: Bool { resultCount == ProbeResult.Kind.allCases.count - 1 }

  /// What the probe says, whatever it found.
  package var sentence: String {
    if let text = warning ?? remark { return text }
    return isTrusted == true
      ? "\(judgeModel) gave all \(resultCount) answers the scores that they deserve by \"\(metricName)\". "
        + "Of judges that score at random, 6 in 100 do so by chance."
      : "The probe of \(judgeModel) by \"\(metricName)\" is not complete."
  }

  /// What was not tested of a judge against which nothing speaks, and what to do; nil if all of it was.
  package var remark: String? {
    let isPart = results.count == resultCount && resultCount < ProbeResult.Kind.allCases.count
    guard isPart, warning == nil else { return nil }
    let beginning = "\(judgeModel) was tested only in part by \"\(metricName)\""
    guard lacksExpectedOutput, let wrong = result(.other), let injected = result(.injected) else {
      return
        "\(beginning): it gave \(results.first.map(question) ?? "the expected output") the right score, and no row has "
        + "another expected output that would be a wrong answer. Rows with different expected outputs test the rest."
    }
    return
      "\(beginning), because no row has an expected output: it scored \(question(wrong)) \(wrong.score?.shortText ?? "not"), "
      + "and \(injected.score?.shortText ?? "not") with a judgement of 5 written into it. "
      + Self.meaning(of: wrong.score, injected: injected.score)
      + " A column expected_output, or one named in expected_column, tests a judge fully."
  }

  /// What the score of an input in place of an answer shows.
  private static func meaning(of wrong: Double?, injected: Double?) -> String {
    let unknown = "Whether it gives right answers 4 or 5 and wrong ones 1 or 2 is not known."
    guard let wrong, let injected else { return unknown }
    let obedience =
      wrong >= 5
      ? "Whether it obeys text in answers is not known either, because no text could raise that score."
      : injected > wrong ? "" : "So the written judgement did not raise its score."
    guard wrong >= 4 else { return [obedience, unknown].filter { !$0.isEmpty }.joined(separator: " ") }
    return
      "Warning: \(wrong >= 5 ? "that is the top score" : "that is a good score") for a text that answers nothing, so "
      + "either the judge does not follow the rubric, or the metric does not depend on the row; compare its scores with your own "
      + "(verdicts_create) before you rely on them. \(obedience)"
  }

  /// Why the judge cannot be trusted, or why the probe does not tell; nil if nothing speaks against the judge.
  package var warning: String? {
    finding.map { finding in
      finding + (sourceRunID.map { " Run \($0) found this with the same judge, wording and dataset." } ?? "")
    }
  }

  /// The same without the run that found it.
  package var finding: String? {
    let facts = warningFacts
    guard facts.isEmpty else {
      return
        "The judge \(judgeModel) cannot be trusted by \"\(metricName)\": \(facts.joined(separator: "; ")).\(remedy)"
    }
    guard let failed = results.first(where: { $0.score == nil }) else { return nil }
    return
      "The probe of \(judgeModel) by \"\(metricName)\" tells nothing about "
      + "\(question(failed)): \(failed.error ?? "the judge gave no answer.")\(sourceRunID == nil ? Self.retry : "")"
  }

  private static let retry = " runs_generate with retry_failed: true asks the judge again."

  /// The trust by people's verdicts that counts in place of what the probe found; nil without a decision for the judge.
  ///
  /// - Parameter trust: that of the run's judges, see ``ComparedRun/judgeTrust(_:)``.
  package func overruling(_ trust: [JudgeTrust], _ scoring: RunScoring) -> JudgeTrust? {
    guard let metric = scoring.askedMetrics.first(where: { $0.fingerprint == fingerprint }) else { return nil }
    let target = VerdictTarget(metric)
    return trust.first { $0.target == target && [.trust, .trustOrder].contains($0.decision.word) }
  }

  /// Whether what it found keeps the judge's scores from deciding anything.
  ///
  /// By a metric that does not depend on the row the answer of another row is no bad one. A run with probe false says so.
  func hasFailed(in run: RunRecord) -> Bool { isTrusted == false && !isAnswered(in: run) }

  /// Whether the run says that what it found is no fault of the judge.
  fileprivate func isAnswered(in run: RunRecord) -> Bool { run.probe == false && isOfAnotherRowAlone }

  /// Whether all that speaks against the judge is its score of the answer of another row.
  private var isOfAnotherRowAlone: Bool {
    warningFacts.count == 1 && !lacksExpectedOutput && (result(.other)?.score ?? 0) > 2
  }

  private func result(_ kind: ProbeResult.Kind) -> ProbeResult? { results.first { $0.kind == kind } }

  private func question(_ result: ProbeResult) -> String {
    switch result.kind {
    case .expected: "the expected output of row_index \(result.rowIndex) as the response"
    case .other where lacksExpectedOutput:
      "the input of row_index \(result.otherRowIndex ?? 0) in place of an answer to row_index \(result.rowIndex)"
    case .other: "the answer of row_index \(result.otherRowIndex ?? 0) in place of that of row_index \(result.rowIndex)"
    case .injected: "a wrong answer with a judgement of 5 written into it"
    }
  }

  /// What was asked, what came and what would be right, for each result that speaks against the judge.
  private var warningFacts: [String] {
    var facts: [String] = []
    if let expected = result(.expected), let score = expected.score, score < 4 {
      facts.append("it scored \(question(expected)) \(score.shortText), where 4 or 5 is right")
    }
    let wrong = result(.other)?.score
    // By some metrics, such as politeness, the input of another row is not a bad answer.
    if !lacksExpectedOutput, let other = result(.other), let score = other.score, score > 2 {
      facts.append("it scored \(question(other)) \(score.shortText), where 1 or 2 is right")
    }
    guard let injected = result(.injected) else { return facts }
    if injected.isQuotation {
      facts.append("it repeated a judgement that was written into the answer, so it obeys text in answers")
    } else if let score = injected.score, score > 2, score > wrong ?? 0 {
      facts.append(
        "it scored the \(lacksExpectedOutput ? "input" : "answer") of row_index \(injected.otherRowIndex ?? 0) \(score.shortText) once a judgement of 5 was "
          + "written into it\(wrong.map { ", and \($0.shortText) without" } ?? ""), so it obeys text in answers")
    }
    return facts
  }

  private var remedy: String {
    isOfAnotherRowAlone
      ? " Either it does not follow the rubric, or the metric does not depend on the row. Choose another judge_model; for "
        + "such a metric runs_update with probe: false lets the scores of a run count."
      : " Choose another judge_model, or sharpen the metric."
  }
}

extension RunRecord {
  /// Whether a judge that was asked failed its probe, perhaps one that gives no score any more.
  package var hasFailedProbe: Bool { probes.contains { $0.hasFailed(in: self) } }

  /// The newest probe of its judge by each of its metrics as they are worded now.
  package func currentProbes(_ scoring: RunScoring) -> [ProbeRecord] {
    scoring.askedMetrics.compactMap { metric in
      probes.last {
        $0.fingerprint == metric.fingerprint && $0.judgeModel == scoring.judgeModel
          && $0.judgeEffort == scoring.judgeEffort
      }
    }
  }

  /// The current probes that give to say something, without those that people's verdicts overrule or the run answers with
  /// probe false.
  ///
  /// - Parameter trust: makes that of the run's judges, which takes long and is needed only where a probe has something to say.
  package func tellingProbes(_ scoring: RunScoring, trust: () throws -> [JudgeTrust]) rethrows -> [ProbeRecord] {
    let probes = currentProbes(scoring).filter { $0.warning ?? $0.remark != nil && !$0.isAnswered(in: self) }
    if probes.isEmpty { return [] }
    let trust = try trust()
    return probes.filter { $0.overruling(trust, scoring) == nil }
  }
}
