import Evaluation

/// What it will cost to test a draft, as far as a run of another version tells.
///
/// A draft can be longer than the version that ran, and so can its answers: these figures are no limit.
struct DraftTestCost: Sendable {
  /// The cost of the run in US dollars; nil if unknown.
  let cost: Double?
  /// The number of rows that the run has tried.
  let rows: Int
  /// The number of rows in each part of the dataset; empty without parts.
  let parts: [DatasetPart: Int]

  private static let unknown = "What it costs is not known; ask the user before."
  private static let estimate = """
    A longer draft or longer answers cost more: runs_create says estimated_cost of each run. Tell the user before you \
    generate.
    """

  /// The cost of another run of as many rows.
  var sentence: String {
    told { cost in "A run of as many rows cost \(Dollars.figure(cost)) with the version that ran. \(Self.estimate)" }
  }

  /// The cost of one run of a part.
  func sentence(_ part: DatasetPart) -> String {
    told { _ in
      guard let cost = dollars(part) else { return Self.unknown }
      return
        "It will cost about \(Dollars.figure(cost)) if its answers are as long as in the run above. \(Self.estimate)"
    }
  }

  /// The cost of choosing a draft on validation rows and of the one comparison on test rows.
  ///
  /// - Parameter runs: the largest number of runs on each.
  func sentence(validation runs: Int, test claims: Int) -> String {
    told { _ in
      guard let validation = dollars(.validation), let test = dollars(.test) else { return Self.unknown }
      func count(_ number: Int) -> String { number == 1 ? "1 run" : "\(number) runs" }
      let sum = validation * Double(runs) + test * Double(claims)
      return """
        If drafts and their answers are as long as in the run above, a run on validation rows costs about \
        \(Dollars.figure(validation)) and one on test rows about \(Dollars.figure(test)): up to \(count(runs)) on \
        validation and \(count(claims)) on test rows together about \(Dollars.figure(sum)) for each round. \(Self.estimate)
        """
    }
  }

  private func told(_ words: (Double) -> String) -> String {
    guard let cost else { return Self.unknown }
    return cost == 0 ? "It costs nothing." : words(cost)
  }

  private func dollars(_ part: DatasetPart) -> Double? {
    guard let cost, rows > 0, let count = parts[part] else { return nil }
    return cost / Double(rows) * Double(count)
  }
}
