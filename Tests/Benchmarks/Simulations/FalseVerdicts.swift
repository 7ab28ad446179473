import Evaluation

/// The product's comparison of one run with the first.
func compare(
  _ rows: [[Double]], _ world: World, run: Int = 1, isInProgress: Bool = false, comparisons: Int = 1, drafts: Int = 1
) -> PairedComparison {
  PairedComparison(
    rows.enumerated().map { index, scores in
      PairedComparison.Row(baseline: scores[0], candidate: scores[run], group: index)
    }, scale: world.scale, missing: world.missing, isInProgress: isInProgress, comparisons: comparisons, drafts: drafts)
}

func rows(_ count: Int, _ runs: Int, _ world: World, _ random: inout SeededGenerator) -> [[Double]] {
  (0..<count).map { _ in world.row(runs, using: &random) }
}

/// Whether two runs are called better or worse.
func isFalse(_ comparison: PairedComparison) -> Bool { [.better, .worse].contains(comparison.verdict) }

private let sizes = [10, 20, 50, 200]
let reach = "at most 5 %"

/// The frequency with which equal runs are called better or worse.
func falseVerdicts(trials: Int) async {
  var cells: [Cell] = []
  for world in World.equal {
    for count in sizes {
      cells.append(
        Cell(row: world.name, column: "\(count) rows", trials: trials) { random in
          isFalse(compare(rows(count, 2, world, &random), world))
        })
    }
  }
  await printTable("Two equal runs: called better or worse", cells, seed: 2, reach: reach) { $1 <= 0.05 }

  cells = []
  for world in World.equal {
    for count in sizes {
      cells.append(
        Cell(row: world.name, column: "\(count) rows", trials: trials) { random in
          let rows = rows(count, 4, world, &random)
          return (1..<4).contains { isFalse(compare(rows, world, run: $0, comparisons: 3)) }
        })
    }
  }
  await printTable(
    "Four equal runs compared at once: any called better or worse", cells, seed: 3, reach: reach
  ) { $1 <= 0.05 }
  await sequentialVerdicts(trials: trials)
  await groupedVerdicts(trials: trials)
  await skewedVerdicts(trials: trials)
}

private func sequentialVerdicts(trials: Int) async {
  var cells: [Cell] = []
  for world in World.equal {
    for (name, step) in [("ten looks", 20), ("after every row", 1)] {
      cells.append(
        Cell(row: world.name, column: name, trials: trials / (step == 1 ? 10 : 1)) { random in
          let rows = rows(200, 2, world, &random)
          return stride(from: step, through: 200, by: step).contains { count in
            isFalse(compare(Array(rows.prefix(count)), world, isInProgress: true))
          }
        })
    }
  }
  await printTable(
    "Two equal runs of 200 rows, read while they are under way: decided by the evidence at any look", cells, seed: 4,
    reach: reach
  ) { $1 <= 0.05 }
}

/// Twenty drafts, all as good as the baseline, each compared when it is made.
func drafts(trials: Int) async {
  var cells: [Cell] = []
  for world in World.equal {
    for count in sizes {
      cells.append(
        Cell(row: world.name, column: "\(count) rows", trials: trials) { random in
          let rows = rows(count, 21, world, &random)
          return (1...20).contains { compare(rows, world, run: $0, drafts: $0).verdict == .better }
        })
    }
  }
  await printTable(
    "Twenty equal drafts against one baseline, each compared when it is made: any called better", cells, seed: 5,
    reach: reach
  ) { $1 <= 0.05 }
}
