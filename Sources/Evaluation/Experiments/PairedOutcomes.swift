#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// An outcome of a version, and its place among those of the experiment.
struct PlacedOutcome: Sendable, Equatable {
  /// The number of outcomes that were recorded before it.
  let place: Int
  /// Nil for one that was removed.
  let isPositive: Bool?
}

extension PlacedOutcome {
  /// How much later the outcomes of one version come than those of another, in standard errors.
  ///
  /// The rank-sum test: H. B. Mann, D. R. Whitney, "On a Test of Whether one of Two Random Variables is Stochastically
  /// Larger than the Other", The Annals of Mathematical Statistics 18 (1947).
  static func shift(_ one: [PlacedOutcome], _ other: [PlacedOutcome]) -> Double {
    let (m, n) = (Double(one.count), Double(other.count))
    guard m > 0, n > 0 else { return 0 }
    var (earlier, sum) = (0, 0.0)
    for outcome in one {
      while earlier < other.count, other[earlier].place < outcome.place { earlier += 1 }
      sum += Double(earlier)
    }
    return (sum - m * n / 2) / (m * n * (m + n + 1) / 12).squareRoot()
  }
}

/// The outcomes of two versions in pairs of about the same time.
///
/// An outcome is paired with the last one of the other version that has no partner yet, if that came shortly before: see
/// ``reach``. Otherwise it waits for the next. So a pair comes from one time, however unequal the shares of the versions
/// are and however they change: a drift of all rates makes neither version seem better. Which outcomes make a pair does
/// not depend on what they are.
///
/// A removed outcome keeps its place, so that the other pairs stay as they are; its own pair shows nothing.
package struct PairedOutcomes: Sendable {
  /// The highest evidence for one of the versions after any number of pairs.
  package struct Highest: Sendable, Equatable {
    fileprivate var logarithm = 0.0
    /// The number of pairs after which it first occurred.
    package fileprivate(set) var pairs = 0

    /// 1 if the version was never ahead.
    package var evidence: Double { min(exp(logarithm), Evidence.most) }
  }

  /// The number of later outcomes of the two versions, and of all, after which an outcome finds no partner any more.
  ///
  /// With equal shares, eight in ten outcomes find one. Where one version takes over from another, at most three pairs
  /// come from both sides of the change, which are no evidence.
  private static let reach = (ofBoth: 6, ofAll: 100)

  /// The number of pairs without a removed outcome.
  private(set) var pairs = 0
  /// Pairs in which only the first version's outcome was positive.
  private(set) var wins = 0
  private(set) var losses = 0
  private(set) var highestForFirst = Highest()
  private(set) var highestForSecond = Highest()
  /// The outcomes that the next ones of the other version can be paired with.
  private(set) var waitingOfFirst = 0
  private(set) var waitingOfSecond = 0
  /// The logarithm, because the product of the factors would soon overflow.
  private var logarithm = 0.0

  init(_ first: [PlacedOutcome], _ second: [PlacedOutcome]) {
    // The outcomes without a partner, all of one version.
    var waiting: [(index: Int, isFirst: Bool, outcome: PlacedOutcome)] = []
    var oldest = 0
    var (next, other) = (0, 0)
    while next < first.count || other < second.count {
      let index = next + other
      let isFirst = other == second.count || (next < first.count && first[next].place <= second[other].place)
      let outcome = isFirst ? first[next] : second[other]
      if isFirst { next += 1 } else { other += 1 }
      while oldest < waiting.count,
        index - waiting[oldest].index > Self.reach.ofBoth
          || outcome.place - waiting[oldest].outcome.place > Self.reach.ofAll
      {
        oldest += 1
      }
      if oldest == waiting.count {
        waiting.removeAll(keepingCapacity: true)
        oldest = 0
      }
      if let partner = waiting.last, partner.isFirst != isFirst {
        waiting.removeLast()
        let (one, another) = isFirst ? (outcome, partner.outcome) : (partner.outcome, outcome)
        if let one = one.isPositive, let another = another.isPositive { add(one, another) }
      } else {
        waiting.append((index, isFirst, outcome))
      }
    }
    let open = waiting[oldest...].filter { $0.outcome.isPositive != nil }
    waitingOfFirst = open.count(where: \.isFirst)
    waitingOfSecond = open.count - waitingOfFirst
  }

  private mutating func add(_ one: Bool, _ other: Bool) {
    pairs += 1
    if one == other { return }
    if one { wins += 1 } else { losses += 1 }
    logarithm += log(Double(2 * (one ? wins : losses)) / Double(wins + losses + 1))
    if wins > losses {
      highestForFirst.take(logarithm, after: pairs)
    } else if losses > wins {
      highestForSecond.take(logarithm, after: pairs)
    }
  }
}

extension PairedOutcomes.Highest {
  fileprivate mutating func take(_ logarithm: Double, after pairs: Int) {
    if logarithm > self.logarithm { (self.logarithm, self.pairs) = (logarithm, pairs) }
  }
}
