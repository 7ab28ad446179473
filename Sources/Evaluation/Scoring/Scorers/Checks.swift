package import Store

extension Scoring {
  package static let checks = Scoring(rawValue: "Checks")
}

extension Scorer {
  /// The mean of the results of the run's checks, 0 to 1.
  static let checks = Scorer(.checks, scale: .bounded(0...1), .checks)
}
