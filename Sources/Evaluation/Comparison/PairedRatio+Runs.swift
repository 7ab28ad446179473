import Store

extension PairedRatio {
  /// The ratio of the costs of the answers, without judging.
  static func costs(_ baseline: ComparedRun, _ candidate: ComparedRun, _ groups: RowGroups) -> PairedRatio {
    PairedRatio(.mean, baseline, candidate, groups, \.generationCost)
  }

  /// The ratio of the median latencies.
  static func latencies(_ baseline: ComparedRun, _ candidate: ComparedRun, _ groups: RowGroups) -> PairedRatio {
    PairedRatio(.median, baseline, candidate, groups, \.latency)
  }

  /// - Parameter value: of a row of either run; nil if unknown.
  private init(
    _ figure: Figure, _ baseline: ComparedRun, _ candidate: ComparedRun, _ groups: RowGroups,
    _ value: KeyPath<RowAnswers, Double?>
  ) {
    var rows: [Row] = []
    var (failed, unknown) = (0, 0)
    for (index, first) in baseline.entries.sorted(by: { $0.key < $1.key }) {
      guard let second = candidate.entries[index] else { continue }
      if first.status == .failed || second.status == .failed {
        failed += 1
      } else if let below = first[keyPath: value], let above = second[keyPath: value] {
        rows.append(Row(baseline: below, candidate: above, group: groups[index]))
      } else {
        unknown += 1
      }
    }
    self.init(figure, of: rows, failed: failed, unknown: unknown)
  }
}
