import Evaluation

/// How often the 95 % interval of a paired difference holds the true one.
func coverage(trials: Int) async {
  let effects: [(World.Scores, [Double])] = [
    (.rate(0.7), [0, 0.05, 0.2]), (.rate(0.9), [0, 0.05, -0.2]), (.stars(World.spreadStars), [0, 0.2, 0.6]),
    (.stars(World.highStars), [0, 0.2, -0.6]),
  ]
  var cells: [Cell] = []
  var few: Set<String> = []
  for correlation in [0.6, 0] {
    for (scores, effects) in effects {
      for effect in effects {
        let world = World(scores, correlation: correlation, effect: effect)
        for count in [10, 20, 50, 200] {
          let column = "\(count) rows"
          if count < 50 { few.insert(column) }
          cells.append(
            Cell(row: "\(world.name), effect \(effect)", column: column, trials: trials) { random in
              let differences = (0..<count).map { _ in
                let scores = world.row(2, using: &random)
                return scores[1] - scores[0]
              }
              let interval = PairedInterval(differences, scale: world.scale).interval(level: 0.95)
              return interval.contains(effect)
            })
        }
      }
    }
  }
  await printTable(
    "Coverage of the 95 % interval of a paired difference", cells, seed: 1,
    reach: "never below 93 %, at most 98.5 % from 50 rows on"
  ) { cell, share in share >= 0.93 && (few.contains(cell.column) || share <= 0.985) }
}
