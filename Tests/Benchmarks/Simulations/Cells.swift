import Evaluation

/// One figure of a table: the frequency of an event.
struct Cell: Sendable {
  let row: String
  let column: String
  let trials: Int
  /// Whether the event happens in one simulated trial.
  let happens: @Sendable (inout SeededGenerator) -> Bool
}

/// Runs the trials of the cells on all cores, and prints the frequencies as a Markdown table.
///
/// - Parameters:
///   - holds: whether a frequency is as required; others are marked.
///   - seed: the seed of the first cell, from which the others follow.
func printTable(_ title: String, _ cells: [Cell], seed: UInt64, reach: String, holds: @escaping (Cell, Double) -> Bool)
  async
{
  let shares = await withTaskGroup(of: (Int, Double).self) { group in
    for (index, cell) in cells.enumerated() {
      group.addTask {
        var random = SeededGenerator(seed: seed &+ UInt64(index) &* 1_000_003)
        let count = (0..<cell.trials).count { _ in cell.happens(&random) }
        return (index, Double(count) / Double(cell.trials))
      }
    }
    return await group.reduce(into: [Int: Double]()) { $0[$1.0] = $1.1 }
  }
  var rows: [String] = []
  var columns: [String] = []
  var texts: [String: String] = [:]
  for (index, cell) in cells.enumerated() {
    if !rows.contains(cell.row) { rows.append(cell.row) }
    if !columns.contains(cell.column) { columns.append(cell.column) }
    let share = shares[index] ?? 0
    texts[cell.row + "|" + cell.column] = percent(share) + (holds(cell, share) ? "" : " !")
  }
  let values = shares.values.sorted()
  print("\n### \(title)\n")
  print("\(cells[0].trials) lives a cell, seed \(seed). Reach: \(reach); a cell beyond it is marked with !.")
  print("Lowest \(percent(values.first ?? 0)), highest \(percent(values.last ?? 0)).\n")
  print("| | \(columns.joined(separator: " | ")) |")
  print("|---\(columns.map { _ in "|---:" }.joined())|")
  for row in rows {
    print("| \(row) | \(columns.map { texts[row + "|" + $0] ?? "" }.joined(separator: " | ")) |")
  }
}

private func percent(_ share: Double) -> String { "\((share * 10_000).rounded() / 100) %" }
