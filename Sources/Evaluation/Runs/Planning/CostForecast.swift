/// What a run will have cost when it is complete, in US dollars.
package struct CostForecast: Sendable, Equatable {
  /// What its calls to come will probably cost, with what is spent.
  package let likely: Double
  /// The same where every answer to come is as long as the model may make it.
  package let highest: Double
}

/// What is known of the calls of a run before they are made.
package struct RunOutlook: Sendable, Equatable {
  /// Nil where a price is not known, or the run cannot start.
  package var cost: CostForecast?
  /// Of a run that was never started: what is odd about its rows, or keeps it from starting.
  package var warnings: [String] = []

  package init() {}
}
