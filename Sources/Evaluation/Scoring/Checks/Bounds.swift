/// Compares a number with bounds.
enum Bounds {
  /// - Parameter fact: the number in words: `The answer has 12 words`.
  static func outcome(_ number: Double, _ least: Double?, _ most: Double?, _ fact: String) -> Check.Outcome {
    if let least, number < least { return Check.Outcome(false, "\(fact), less than \(least.plainText).") }
    if let most, number > most { return Check.Outcome(false, "\(fact), more than \(most.plainText).") }
    return Check.Outcome(true, "\(fact), which is allowed.")
  }
}
