import Store

/// What the costs of two runs say, and what they leave open.
extension RunComparison {
  /// The ratio of the costs alone; nil if it is unknown.
  package var costRatio: Double? { cost.estimate }

  /// Why the cost ratio is not certain; empty for known prices, and without a ratio.
  package var costDoubts: [String] {
    guard cost.estimate != nil else { return [] }
    let notes = [baseline.priceNote, candidate.priceNote].compactMap(\.self)
    let rows = cost.rows.count
    let part =
      cost.unknown == 0
      ? [] : ["The cost ratio is of \(rows) of \(rows + cost.unknown) rows; what the others cost is not known."]
    return part + Set(notes).sorted().map { "The cost ratio is not certain: \($0)" }
  }

  /// How the cost ratio becomes known; nil if all costs are known.
  package func costRemedy() throws -> String? {
    let unknown = [baseline, candidate].filter { side in
      side.entries.values.contains { $0.status != .failed && $0.generationCost == nil }
    }
    if unknown.isEmpty { return nil }
    let answers = unknown.flatMap { $0.entries.values.flatMap(\.answers) }
    return try UnknownCost.Cause(ofAnswers: answers).remedy(runs: unknown.map(\.run.id))
  }
}
