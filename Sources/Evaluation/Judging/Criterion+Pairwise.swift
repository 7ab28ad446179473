import Store

extension Criterion {
  /// What answers without a metric are compared by.
  static let quality = Criterion(
    metricID: nil, name: "quality",
    instruction: "Which response does better what the input asks for? It should be right, complete and to the point.",
    rubric: .standard)

  /// The question which of two responses is better by these criteria together.
  ///
  /// Its score is the preference, so the judge's answer has the form of any review and is read in the same way.
  static func pairwise(by criteria: [Criterion]) -> Criterion {
    let parts = criteria.map { criterion in
      let (best, worst) = (criterion.rubric.bands.first, criterion.rubric.bands.last)
      return [
        "\(criterion.name): \(criterion.instruction)", best.map { "At best: \($0.description)" },
        worst.map { "At worst: \($0.description)" },
      ].compactMap(\.self).joined(separator: "\n")
    }
    return Criterion(
      metricID: nil, name: criteria.map(\.name).joined(separator: " and "),
      instruction: parts.joined(separator: "\n\n"),
      rubric: Rubric(descriptions: [
        5: "The second response is clearly better.", 4: "The second response is somewhat better.",
        3: "Neither is better.", 2: "The first response is somewhat better.",
        1: "The first response is clearly better.",
      ]))
  }
}
