package import Store

/// A way to score the responses of a run; each is one value in a file of its own, listed in ``all``.
package struct Scorer: Sendable {
  /// The source of a score.
  enum Source: Sendable {
    /// The response and the expected output, without a model.
    case texts(TextComparison)
    /// The judge's reviews by the run's metrics.
    case reviews
    /// The results of the run's checks.
    case checks
    /// There are no scores.
    case nothing
  }

  /// The name in tools and in the store.
  package let scoring: Scoring
  /// The scale of the scores; nil without scores.
  package let scale: ScoreScale?
  let source: Source

  init(_ scoring: Scoring, scale: ScoreScale?, _ source: Source) {
    self.scoring = scoring
    self.scale = scale
    self.source = source
  }

  /// Whether a score follows from the response and the expected output alone.
  package var comparesTexts: Bool { if case .texts = source { true } else { false } }

  /// Whether a score is the mean of a judge's reviews.
  package var isJudged: Bool { if case .reviews = source { true } else { false } }

  /// Whether a score is the mean of the run's checks.
  package var isChecked: Bool { if case .checks = source { true } else { false } }

  /// Whether a failed answer is a wrong answer, which counts 0; a judge gives no score to what it has not read.
  package var countsFailuresAsZero: Bool { comparesTexts || isChecked }

  /// The score of a response against the expected output; nil if there is nothing to compare.
  ///
  /// An empty expected output is none. An answer to a row without one is neither right nor wrong.
  /// White space at either end and the kind of line breaks are ignored. Canonically equivalent Unicode texts are equal.
  package func score(of response: String, expected: String) -> Double? {
    score(of: response, expected: expected, as: .text)
  }

  func score(of response: String, expected: String, as form: TextComparison.Form) -> Double? {
    guard case .texts(let comparison) = source else { return nil }
    let wanted = comparison.comparable(expected)
    return wanted.isEmpty ? nil : comparison.score(comparison.comparable(response), wanted, as: form)
  }
}

extension Scorer {
  /// Every scorer, in the order in which tools name them.
  package static let all: [Scorer] = [exactMatch, contains, llmJudge, checks, none]

  /// Whether this program has a scorer with this name.
  package static func isKnown(_ scoring: Scoring) -> Bool { all.contains { $0.scoring == scoring } }

  /// The scoring of a run that names none.
  ///
  /// - Parameters:
  ///   - hasMetrics: whether the run has metrics for a judge.
  ///   - hasChecks: whether it has metrics with checks.
  package static func standard(
    hasMetrics: Bool, hasChecks: Bool = false, hasJudge: Bool, hasExpectedOutput: Bool
  ) -> Scoring {
    if hasMetrics && hasJudge { return .llmJudge }
    if hasChecks { return .checks }
    return hasExpectedOutput ? .exactMatch : .none
  }
}

extension Scoring: CaseIterable {
  package static var allCases: [Scoring] { Scorer.all.map(\.scoring) }

  /// The scorer with this name; for an unknown name, one without scores.
  package var scorer: Scorer {
    Scorer.all.first { $0.scoring == self } ?? Scorer(self, scale: nil, .nothing)
  }
}
