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
    #expect(isClose(agreement.biasInterval, 0.2040107486, 0.6293225848))
    #expect(isClose(agreement.spearman, 0.9120321982))
    #expect(agreement.commonest == 4 && isClose(agreement.commonestShare, 7.0 / 24))
  }

  @Test func `a judge that always says the same has a kappa of 0, however often it is right`() throws {
    let constant = try #require(Agreement(pairs([5, 5, 5, 5, 5, 5, 5, 5, 5, 4], Array(repeating: 5, count: 10))))
    #expect(constant.same == 9 && isClose(constant.kappa, 0))
    #expect(constant.commonest == 5 && isClose(constant.commonestShare, 0.9) && constant.spearman == nil)
    // Where everybody always says the same, nothing tells agreement from chance.
    let equal = try #require(Agreement(pairs([5, 5], [5, 5])))
    #expect(equal.kappa == nil && equal.same == 2 && isClose(equal.biasInterval, 0, 0))
    #expect(Agreement([]) == nil)
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
    #expect(isClose(grouped.biasInterval, -0.6836653048, 0.2169986381))
    #expect(Agreement(pairs { _ in 1 })?.biasInterval == nil)
  }

  // MARK: Corrected mean

  private var others: [CorrectedMean.Unrated] {
    (0..<120).map { CorrectedMean.Unrated(judge: Double((5 * $0 + $0 * $0) % 7 / 2 + 2), group: 1000 + $0) }
  }

  @Test(arguments: [
    (1.0, 1.0, 2.291666667, 2.02198608, 2.561347253), (nil, 0.8784834708, 2.433435951, 2.175772353, 2.691099548),
  ])
  func `the mean of 24 rated and 120 other rows`(
    _ given: Double?, _ weight: Double, _ mean: Double, _ low: Double, _ high: Double
  ) throws {
    let corrected = try #require(CorrectedMean(rated: pairs(), unrated: others, weight: given))
    #expect(isClose(corrected.weight, weight) && isClose(corrected.mean, mean))
    // The reference interval is of the normal distribution.
    #expect(isClose(corrected.standardError, (high - low) / 2 / 1.959963984540054))
    let half = corrected.standardError * StudentT.quantile(0.975, degrees: 23)
    #expect(isClose(corrected.interval(level: 0.95), mean - half, mean + half))
    #expect((corrected.rated, corrected.unrated, corrected.degrees) == (24, 120, 23))
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
    let single = try #require(CorrectedMean(rated: once, unrated: rest, weight: 1))
    let doubled = try #require(CorrectedMean(rated: once + once, unrated: rest + rest, weight: 1))
    #expect(isClose(doubled.mean, single.mean) && doubled.degrees == 23)
    #expect(doubled.standardError >= single.standardError)
    #expect(CorrectedMean(rated: pairs { _ in 1 }, unrated: rest) == nil)
  }

  @Test func `full agreement in the rated rows is no certainty`() throws {
    let same = (0..<30).map { Agreement.Pair(human: 1, judge: 1, group: $0) }
    let corrected = try #require(CorrectedMean(rated: same, unrated: []))
    #expect(corrected.standardError == 0)
    let cautious = corrected.cautiousInterval(level: 0.95)
    #expect(cautious.lowerBound < 0.95 && cautious.upperBound > 1.05)
  }
}
