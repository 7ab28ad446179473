import Testing

@testable import Evaluation

/// The reference values are of scikit-learn, scipy and ppi_py.
@Suite struct AgreementTests {
  private static let human: [Double] = [5, 4, 4, 3, 2, 5, 1, 3, 4, 5, 2, 3, 4, 4, 5, 1, 2, 3, 5, 4, 3, 2, 4, 5]
  private static let judge: [Double] = [5, 5, 4, 4, 3, 5, 2, 3, 5, 5, 2, 4, 4, 5, 5, 1, 3, 3, 5, 5, 4, 2, 4, 5]

  private func pairs(
    _ human: [Double] = human, _ judge: [Double] = judge, group: (Int) -> Int = { $0 }
  ) -> [Agreement.Pair] {
    zip(human, judge).enumerated().map { Agreement.Pair(human: $1.0, judge: $1.1, group: group($0)) }
  }

  private func isClose(_ one: Double?, _ other: Double) -> Bool { one.map { abs($0 - other) < 1e-6 } ?? false }

  private func isClose(_ one: ClosedRange<Double>?, _ low: Double, _ high: Double) -> Bool {
    isClose(one?.lowerBound, low) && isClose(one?.upperBound, high)
  }

  @Test func `the figures of 24 pairs`() throws {
    let agreement = try #require(Agreement(pairs()))
    #expect(isClose(agreement.kappa, 0.8697068404))
    #expect(isClose(agreement.meanAbsoluteError, 0.4166666667))
    #expect(agreement.same == 14 && agreement.count == 24 && agreement.groups == 24)
    #expect(isClose(agreement.sameInterval, 0.3883466587, 0.7553239739))
    #expect(isClose(agreement.bias, 0.4166666667))
    // The t interval of 0.2040107486 to 0.6293225848, with two more rows that differ by a point.
    #expect(isClose(agreement.biasInterval, 0.1904066465, 0.6429266868))
    #expect(isClose(agreement.spearman, 0.9120321982))
    #expect(agreement.commonest == 4 && isClose(agreement.commonestShare, 7.0 / 24))
  }

  @Test func `a judge that always says the same has a kappa of 0, however often it is right`() throws {
    let constant = try #require(Agreement(pairs([5, 5, 5, 5, 5, 5, 5, 5, 5, 4], Array(repeating: 5, count: 10))))
    #expect(constant.same == 9 && isClose(constant.kappa, 0))
    #expect(constant.commonest == 5 && isClose(constant.commonestShare, 0.9) && constant.spearman == nil)
    // Where everybody always says the same, nothing tells agreement from chance.
    let equal = try #require(Agreement(pairs([5, 5], [5, 5])))
    #expect(equal.kappa == nil && equal.same == 2)
    #expect(Agreement([]) == nil)
  }

  @Test func `full agreement leaves room for a bias that was not seen`() throws {
    let scores = (0..<30).map { Double(1 + $0 % 5) }
    let interval = try #require(Agreement(pairs(scores, scores))?.biasInterval)
    let half = 2.0452296421 * 2.0.squareRoot() / 32
    #expect(isClose(interval, -half, half))
  }

