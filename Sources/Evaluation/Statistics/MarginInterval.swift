/// The words for the interval that decides whether a difference is within a margin.
package enum MarginInterval {
  /// What it is, for a figure that stands beside another interval of the same difference.
  package static let description =
    "the same difference at the same level, wide enough for rare large ones; it decides same, its one-sided bound not_worse"

  /// Why it is wider.
  ///
  /// - Parameters:
  ///   - bound: the one-sided bound that decides not worse, if it is to be named.
  ///   - isWithin: whether that bound is within the margin.
  ///   - evidence: such as `40 rows`.
  static func sentence(
    margin: String, level: String, range: String, bound: String? = nil, isWithin: Bool = false, evidence: String
  ) -> String {
    let counts =
      bound.map { "the one-sided \(level) bound \($0) counts, which is \(isWithin ? "within" : "beyond") it" }
      ?? "the wider \(level) interval \(range) counts"
    return "For the margin of \(margin) \(counts), because \(evidence) do not rule out a rare large difference."
  }
}
