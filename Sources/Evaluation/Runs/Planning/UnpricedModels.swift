import Store

/// What is said of models without a known price before a run starts.
enum UnpricedModels {
  /// Nil if all prices are known.
  ///
  /// - Parameters:
  ///   - subject: what the models' calls are for.
  ///   - hasLimit: whether the run has a max_cost.
  static func note(on models: [ModelBinding?], for subject: String = "the run", hasLimit: Bool = false) -> String? {
    var names: [String] = []
    for model in models.compactMap(\.self) where !RowForecast.knowsPrices(of: [model]) && !names.contains(model.model) {
      names.append(model.model)
    }
    if names.isEmpty { return nil }
    let limit =
      !hasLimit
      ? ""
      : " max_cost needs it: unless the provider's own list has a price, runs_generate refuses the run until there is one "
        + "or runs_update with max_cost 0 lifts the limit."
    return
      "What \(subject) will cost is not known, because \(names.joined(separator: " and ")) \(names.count == 1 ? "has" : "have") no "
      + "known price. provider_credentials_update with input_price and output_price gives one.\(limit)"
  }
}
