#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The outcomes of two versions in pairs, the i-th of the first with the i-th of the second.
///
/// A removed outcome keeps its place, so that the later pairs stay as they are; its own pair shows nothing.
package struct PairedOutcomes: Sendable {
  /// The highest evidence for one of the versions after any number of pairs.
  package struct Highest: Sendable, Equatable {
    fileprivate var logarithm = 0.0
    /// The number of pairs after which it first occurred.
    package fileprivate(set) var pairs = 0

    /// 1 if the version was never ahead.
    package var evidence: Double { min(exp(logarithm), Evidence.most) }
  }

  /// The number of pairs without a removed outcome.
  private(set) var pairs = 0
  /// Pairs in which only the first version's outcome was positive.
  private(set) var wins = 0
  private(set) var losses = 0
  private(set) var highestForFirst = Highest()
  private(set) var highestForSecond = Highest()

  init(_ first: [Bool?], _ second: [Bool?]) {
    // The logarithm, because the product of the factors would soon overflow.
    var logarithm = 0.0
    for case (let one?, let other?) in zip(first, second) {
      pairs += 1
      if one == other { continue }
      if one { wins += 1 } else { losses += 1 }
      let count = one ? wins : losses
      logarithm += log(Double(2 * count) / Double(wins + losses + 1))
      if wins > losses {
        highestForFirst.take(logarithm, after: pairs)
      } else if losses > wins {
        highestForSecond.take(logarithm, after: pairs)
      }
    }
  }
}

extension PairedOutcomes.Highest {
  fileprivate mutating func take(_ logarithm: Double, after pairs: Int) {
    if logarithm > self.logarithm { (self.logarithm, self.pairs) = (logarithm, pairs) }
  }
}
