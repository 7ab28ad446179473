import Evaluation
import Store

/// The numbers of rows in each part and the smallest differences that they can show, told before money is spent.
struct HeldOutPower: Sendable {
  private let all: Int
  private let train: Int
  private let validation: Int
  private let test: Int
  /// The number of rows in each part, equal rows included.
  let rows: [DatasetPart: Int]
  private let scale: ScoreScale
  /// The standard deviation of a run's scores across rows; nil for rates, and if unknown.
  private let deviation: Double?

  /// - Parameters:
  ///   - view: the run whose prompt is improved.
  ///   - table: its dataset.
  init(_ view: RunView, _ table: CSVTable) throws {
    let groups = try RowGroups.numbers(
      of: Array(0..<table.rowCount), templates: [try view.run.sentTemplate], in: table)
    // Equal rows are one piece of evidence.
    func count(_ rows: [Int]) -> Int { Set(rows.map { groups[$0] ?? -1 - $0 }).count }
    let parts = try [DatasetPart.train, .validation, .test].map { try RowSelection.part($0).rows(of: table) }
    all = count(Array(0..<table.rowCount))
    (train, validation, test) = (count(parts[0]), count(parts[1]), count(parts[2]))
    rows = [.train: parts[0].count, .validation: parts[1].count, .test: parts[2].count]
    let scores = view.rowScores(view.scoring.score).scores
    scale = view.scoring.scale(of: scores) ?? .bounded(1...5)
    deviation = scale == .binary ? nil : Self.deviation(scores)
  }

  private var isRate: Bool { scale == .binary }

  private static func deviation(_ scores: [Double]) -> Double? {
    guard scores.count > 1 else { return nil }
    let mean = scores.reduce(0, +) / Double(scores.count)
    let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return squares > 0 ? (squares / Double(scores.count - 1)).squareRoot() : nil
  }

  /// The step before any that costs something.
  var step: String {
    """
    Before money is spent, tell the user what so many rows can show. The dataset has \(all) different rows: \(train) to \
    write a draft from, \(validation) to choose by, \(test) for the claim. \(power) If a smaller difference would matter, \
    the dataset needs more rows first.
    """
  }

  private var power: String {
    let (choice, claim) = (gain(validation), gain(test))
    guard let choice else { return "So few rows show large differences only, if any." }
    let condition =
      isRate
      ? "if it gets no row wrong that was right" : "if the two differ from row to row as much as this run's scores do"
    let tested = claim.map { "from about \($0) on" } ?? "not at all"
    return "With \(validation) rows a draft is seen to be better from about \(choice) on, with \(test) rows \(tested), "
      + "\(condition)."
  }

  /// The smallest difference that this many rows show, in words; nil if there is none or it is unknown.
  private func gain(_ rows: Int) -> String? {
    if isRate {
      return SampleSize.smallestGain(rows: rows).map { "\(Int(($0 * 100).rounded(.up))) more right answers in 100" }
    }
    guard let deviation else { return nil }
    return SampleSize.smallestDifference(rows: rows, deviation: deviation, range: scale.range).map {
      "\(Figure.fixed($0, places: 1)) points"
    }
  }
}
