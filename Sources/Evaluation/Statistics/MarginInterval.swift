/// The words for the interval that decides whether a difference is within a margin.
package enum MarginInterval {
  /// What it is, for a figure that stands beside another interval of the same difference.
  package static let description =
    "the same difference at the same level, wide enough for rare large ones; it decides same, its one-sided bound not_worse"

  /// Why it is wider.
  ///
  /// - Parameter evidence: such as `40 rows`.
  static func sentence(margin: String, level: String, range: String, evidence: String) -> String {
    "For the margin of \(margin) the wider \(level) interval \(range) counts, because \(evidence) do not rule out a rare "
      + "large difference."
  }
}
