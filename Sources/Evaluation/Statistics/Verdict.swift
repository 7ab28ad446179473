/// The result of a comparison of two runs, for scripts; ``VerdictSentence`` words it for people.
package enum Verdict: String, Sendable, CaseIterable {
  /// The interval of the difference lies above 0.
  case better
  /// The interval of the difference lies below 0.
  case worse
  /// The interval lies within the margin on both sides of 0.
  case same
  /// The candidate is not worse by more than the margin.
  case notWorse = "not_worse"
  /// Nothing of that is shown.
  case unclear
  /// The scores measure different things.
  case notComparable = "not_comparable"
}
