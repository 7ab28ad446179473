import Evaluation

/// Differences of rows with mean 0, by probability.
private struct Shares: Sendable {
  let name: String
  let scale: ScoreScale
  let shares: [(difference: Double, share: Double)]

  /// Rows of 0 and 1, won and lost equally often.
  static func differing(_ share: Double) -> Shares {
    Shares(name: "\(Int(share * 100)) % differ", scale: .binary, shares: [(1, share / 2), (-1, share / 2)])
  }

  /// Many small losses and few large gains, with mean 0.
  static let skewed: [Shares] = [
    skewed("-1 and +4", loss: 1, 0.8, gain: 4, 0.2), skewed("-1 and +3", loss: 1, 0.75, gain: 3, 0.25),
    skewed("-1 and +2", loss: 1, 2 / 3.0, gain: 2, 1 / 3.0),
    skewed("-0.5 and +4", loss: 0.5, 8 / 9.0, gain: 4, 1 / 9.0),
    skewed("half tied, -1 and +4", loss: 1, 0.4, gain: 4, 0.1),
    skewed("80 % tied, -1 and +4", loss: 1, 0.16, gain: 4, 0.04),
  ]

  private static func skewed(
    _ name: String, loss: Double, _ ofLoss: Double, gain: Double, _ ofGain: Double
  ) -> Shares {
    Shares(name: name, scale: .bounded(1...5), shares: [(-loss, ofLoss), (gain, ofGain)])
  }

  func compare(_ rows: Int, using random: inout SeededGenerator) -> PairedComparison {
    PairedComparison(
      (0..<rows).map { index in
        let difference = draw(&random)
        return PairedComparison.Row(baseline: max(-difference, 0), candidate: max(difference, 0), group: index)
      }, scale: scale, missing: .leaveOut)
  }

  private func draw(_ random: inout SeededGenerator) -> Double {
    var left = unit(&random)
    for (difference, share) in shares {
      left -= share
      if left < 0 { return difference }
    }
    return 0
  }
}

private func cells(_ worlds: [Shares], _ sizes: [Int], trials: Int) -> [Cell] {
  worlds.flatMap { world in
    sizes.map { count in
      Cell(row: world.name, column: "\(count) rows", trials: trials) { isFalse(world.compare(count, using: &$0)) }
    }
  }
}

/// The frequency with which equal runs are called better or worse in the hardest cases: few rows, every share of
/// differing rows, and skewed differences.
func skewedVerdicts(trials: Int) async {
  let shares = [0.1, 0.25, 0.5, 0.75, 1].map(Shares.differing)
  await printTable(
    "Two equal runs of 0 and 1, by the share of rows that differ: called better or worse",
    cells(shares, [4, 7, 10, 13, 20, 50], trials: trials), seed: 10, reach: reach
  ) { $1 <= 0.05 }
  await printTable(
    "Two runs of 1 to 5 with skewed differences that are 0 on average: called better or worse",
    cells(Shares.skewed, [5, 6, 7, 8, 10, 15, 20, 30, 50, 100, 200], trials: trials), seed: 11, reach: reach
  ) { $1 <= 0.05 }
}

/// The frequency with which a difference is found.
func power(trials: Int) async {
  let worlds = [0.6, 0].flatMap { correlation in
    [
      World(.rate(0.7), correlation: correlation, effect: 0.2),
      World(.stars(World.spreadStars), correlation: correlation, effect: 0.6),
      World(.stars(World.highStars), correlation: correlation, effect: -0.6),
    ]
  }
  let cells = worlds.flatMap { world in
    [8, 10, 15, 20, 30, 50, 100].map { count in
      Cell(row: "\(world.name), effect \(world.effect)", column: "\(count) rows", trials: trials) { random in
        isFalse(compare(rows(count, 2, world, &random), world))
      }
    }
  }
  await printTable("Two runs that differ: called better or worse", cells, seed: 12, reach: "none, for comparison") {
    _, _ in true
  }
}
