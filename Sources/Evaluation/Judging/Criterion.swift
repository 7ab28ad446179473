package import JSONCoding
package import Store

/// What a judge scores by: a metric as it was when the run used it.
package struct Criterion: Sendable, Equatable {
  /// The metric's id; nil for the built-in ``agreement``.
  package let metricID: Int?
  package let name: String
  package let instruction: String
  package let rubric: Rubric

  package init(metricID: Int?, name: String, instruction: String, rubric: Rubric) {
    self.metricID = metricID
    self.name = name
    self.instruction = instruction
    self.rubric = rubric
  }

  package init(_ metric: MetricRecord) {
    self.init(
      metricID: metric.id, name: metric.name, instruction: metric.instruction ?? metric.name,
      rubric: Rubric(completing: metric.rubricBands))
  }

  /// Whether the instruction consists of columns alone, so that it can be empty for a row.
  package var isOfColumns: Bool {
    let template = Template(instruction.trimmed(), hasEscapes: false)
    return !template.variables.isEmpty && template.render(values: template.variables.map { _ in "" }).isBlank
  }

  /// Why there is nothing to judge a row by: the instruction consists of columns that are empty there; nil otherwise.
  package func reasonToSkip(_ values: JSONObject) -> String? {
    guard isOfColumns else { return nil }
    let template = Template(instruction.trimmed(), hasEscapes: false)
    let text = template.render(values: template.variables.map { values[$0]?.stringValue ?? "{{ \($0) }}" })
    guard text.isBlank else { return nil }
    let columns = template.variables.map { "\"\($0.shown)\"" }.joined(separator: " and ")
    return "The metric does not apply: its instruction is empty, as is the row's column \(columns)."
  }

  /// The fingerprint of everything that the judge is told about the criterion; a new wording has a new one.
  package var fingerprint: String {
    let bands = rubric.bands.map { "\($0.stars) \($0.description)" }
    let reminder = isLong ? ["by name"] : []
    return Fingerprint.of(([name, instruction] + bands + reminder).joined(separator: "\u{1f}"))
  }

  /// Whether it is so long that the judge is reminded of it by its name alone, after the material.
  ///
  /// All that a judge reads before the material is the same for every row and is kept in the provider's cache; what is
  /// repeated after the material is paid for each time. How it is repeated is part of the wording, so long criteria have
  /// had other fingerprints since.
  var isLong: Bool {
    rubric.bands.reduce(name.utf8.count + instruction.utf8.count) { $0 + $1.description.utf8.count }
      > Self.longestRepeated
  }

  /// About 500 tokens: less than any provider keeps.
  private static let longestRepeated = 2_000

  /// Agreement with the expected output, which LlmJudge uses when a run has no metrics.
  package static let agreement = Criterion(
    metricID: nil, name: "agreement",
    instruction: "Does the response say the same as the expected output? Wording, order and formatting do not matter; "
      + "facts, numbers and conclusions do. What the response adds is a fault only if it is wrong or contradicts the "
      + "expected output.",
    rubric: Rubric(descriptions: [
      5: "Says the same: every point of the expected output, and nothing against it.",
      4: "Says the same in essence: a minor detail is missing or imprecise.",
      3: "Agrees in part: a main point is missing or wrong, another is right.",
      2: "Hardly agrees: on the subject, but most points are missing or wrong.",
      1: "Does not agree: contradicts the expected output, or gives no answer.",
    ]))
}
