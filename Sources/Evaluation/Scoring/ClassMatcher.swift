import JSONCoding
import Store

/// Decides which of a few expected values an answer is, by the rule that scores the run.
struct ClassMatcher {
  private enum Rule {
    case texts(Scorer, TextComparison.Form)
    case check(Check)
  }

  /// The name of the scoring or of the metric.
  let source: String
  private let rule: Rule

  /// A scoring that compares texts, or else the first check that compares whole answers with the expected output; nil
  /// without either.
  init?(_ scoring: RunScoring) {
    if scoring.scorer.comparesTexts {
      // Tool calls are no labels.
      guard scoring.form != .calls else { return nil }
      (source, rule) = (scoring.scoring.rawValue, .texts(scoring.scorer, scoring.form))
      return
    }
    for metric in scoring.checks {
      guard case .success(let check) = metric.check, check.isComparisonOfAnswers else { continue }
      (source, rule) = (metric.name, .check(check))
      return
    }
    return nil
  }

  /// Whether two texts are the same value.
  func isSame(_ answer: String, _ label: String) -> Bool {
    switch rule {
    case .texts(_, let form): Scorer.exactMatch.score(of: answer, expected: label, as: form) == 1
    case .check(let check): Self.passes(check, answer, label)
    }
  }

  /// The index of the label that an answer is; nil for none, and if it contains several.
  func place(of answer: String, among labels: [String]) -> Int? {
    let matches = labels.indices.filter { index in
      switch rule {
      case .texts(let scorer, let form): scorer.score(of: answer, expected: labels[index], as: form) == 1
      case .check(let check): Self.passes(check, answer, labels[index])
      }
    }
    // "unlikely" contains "likely", and means only itself.
    let longest = matches.filter { index in
      !matches.contains { $0 != index && labels[$0] != labels[index] && labels[$0].contains(labels[index]) }
    }
    return longest.count == 1 ? longest[0] : nil
  }

  /// What alone keeps an answer from being a label; nil if more does.
  func nearMiss(_ answer: String, _ label: String) -> NearMisses.Kind? {
    let kind =
      switch rule {
      case .texts(let scorer, let form): NearMisses.kind(answer, label, scorer, form)
      case .check: NearMisses.kind(answer, label, .exactMatch, .text)
      }
    return kind == .otherText ? nil : kind
  }

  private static func passes(_ check: Check, _ answer: String, _ label: String) -> Bool {
    do { return try check.score(Check.Subject(answer: answer, expected: label)).score == 1 } catch { return false }
  }
}

extension Check {
  /// Whether it compares the whole answer with the expected output alone.
  fileprivate var isComparisonOfAnswers: Bool {
    kind.comparesWholeAnswer && needsExpectedOutput && columns.isEmpty
      && given[Argument.not.name]?.boolValue != true
  }
}
