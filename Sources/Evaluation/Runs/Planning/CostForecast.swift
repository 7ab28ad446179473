/// A forecast of what a complete run will have cost, in US dollars.
package struct CostForecast: Sendable, Equatable {
  /// The amount spent plus the probable cost of the calls to come.
  package let likely: Double
  /// The amount spent plus the highest cost of the calls to come; nil if nothing limits an answer.
  ///
  /// Every answer has the maximum length then, and every judgement is asked for twice. Attempts without an answer that are
  /// paid for come on top.
  package let highest: Double?
  /// What is set aside for the next row; 0 without one.
  package internal(set) var next: Double
  /// The cost of the next answer if it is as long as its model can make it; nil if that is not known.
  package let longest: Double?
  /// The amount spent plus the cost of the calls to come with short answers, and with long ones; equal if none is to come.
  package let range: ClosedRange<Double>
  /// From what the lengths of the answers to come are known; nil if none is to come.
  package let basis: String?
  /// The probable cost of the calls to come, by what they are for.
  package let toCome: Parts

  /// What calls cost, in US dollars.
  package struct Parts: Sendable, Equatable {
    /// The answers.
    package var generation = 0.0
    /// The judgements.
    package var judging = 0.0
    /// What the providers' caches take off both, which is left out of them already; below 0 if they cost more.
    package var cacheSaving = 0.0
    /// What batches take off the answers, which is left out of them already.
    package var batchSaving = 0.0

    package init() {}
  }
}

/// What is known of the calls of a run before they are made.
package struct RunOutlook: Sendable, Equatable {
  /// Nil where a price is not known, or the run cannot start.
  package var cost: CostForecast?
  /// Of a run that was never started: what is odd about its rows, or keeps it from starting.
  package var warnings: [String] = []
  /// What max_cost makes of the batches of a run that was never started; nil if it lets all rows be submitted at once.
  package var batchLimit: String?
  /// Why there is no cost although the models have prices; nil if there is one, or if a price is not known at any tier.
  package var unpriced: String?

  package init() {}
}
