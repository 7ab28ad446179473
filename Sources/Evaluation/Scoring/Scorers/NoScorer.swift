import Store

extension Scorer {
  /// No scores.
  static let none = Scorer(.none, scale: nil, .nothing)
}
