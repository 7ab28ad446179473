/// What a run will have cost when it is complete, in US dollars.
package struct CostForecast: Sendable, Equatable {
  /// What its calls to come will probably cost, with what is spent.
  package let likely: Double
  /// The same where every answer to come is as long as the model may make it.
  package let highest: Double
}
