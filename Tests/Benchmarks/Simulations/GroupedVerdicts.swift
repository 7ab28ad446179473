import Evaluation

/// The groups of a dataset's rows, and the correlation within a group.
private struct Grouping: Sendable {
  let name: String
  /// The number of rows of each group.
  let sizes: [Int]
  /// The correlation within a group; 1 if its rows are copies.
  let likeness: Double

  init(_ name: String, _ sizes: [Int], likeness: Double) {
    self.name = "\(name), \(likeness == 1 ? "equal" : "correlated")"
    self.sizes = sizes
    self.likeness = likeness
  }

  static let all: [Grouping] = [1, 0.5].flatMap { likeness in
    [
      Grouping("5 of 6", .init(repeating: 6, count: 5), likeness: likeness),
      Grouping("10 of 3", .init(repeating: 3, count: 10), likeness: likeness),
      Grouping("40 of 5", .init(repeating: 5, count: 40), likeness: likeness),
      Grouping("40 and 12 of 1", [40] + .init(repeating: 1, count: 12), likeness: likeness),
      Grouping("1 to 20", Array(1...20), likeness: likeness),
    ]
  }

  /// Rows of two equal runs in dataset order, with the groups scattered.
  func rows(_ world: World, using random: inout SeededGenerator) -> [PairedComparison.Row] {
    var rows: [PairedComparison.Row] = []
    for (group, size) in sizes.enumerated() {
      let common = (0..<2).map { _ in normal(&random) }
      let first = world.row(2, using: &random)
      for _ in 0..<size {
        let scores = likeness == 1 ? first : world.row(2, using: &random, common: common, likeness: likeness)
        rows.append(.init(baseline: scores[0], candidate: scores[1], group: group))
      }
    }
    return rows.shuffled(using: &random)
  }

  /// The first rows whose group is complete among them.
  func complete(_ rows: [PairedComparison.Row], first count: Int) -> [PairedComparison.Row] {
    var open = sizes
    for row in rows.prefix(count) { open[row.group] -= 1 }
    return rows.prefix(count).filter { open[$0.group] == 0 }
  }
}

private func compare(_ rows: [PairedComparison.Row], _ world: World, isInProgress: Bool) -> PairedComparison {
  PairedComparison(rows, scale: world.scale, missing: world.missing, isInProgress: isInProgress)
}

/// The frequency with which equal runs with grouped rows are called better or worse.
func groupedVerdicts(trials: Int) async {
  var cells: [Cell] = []
  for world in World.equal {
    for grouping in Grouping.all {
      cells.append(
        Cell(row: world.name, column: grouping.name, trials: trials) { random in
          isFalse(compare(grouping.rows(world, using: &random), world, isInProgress: false))
        })
    }
  }
  await printTable(
    "Two equal runs with rows in groups: called better or worse", cells, seed: 6, reach: reach
  ) { $1 <= 0.05 }

  cells = []
  for world in World.equal {
    for grouping in Grouping.all {
      cells.append(
        Cell(row: world.name, column: grouping.name, trials: trials) { random in
          let rows = grouping.rows(world, using: &random)
          return (1...10).contains { look in
            let seen = grouping.complete(rows, first: rows.count * look / 10)
            return isFalse(compare(seen, world, isInProgress: true))
          }
        })
    }
  }
  await printTable(
    "Two equal runs with rows in groups, read ten times while they are under way: ever called better or worse", cells,
    seed: 9, reach: reach
  ) { $1 <= 0.05 }
}
