import Testing

@testable import Evaluation

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The guarantees of the rule, enumerated where that is cheap.
@Suite struct VerdictRuleTests {
  private func isDecided(_ comparison: PairedComparison) -> Bool { [.better, .worse].contains(comparison.verdict) }

  /// The share of all outcomes of these rows that are called better or worse, if each row is won or lost with half of
  /// the given probability.
  private func falseAlarms(_ rows: Int, differing: Double) -> Double {
    probability(rows, won: differing / 2, lost: differing / 2) { isDecided(binary(rows, wins: $0, losses: $1)) }
  }

  /// The probability of the outcomes that satisfy a condition.
  private func probability(
    _ rows: Int, won: Double, lost: Double, where holds: (_ wins: Int, _ losses: Int) -> Bool
  ) -> Double {
    var sum = 0.0
    for wins in 0...rows {
      for losses in 0...(rows - wins) {
        let ties = rows - wins - losses
        let ways =
          lgamma(Double(rows + 1)) - lgamma(Double(wins + 1)) - lgamma(Double(losses + 1)) - lgamma(Double(ties + 1))
        let share =
          exp(ways) * pow(won, Double(wins)) * pow(lost, Double(losses)) * pow(max(1 - won - lost, 0), Double(ties))
        if share > 1e-9, holds(wins, losses) { sum += share }
      }
    }
    return sum
  }

  /// The padded interval alone would call up to 10 % of them not worse.
  @Test(arguments: [(46, 0.05), (80, 0.05), (80, 0.1), (46, 0.2), (20, 0.2), (10, 0.1)])
  func `runs that lose the whole margin are called not worse in about 5 % of cases`(
    rows: Int, margin: Double
  ) {
    for won in [0, 0.01, 0.05, 0.2, 0.4] {
      let share = probability(rows, won: won, lost: won + margin) { wins, losses in
        let verdict = binary(rows, wins: wins, losses: losses, margin: margin).verdict
        return [.better, .same, .notWorse].contains(verdict)
      }
      #expect(share <= 0.06, "\(won)")
    }
  }

  @Test(arguments: [
    (0, 59, 0.95, 0.04950760989), (1, 80, 0.95, 0.05792868212), (3, 50, 0.975, 0.16548194660),
    (7, 20, 0.95, 0.55803451132), (4, 4, 0.95, 1),
  ])
  func `the highest rate is that of Clopper and Pearson`(count: Int, trials: Int, level: Double, rate: Double) {
    #expect(abs(Binomial.highestRate(count, of: trials, level: level) - rate) < 1e-9)
  }

  @Test func `a shown loss is never the same, however wide the margin`() {
    #expect(binary(300, wins: 0, losses: 20, margin: 0.2).verdict == .notWorse)
  }

