/// The words for the interval that decides whether a difference is within a margin.
package enum MarginInterval {
  /// What it is, for a figure that stands beside another interval of the same difference.
  package static let description =
    "the same difference at the same level, wide enough for rare large ones; it decides same, its one-sided bound not_worse"

  /// Why it is wider.
  ///
  /// - Parameters:
  ///   - bound: the one-sided bound that decides not worse, and whether it is within the margin; nil where it is not to be named.
  ///   - evidence: such as `40 rows`.
  static func sentence(
    margin: String, level: String, range: String, bound: (text: String, isWithin: Bool)? = nil, evidence: String
  ) -> String {
    let counts =
      bound.map { bound in
        "one-sided \(level) bound \(bound.text) counts, which is \(bound.isWithin ? "within" : "beyond") it and allows for "
          + "a rare large difference that \(evidence) do not rule out."
      }
      ?? "wider \(level) interval \(range) counts, because \(evidence) do not rule out a rare large difference."
    return "For the margin of \(margin) the \(counts)"
  }
}
