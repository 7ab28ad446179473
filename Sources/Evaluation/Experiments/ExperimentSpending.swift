package import Store

/// What the generations of an experiment cost, and how much of it is not known.
package struct ExperimentSpending: Sendable, Equatable {
  /// US dollars of the calls whose cost is known.
  package private(set) var known = 0.0
  /// The number of calls that returned nothing from which their cost follows.
  package private(set) var uncountedCalls = 0
  /// The number of generations that were paid for and have no known price, or no counted tokens.
  package private(set) var unpriced = 0

  /// - Parameter openCalls: calls that are under way, or were when a server ended.
  package init(openCalls: Int = 0) { uncountedCalls = openCalls }

  /// What these generations cost together.
  package init(_ records: [GenerationRecord]) {
    for record in records {
      known += record.cost ?? 0
      uncountedCalls += record.uncountedCalls
      if record.lacksCost { unpriced += 1 }
    }
  }

  mutating func add(_ entry: GenerationEntry) {
    known += entry.knownCost
    uncountedCalls += Int(entry.uncountedCalls)
    if entry.lacksCost { unpriced += 1 }
  }

  package static func + (first: Self, second: Self) -> Self {
    var sum = first
    sum.known += second.known
    sum.uncountedCalls += second.uncountedCalls
    sum.unpriced += second.unpriced
    return sum
  }

  /// US dollars; nil if a part is unknown.
  package var total: Double? { uncountedCalls == 0 && unpriced == 0 ? known : nil }

  /// Whether there is any cost, or a part that is unknown.
  package var isAny: Bool { total != 0 }

  /// What is unknown, why, and what the rest cost; nil if all is known.
  ///
  /// - Parameter whole: such as `the experiment`.
  package func remark(on whole: String) -> String? {
    guard total == nil else { return nil }
    var sentences: [String] = []
    if uncountedCalls > 0 {
      let calls = uncountedCalls == 1 ? "1 call" : "\(uncountedCalls) calls"
      sentences.append("The cost of \(calls) is unknown, because no complete answer has arrived.")
    }
    if unpriced > 0 {
      let generations = unpriced == 1 ? "1 generation" : "\(unpriced) generations"
      sentences.append(
        "The cost of \(generations) is not known, because the model has no known price, its server counts no tokens, "
          + "or a call was lost. provider_credentials_update with input_price and output_price gives a price for later calls."
      )
    }
    if known > 0 { sentences.append("The others cost \(Dollars.text(known)), so \(whole) has cost at least that.") }
    return sentences.joined(separator: " ")
  }
}
