import Store

extension PairedRatio {
  /// The ratio of the costs of the answers, without judging.
  static func costs(_ baseline: ComparedRun, _ candidate: ComparedRun, _ groups: RowGroups) -> PairedRatio {
    PairedRatio(.mean, baseline, candidate, groups) { $0.generationCost }
  }

  /// The ratio of the median latencies.
  static func latencies(_ baseline: ComparedRun, _ candidate: ComparedRun, _ groups: RowGroups) -> PairedRatio {
    // Batches have none, and the few plain calls beside them are no sample.
    let isKnown = ![baseline, candidate].contains { $0.run.hasBatches }
    return PairedRatio(.median, baseline, candidate, groups) { isKnown ? $0.latency : nil }
  }

  /// - Parameter value: of a row of either run; nil if unknown.
  private init(
    _ figure: Figure, _ baseline: ComparedRun, _ candidate: ComparedRun, _ groups: RowGroups,
    _ value: (RowAnswers) -> Double?
  ) {
    var rows: [Row] = []
    var (failed, unknown) = (0, 0)
    for (index, first) in baseline.entries.sorted(by: { $0.key < $1.key }) {
      guard let second = candidate.entries[index] else { continue }
      if first.status == .failed || second.status == .failed {
        failed += 1
      } else if let below = value(first), let above = value(second) {
        rows.append(Row(baseline: below, candidate: above, group: groups[index]))
      } else {
        unknown += 1
      }
    }
    self.init(figure, of: rows, failed: failed, unknown: unknown)
  }
}
