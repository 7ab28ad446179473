/// What is counted: rows, named groups of rows, or prompts that several rows share.
extension VerdictSentence {
  var unit: String { differences.isGrouped ? arePromptsGroups ? "prompt" : "group" : "row" }
  var units: String { "\(unit)s" }
  var newGroups: String { differences.isGrouped ? " More rows of the same \(units) add little." : "" }

  /// `+0.11 on average (each prompt counted once; over all rows +0.077)`.
  func average(_ mean: Double) -> String {
    let text = "\(signed(mean)) on average"
    guard differences.isGrouped, let all = differences.meanOfRows, signed(all) != signed(mean) else { return text }
    return "\(text) (each \(unit) counted once; over all rows \(signed(all)))"
  }

  /// `24 rows in 6 groups`, `24 rows with 6 different prompts`.
  var pieces: String {
    let rows = Self.rows(comparison.pairs)
    guard let groups = comparison.groups else { return rows }
    if !arePromptsGroups { return "\(rows) in \(groups) \(groups == 1 ? "group" : "groups")" }
    return groups == 1 ? "\(rows) with one prompt" : "\(rows) with \(groups) different prompts"
  }

  /// `4 won, 1 lost, 1 tied`.
  var counts: String {
    let (wins, losses) = (differences.wins, differences.losses)
    let won = differences.isGrouped ? "\(wins) \(wins == 1 ? unit : units) won" : "\(wins) won"
    return "\(won), \(losses) lost, \(differences.values.count - wins - losses) tied"
  }
}