  @Test func `rows of a group count as one piece of evidence`() throws {
    let agreement = try #require(Agreement(pairs { $0 / 3 }))
    #expect(agreement.groups == 8 && agreement.same == 14 && isClose(agreement.bias, 0.4166666667))
    let alone = try #require(Agreement(pairs()))
    #expect(agreement.sameInterval.lowerBound < alone.sameInterval.lowerBound)
    // OLS(d, 1) with cov_type "cluster" and use_t.
    let differences: [Double] = [
      -2, 3, -2, 1, -1, -1, 1, -2, 3, -2, 0, -2, 3, -2, 1, -1, -1, 1, -2, 3, -2, 0, -2, 3, -2, 1, -1, -1, 1, -2,
    ]
    let grouped = try #require(
      Agreement(differences.enumerated().map { .init(human: 0, judge: $1, group: $0 / 3) }))
    // The interval of -0.6836653048 to 0.2169986381, with two more groups that differ by a point.
    #expect(isClose(grouped.biasInterval, -0.6936668364, 0.2270001697))
    #expect(Agreement(pairs { _ in 1 })?.biasInterval == nil)
  }

  // MARK: Corrected mean

  private var others: [CorrectedMean.Unrated] {
    (0..<120).map { CorrectedMean.Unrated(judge: Double((5 * $0 + $0 * $0) % 7 / 2 + 2), group: 1000 + $0) }
  }

  @Test func `the mean of 24 rated and 120 other rows`() throws {
    let corrected = try #require(CorrectedMean(rated: pairs(), unrated: others))
    let (weight, mean, low, high) = (0.8784834708, 2.433435951, 2.175772353, 2.691099548)
    #expect(isClose(corrected.weight, weight) && isClose(corrected.mean, mean))
    // The reference interval is of the normal distribution, with variances divided by the number of rows.
    let reference = (high - low) / 2 / 1.959963984540054
    let others = weight * weight * Moments.variance(others.map(\.judge)) / 120
    let variance = (reference * reference - others) * 24 / 22 + others * 120 / 119
    #expect(isClose(corrected.standardError, variance.squareRoot()))
    let half = corrected.standardError * StudentT.quantile(0.975, degrees: 22)
    #expect(isClose(corrected.interval(level: 0.95), mean - half, mean + half))
    #expect((corrected.rated, corrected.unrated, corrected.degrees) == (24, 120, 22))
  }

  @Test func `the interval contains the mean of all rows in 95 % of samples`() throws {
    var random = SeededGenerator(seed: 7)
    func unit() -> Double { Double.random(in: 0..<1, using: &random) }
    var covered = 0
    for _ in 0..<4000 {
      // People see no difference of two runs on average, and the judge errs in three of ten answers.
      let rows = (0..<200).map { row in
        let people = (unit() < 0.2 ? 1.0 : 0) - (unit() < 0.2 ? 1 : 0)
        let errors = (0..<2).map { _ in unit() }.map { $0 < 0.15 ? -1.0 : $0 < 0.3 ? 1 : 0 }
        return Agreement.Pair(human: people, judge: people + errors[0] - errors[1] + (unit() < 0.4 ? 1 : 0), group: row)
      }
      let others = rows[40...].map { CorrectedMean.Unrated(judge: $0.judge, group: $0.group) }
      let corrected = try #require(CorrectedMean(rated: Array(rows[..<40]), unrated: others))
      if corrected.interval(level: 0.95).contains(0) { covered += 1 }
    }
    // The standard error of the share is 0.34 %.
    #expect(covered > 3770 && covered < 3840, "covered in \(covered) of 4000 samples")
  }

  @Test func `without other rows, or with a judge that says nothing, the mean is that of the people`() throws {
    let mean = Self.human.reduce(0, +) / 24
    let all = try #require(CorrectedMean(rated: pairs(), unrated: []))
    #expect(all.weight == 0 && isClose(all.mean, mean) && all.unrated == 0)
    let constant = try #require(
      CorrectedMean(
        rated: pairs(Self.human, Array(repeating: 5, count: 24)),
        unrated: (0..<50).map { CorrectedMean.Unrated(judge: 5, group: 100 + $0) }))
    #expect(constant.weight == 0 && isClose(constant.mean, mean) && isClose(constant.judgeMean, 5))
  }

  @Test func `copies of rows add no certainty`() throws {
    let (once, rest) = (pairs(), others)
    let single = try #require(CorrectedMean(rated: once, unrated: rest))
    let doubled = try #require(CorrectedMean(rated: once + once, unrated: rest + rest))
    #expect(abs(doubled.mean - single.mean) < 0.01 && doubled.degrees == 22)
    #expect(doubled.standardError >= single.standardError)
    #expect(CorrectedMean(rated: pairs { _ in 1 }, unrated: rest) == nil)
  }

  @Test func `full agreement in the rated rows is no certainty`() throws {
    let same = (0..<30).map { Agreement.Pair(human: 1, judge: 1, group: $0) }
    let corrected = try #require(CorrectedMean(rated: same, unrated: []))
    let interval = corrected.interval(level: 0.95)
    #expect(interval.lowerBound < 0.95 && interval.upperBound > 1.05)
    #expect(corrected.cautiousInterval(level: 0.95) == interval)
  }

  @Test func `failed answers count 0, and their share is estimated too`() throws {
    let right = Array(repeating: 1.0, count: 32)
    let corrected = try #require(CorrectedMean(rated: pairs(right, right), unrated: []))
    let interval = 1.0...1.0
    let answered = right + Array(repeating: 0.0, count: 8)
    let counted = corrected.countingFailures(interval, answered: GroupedScores(answered), bounds: 0...1)
    #expect(isClose(counted.mean, 0.8))
    // The t interval of a mean of 32 ones and 8 zeros: scipy.stats.t.interval(0.95, 39, 0.8, sem).
    #expect(isClose(counted.interval, 0.6704440949, 0.9295559051))
    // One of two answers failed in every row.
    let halves = corrected.countingFailures(
      0.9...1, answered: GroupedScores(Array(repeating: 0.5, count: 40)), bounds: 0...1)
    #expect(isClose(halves.mean, 0.5) && isClose(halves.interval, 0.45, 0.5))
    let none = corrected.countingFailures(0.9...1, answered: GroupedScores(right), bounds: 0...1)
    #expect(isClose(none.mean, 1) && isClose(none.interval, 0.9, 1))
    // Groups that fail as a whole: before, each row counted as evidence of its own, and the interval was a third as wide.
    let groups = (0..<40).map { $0 / 5 }
    let clusters = corrected.countingFailures(
      interval, answered: GroupedScores(answered[..<35] + Array(repeating: 0.0, count: 5), groups: groups),
      bounds: 0...1)
    #expect(clusters.mean < 0.9 && clusters.interval.lowerBound < 0.5, "\(clusters)")
  }

  @Test func `copies of a row are padded as one`() throws {
    let scores = (0..<40).map { Double(1 + $0 % 5) }
    let single = try #require(CorrectedMean(rated: pairs(scores, scores), unrated: []))
    let copies = scores.enumerated().flatMap { item in
      (0..<5).map { _ in Agreement.Pair(human: item.element, judge: item.element, group: item.offset) }
    }
    let grouped = try #require(CorrectedMean(rated: copies, unrated: []))
    let (one, other) = (
      single.equivalenceInterval(level: 0.95, scale: .bounded(1...5)),
      grouped.equivalenceInterval(level: 0.95, scale: .bounded(1...5))
    )
    #expect(isClose(other.lowerBound, one.lowerBound) && isClose(other.upperBound, one.upperBound))
  }

  @Test func `only a judged run is told that other scores need no verdicts`() {
    #expect(MoreVerdicts.remedy(isJudged: true).contains("without verdicts"))
    let other = MoreVerdicts.remedy(isJudged: false)
    #expect(other.contains("reuse: true") && !other.contains("without verdicts"))
  }
}
