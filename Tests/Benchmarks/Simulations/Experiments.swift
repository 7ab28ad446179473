import Evaluation
import Store

/// The frequency with which an experiment of equal versions, read after every outcome, ever reports enough evidence.
func experiments(trials: Int) async {
  var cells: [Cell] = []
  for (versions, rate) in [(2, 0.5), (4, 0.5), (2, 0.9), (4, 0.9)] {
    for allocation in ExperimentRecord.Allocation.allCases {
      cells.append(
        Cell(row: "\(versions) versions at \(rate)", column: allocation.rawValue, trials: trials) { random in
          isEverEnough([Double](repeating: rate, count: versions), allocation, outcomes: 2000, &random)
        })
    }
  }
  await printTable(
    "Experiments of equal versions, read after each of 2,000 outcomes: ever enough evidence", cells, seed: 7,
    reach: "at most 5 %"
  ) { $1 <= 0.05 }
  await printTable(
    "Experiments of equal versions whose rate changes, read after every ten of 1,000 outcomes: ever enough evidence",
    driftCells(trials: trials), seed: 9, reach: "at most 5 %"
  ) { $1 <= 0.05 }
  cells = []
  for rates in [[0.4, 0.6], [0.5, 0.6], [0.4, 0.5, 0.6]] {
    for allocation in ExperimentRecord.Allocation.allCases {
      for outcomes in [200, 500, 2000] {
        cells.append(
          Cell(
            row: "\(rates.map { "\($0)" }.joined(separator: ", ")), \(allocation.rawValue)",
            column: "within \(outcomes)", trials: trials / 2
          ) { random in isEverEnough(rates, allocation, outcomes: outcomes, &random) })
      }
    }
  }
  await printTable(
    "Experiments of unequal versions: enough evidence by then", cells, seed: 8, reach: "none, for comparison"
  ) { _, _ in true }
}

/// Changes of the rate, with constant shares and with shares that are turned round half way.
private func driftCells(trials: Int) -> [Cell] {
  let drifts: [(String, @Sendable (Double) -> Double)] = [
    ("from 0.4 to 0.75 half way", { $0 < 0.5 ? 0.4 : 0.75 }), ("from 0.2 to 0.8", { 0.2 + 0.6 * $0 }),
    ("0.3 and 0.7 in turn, for 50", { Int($0 * 20) % 2 == 0 ? 0.3 : 0.7 }),
  ]
  let shares: [(String, Double, Double)] = [("1 : 1", 0.5, 0.5), ("9 : 1", 0.9, 0.9), ("9 : 1, then 1 : 9", 0.9, 0.1)]
  return drifts.flatMap { name, rate in
    shares.map { share, first, second in
      Cell(row: name, column: share, trials: trials) { random in
        var statistics = ExperimentStatistics(experiment(of: 2, .fixed), entries: [])
        for index in 0..<1000 {
          let time = Double(index) / 1000
          let arm = unit(&random) < (time < 0.5 ? first : second) ? 0 : 1
          statistics.record(unit(&random) < rate(time) ? .positive : .negative, ofArm: arm)
          if index % 10 == 9, ExperimentLead(statistics)?.isEnough == true { return true }
        }
        return false
      }
    }
  }
}

private func experiment(of versions: Int, _ allocation: ExperimentRecord.Allocation) -> ExperimentRecord {
  let now = Timestamp(millisecondsSince1970: 0)
  return ExperimentRecord {
    $0.id = 1
    $0.name = "e"
    $0.arms = (0..<versions).map { .init(promptID: $0, weight: 1) }
    $0.allocation = allocation
    $0.status = .running
    $0.createdAt = now
    $0.updatedAt = now
  }
}

private func isEverEnough(
  _ rates: [Double], _ allocation: ExperimentRecord.Allocation, outcomes: Int, _ random: inout SeededGenerator
) -> Bool {
  let experiment = experiment(of: rates.count, allocation)
  var statistics = ExperimentStatistics(experiment, entries: [])
  for _ in 0..<outcomes {
    for arm in VersionSampling.draw(1, of: experiment, given: statistics, using: &random) {
      statistics.record(unit(&random) < rates[arm] ? .positive : .negative, ofArm: arm)
    }
    if ExperimentLead(statistics)?.isEnough == true { return true }
  }
  return false
}