  @Test(arguments: [4, 7, 10, 13, 20, 50])
  func `equal runs of 0 and 1 are told apart in at most 5 % of cases`(_ rows: Int) {
    for differing in [0.1, 0.25, 0.5, 0.75, 1] { #expect(falseAlarms(rows, differing: differing) <= 0.05) }
  }

  @Test(arguments: [4, 7, 13, 40])
  func `verdict, interval and exact test agree for scores of 0 and 1`(_ rows: Int) throws {
    for wins in 0...rows {
      for losses in 0...(rows - wins) {
        let comparison = binary(rows, wins: wins, losses: losses)
        let (interval, p) = (try #require(comparison.interval), try #require(comparison.differences.pValue))
        #expect(isDecided(comparison) == !interval.contains(0) && isDecided(comparison) == (p <= 0.05))
      }
    }
  }

  @Test func `few rows decide nothing even if all are won`() {
    #expect(!isDecided(binary(4, wins: 4, losses: 0)))
    #expect(binary(3, wins: 3, losses: 0).verdict == .unclear)
    #expect(binary(6, wins: 6, losses: 0).verdict == .better)
  }

  /// A row loses one point with 80 % and gains four with 20 %, so there is no difference on average.
  @Test func `few rows that all lose a little are not worse`() {
    for rows in 1...12 { #expect(!isDecided(stars(Array(repeating: -1, count: rows)))) }
    #expect(stars(Array(repeating: -1, count: 20)).verdict == .worse)
    #expect(stars(Array(repeating: 4, count: 6)).verdict == .better)
  }

  @Test func `verdict and interval agree for stars`() throws {
    for rows in [2, 5, 8, 14, 25, 40] {
      for gain in [0.5, 1, 2, 4] {
        for won in stride(from: 0, through: rows, by: 2) {
          let comparison = stars((0..<rows).map { $0 < won ? gain : 0 })
          let interval = try #require(comparison.interval)
          #expect(isDecided(comparison) == !interval.contains(0))
          guard !isDecided(comparison) else { continue }
          let wide = try #require(comparison.marginInterval)
          #expect((comparison.verdict == .same) == (wide.lowerBound >= -0.2 && wide.upperBound <= 0.2))
          #expect(wide.lowerBound <= interval.lowerBound && wide.upperBound >= interval.upperBound)
        }
      }
    }
  }

  @Test func `ties of stars need as many rows to be the same as ties of 0 and 1`() {
    #expect(stars(Array(repeating: 0, count: 14)).verdict == .unclear)
    for rows in [46, 58, 59, 72, 73] {
      let verdict = stars(Array(repeating: 0, count: rows)).verdict
      // 1 - 0.05^(1/59) and 1 - 0.025^(1/72) are the first shares of lost rows below a twentieth.
      #expect(verdict == (rows < 59 ? .unclear : rows < 72 ? .notWorse : .same), "\(rows)")
      #expect(binary(rows, wins: 0, losses: 0).verdict == verdict, "\(rows)")
    }
  }

  @Test func `a complete run keeps the verdict that the same rows had in progress`() {
    for wins in 0...30 {
      for losses in 0...(30 - wins) {
        let early = binary(30, wins: wins, losses: losses, isInProgress: true)
        if isDecided(early) { #expect(binary(30, wins: wins, losses: losses).verdict == early.verdict) }
      }
    }
  }

  // MARK: A margin

  /// Before, the margin hid it: it was not shown yet, with evidence of 28 where 20 is required.
  @Test func `a loss that is decided in progress is told, whatever the margin`() {
    let early = binary(590, wins: 0, losses: 8, isInProgress: true, margin: 0.05)
    #expect(early.verdict == .worse && early.isLossShown, "\(early.verdict)")
    #expect(binary(600, wins: 0, losses: 8, margin: 0.05).verdict == .notWorse)
  }

  @Test func `a loss smaller than a given margin is not worse, and the sentence states both`() {
    let comparison = binary(200, wins: 2, losses: 14, margin: 0.15)
    #expect(comparison.verdict == .same || comparison.verdict == .notWorse)
    #expect(binary(200, wins: 2, losses: 14).verdict == .worse)
    let sentence = VerdictSentence(comparison, baseline: "A", candidate: "B").text
    #expect(sentence.contains("worse than A, but by less than the margin of 0.15"))
  }

  @Test func `the deciding bound is in the sentence`() throws {
    let comparison = binary(200, wins: 14, losses: 12)
    #expect(comparison.verdict == .notWorse)
    let bound = try #require(comparison.nonInferiorityBound)
    #expect(bound > -0.05 && (comparison.interval?.lowerBound ?? 0) < bound)
    #expect(VerdictSentence(comparison, baseline: "A", candidate: "B").text.contains("one-sided 95 % bound -0.0"))
    #expect(binary(40, wins: 11, losses: 0).nonInferiorityBound == nil)
    let stars = stars((0..<20).map { $0 < 10 ? 1 : 0 })
    let low = try #require(stars.marginInterval?.lowerBound)
    #expect(stars.verdict == .notWorse)
    #expect(try low <= #require(stars.nonInferiorityBound))
  }

  /// Before, the bound was rounded to the margin, and the sentence named the two-sided interval as what decides.
  @Test func `equal runs are told which bound decides, and on which side of the margin it is`() {
    let shown = binary(59, wins: 0, losses: 0, margin: 0.05)
    let sentence = VerdictSentence(shown, baseline: "A", candidate: "B").text
    #expect(shown.verdict == .notWorse && sentence.contains("one-sided 95 % bound -0.0495"), "\(sentence)")
    #expect(sentence.contains("counts, which is within it"), "\(sentence)")
    let open = binary(54, wins: 0, losses: 0, margin: 0.05)
    let other = VerdictSentence(open, baseline: "A", candidate: "B").text
    #expect(open.verdict == .unclear && other.contains("one-sided 95 % bound -0.054 counts"), "\(other)")
    #expect(other.contains("counts, which is beyond it"), "\(other)")
  }

  @Test func `the interval does not depend on the margin, for which a wider one counts`() throws {
    let values: [Double] = (0..<80).map { $0 < 18 ? 1 : $0 < 28 ? -1 : 0 }
    let plain = try #require(stars(values).interval)
    var words: Set<Verdict> = []
    for margin in [0.01, 0.05, 0.085, 0.1, 0.15, 0.2, 0.25, 0.3, 0.5] {
      let comparison = stars(values, margin: margin)
      words.insert(comparison.verdict)
      #expect(comparison.interval == plain && comparison.marginInterval == stars(values).marginInterval)
      let wide = try #require(comparison.marginInterval)
      #expect((comparison.verdict == .same) == (wide.lowerBound >= -margin && wide.upperBound <= margin))
      let sentence = VerdictSentence(comparison, baseline: "A", candidate: "B").text
      if let bound = comparison.nonInferiorityBound {
        #expect(bound > -margin && bound >= wide.lowerBound)
        // A bound beyond the two-sided interval allows for more, which the sentence says.
        #expect(bound >= plain.lowerBound || sentence.contains("rare large difference"))
      }
      let seemsSame = plain.lowerBound >= -margin && plain.upperBound <= margin
      if seemsSame, comparison.verdict != .same { #expect(sentence.contains("rare large difference"), "\(margin)") }
    }
    #expect(words == [.unclear, .notWorse, .same])
    #expect(stars(Array(repeating: 1, count: 40)).marginInterval == nil, "nothing but better is to be shown")
  }

  // MARK: Rows needed

  /// The differences of a comparison, repeated in the same proportions.
  private func repeated(_ values: [Double], _ rows: Int) -> [Double] {
    let sorted = values.sorted()
    return (0..<rows).map { sorted[(2 * $0 + 1) * values.count / (2 * rows)] }
  }

  @Test(
    arguments: [
      [1, 1, 0], [1, 1, 1], [1], [2, 0, 0, 0], [4, -1, 0, 1, 2], [0.5, 0.5, 0.5, 0, 0, 1, 0, -0.5],
    ] as [[Double]])
  func `the needed number of rows decides`(_ differences: [Double]) throws {
    let comparison = stars(differences)
    #expect(comparison.verdict == .unclear)
    let needed = try #require(comparison.needed)
    #expect(needed > differences.count)
    #expect(stars(repeated(differences, needed)).verdict == .better)
  }

  @Test func `the needed number of scores of 0 and 1 decides`() throws {
    for rows in 1...12 {
      for wins in 1...rows {
        let comparison = binary(rows, wins: wins, losses: 0)
        guard comparison.verdict != .better else { continue }
        let needed = try #require(comparison.needed)
        #expect(needed > rows)
        #expect(binary(needed, wins: (2 * wins * needed + rows) / (2 * rows), losses: 0).verdict == .better)
      }
    }
  }

  @Test func `with a margin the sentence names the needed rows`() throws {
    for comparison in [binary(60, wins: 4, losses: 5, margin: 0.05), binary(10, wins: 0, losses: 0, margin: 0.05)] {
      let needed = try #require(comparison.needed)
      #expect(VerdictSentence(comparison, baseline: "A", candidate: "B").text.contains("About \(needed) rows"))
    }
    let ties = stars(Array(repeating: 0, count: 20), margin: 0.2)
    let needed = try #require(ties.needed)
    #expect(stars(Array(repeating: 0, count: needed), margin: 0.2).verdict == .notWorse)
    #expect(stars(Array(repeating: 0, count: needed - 1), margin: 0.2).verdict == .unclear)
  }

  @Test func `a difference that the rows can show is decided`() throws {
    #expect(SampleSize.smallestGain(rows: 5) == nil)
    for rows in [6, 7, 12, 20, 50] {
      let gain = try #require(SampleSize.smallestGain(rows: rows))
      #expect(binary(rows, wins: Int((gain * Double(rows)).rounded()), losses: 0).verdict == .better)
      for deviation in [0.01, 0.5, 1.2] {
        let smallest = SampleSize.smallestDifference(rows: rows, deviation: deviation, range: 4)
        guard let difference = smallest else { continue }
        // Two values with this mean and deviation.
        let spread = deviation * (Double(rows - 1) / Double(rows)).squareRoot()
        guard rows % 2 == 0 else { continue }
        let differences = (0..<rows).map { difference * (1 + 1e-9) + ($0 % 2 == 0 ? spread : -spread) }
        #expect(differences.contains { abs($0) > 4 } || stars(differences).verdict == .better)
      }
    }
    #expect(SampleSize.smallestDifference(rows: 2, deviation: 0.5, range: 4) == nil)
  }

  @Test(arguments: [(0.06, 0.05, 24, 0.01, 50...75), (0.02, 0.3, 20, -0.1, 45...70), (0.3, 0, 10, 0.1, 12...20)])
  func `the rows that are told keep a bound with a probability of 80 %`(
    mean: Double, spread: Double, rows: Int, bound: Double, expected: ClosedRange<Int>
  ) throws {
    func compared(_ count: Int) -> PairedComparison {
      let gains = (0..<count).map { mean + ($0 % 2 == 0 ? spread : -spread) }
      return PairedComparison(
        EvaluationTests.rows(gains.map { 0.5 - $0 / 2 }, gains.map { 0.5 + $0 / 2 }), scale: .bounded(0...1),
        missing: .leaveOut)
    }
    let few = compared(rows)
    #expect(try #require(few.interval).lowerBound < bound)
    let needed = try #require(few.needed(above: bound))
    #expect(expected.contains(needed), "\(needed)")
    let low = try #require(compared(needed).interval).lowerBound
    let chance = 0.84 * spread / Double(needed).squareRoot()
    #expect(low >= bound + 0.97 * chance && low <= bound + 1.2 * chance + 0.02, "\(low)")
    #expect(few.needed(above: mean) == nil)
  }

  @Test(arguments: [8, 10, 14, 21], [0, 0.1, 0.3])
  func `the visible gain of few rows is shown with a probability of 80 %`(rows: Int, differing: Double) throws {
    let gain = try #require(SampleSize.smallestGain(rows: rows, differing: differing))
    func power(_ gain: Double) -> Double {
      let changing = min(differing + gain, 1)
      let rates = [(changing + gain) / 2, (changing - gain) / 2, 1 - changing]
      var sum = 0.0
      for wins in 0...rows {
        for losses in 0...(rows - wins) where binary(rows, wins: wins, losses: losses).verdict == .better {
          let counts = [wins, losses, rows - wins - losses]
          let ways = Binomial.logFactorial(rows) - counts.reduce(0) { $0 + Binomial.logFactorial($1) }
          sum += zip(counts, rates).reduce(exp(ways)) { $0 * pow($1.1, Double($1.0)) }
        }
      }
      return sum
    }
    #expect(power(gain) > 0.7999 && power(gain - 0.01) < 0.8, "\(gain): \(power(gain))")
  }

  @Test func `no rows are needed if more rows would not help`() {
    let missing = PairedComparison(
      rows(Array(repeating: 3, count: 60), (0..<60).map { $0 < 24 ? nil : 4 }), scale: .bounded(1...5),
      missing: .leaveOut)
    #expect(missing.doubt == .missingRows && missing.needed == nil)
    #expect(binary(40, wins: 11, losses: 0).needed == nil)
    #expect(binary(25, wins: 5, losses: 0, isInProgress: true).needed == nil)
  }
}
