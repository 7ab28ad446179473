/// A record of an answer, with what all calls for it cost.
package protocol BilledRecord {
  /// Whether the provider answered.
  var isAnswered: Bool { get }
  /// The tokens of all calls that were counted.
  var usage: TokenCounts? { get }
  /// US dollars of the calls whose cost is known; nil if unknown.
  var cost: Double? { get }
  /// The number of calls of unknown cost, such as those that timed out.
  var uncountedCalls: Int { get }
}

extension BilledRecord {
  /// US dollars of all calls; nil if a part is unknown.
  package var totalCost: Double? { uncountedCalls > 0 ? nil : cost }

  /// Whether any tokens were counted.
  package var hasTokens: Bool { usage.map { $0.promptTokens > 0 || $0.completionTokens > 0 } ?? false }

  /// Whether it may have cost something: a failed one only if tokens were counted, or could not be.
  package var isPaid: Bool { isAnswered || uncountedCalls > 0 || hasTokens }

  /// Whether what arrived was paid for and has no known cost.
  package var lacksCost: Bool { uncountedCalls == 0 && cost == nil && isPaid }
}
