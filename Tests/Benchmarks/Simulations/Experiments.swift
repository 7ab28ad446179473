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

private func isEverEnough(
  _ rates: [Double], _ allocation: ExperimentRecord.Allocation, outcomes: Int, _ random: inout SeededGenerator
) -> Bool {
  let now = Timestamp(millisecondsSince1970: 0)
  let experiment = ExperimentRecord {
    $0.id = 1
    $0.name = "e"
    $0.arms = rates.indices.map { .init(promptID: $0, weight: 1) }
    $0.allocation = allocation
    $0.status = .running
    $0.createdAt = now
    $0.updatedAt = now
  }
  var statistics = ExperimentStatistics(experiment, entries: [])
  for _ in 0..<outcomes {
    for arm in VersionSampling.draw(1, of: experiment, given: statistics, using: &random) {
      statistics.record(unit(&random) < rates[arm] ? .positive : .negative, ofArm: arm)
    }
    if ExperimentLead(statistics)?.isEnough == true { return true }
  }
  return false
}
