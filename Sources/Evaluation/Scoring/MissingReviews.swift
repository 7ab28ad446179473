/// The sentences about missing reviews.
package enum MissingReviews {
  /// How to make reviews that the judge's limit on tokens cut off.
  static let higherLimit = "Raise judge_max_tokens with runs_judge, which makes them again."

  /// What to do about answers that a check could not score.
  static let checkChange = "See error in the reviews (responses_list), then change the check with metrics_update."

  /// How to make missing results of checks.
  ///
  /// - Parameter ids: the runs that lack results; empty if the run is clear from the context.
  package static func checkRemedy(runs ids: [Int] = []) -> String {
    let runs = ids.isEmpty ? "" : " of run \(ids.map(String.init).joined(separator: ", then of run "))"
    return "runs_update\(runs) with metric_ids scores the answers again, free of charge."
  }

  /// How to make them: the end of a sentence.
  ///
  /// Generating a run with all its answers makes only its missing reviews.
  ///
  /// - Parameters:
  ///   - ids: the runs that lack reviews; empty if the run is clear from the context.
  ///   - cost: US dollars for all of them; nil if unknown.
  package static func remedy(runs ids: [Int] = [], cost: Double? = nil) -> String {
    let runs = ids.isEmpty ? "" : " with id \(ids.map(String.init).joined(separator: ", then with id "))"
    let price = cost.map { $0 == 0 ? " free of charge" : " for about \(Dollars.text($0))" } ?? ""
    return "runs_generate\(runs) makes them\(price) and keeps the answers."
  }
}
