/// A forecast of what a complete run will have cost, in US dollars.
package struct CostForecast: Sendable, Equatable {
  /// The amount spent plus the probable cost of the calls to come.
  package let likely: Double
  /// The amount spent plus the cost of the calls to come if every answer has the maximum length.
  package let highest: Double
}
