import Foundation
import Testing

@testable import Evaluation

@Suite struct PairedRatioTests {
  private func ratio(
    _ figure: PairedRatio.Figure, _ first: [Double], _ second: [Double], groups: [Int]? = nil, unknown: Int = 0
  ) -> PairedRatio {
    let rows = zip(first, second).enumerated().map { index, values in
      PairedRatio.Row(baseline: values.0, candidate: values.1, group: groups?[index] ?? index)
    }
    return PairedRatio(figure, of: rows, unknown: unknown)
  }

  private func isNear(_ interval: ClosedRange<Double>?, _ low: Double, _ high: Double, within error: Double) -> Bool {
    guard let interval else { return false }
    return abs(interval.lowerBound - low) < error && abs(interval.upperBound - high) < error
  }

  // NumPy and SciPy: the roots of Fieller's quadratic with `np.cov` and `stats.t.ppf`.
  @Test func `the ratio of costs has Fieller's interval`() {
    let costs = ratio(.mean, [1, 2, 3, 4, 5, 6], [0.3, 0.4, 0.5, 1, 0.9, 1.3])
    #expect(abs((costs.estimate ?? 0) - 0.20952380952380953) < 1e-12)
    #expect(isNear(costs.interval, 0.16934596282405834, 0.2584470450852855, within: 1e-9))
  }

  @Test func `the totals of groups are the observations`() {
    let costs = ratio(
      .mean, [1, 2, 3, 4, 5, 1, 6, 3, 5, 0], [0.3, 0.4, 0.5, 1, 0.9, 0, 1.3, 1, 0.9, 0.1],
      groups: [0, 0, 1, 2, 3, 3, 4, 5, 5, 5])
    let totals = ratio(.mean, [3, 3, 4, 6, 6, 8], [0.7, 0.5, 1, 0.9, 1.3, 2])
    #expect(abs((costs.estimate ?? 0) - (totals.estimate ?? 1)) < 1e-12)
    #expect(isNear(costs.interval, totals.interval?.lowerBound ?? 0, totals.interval?.upperBound ?? 0, within: 1e-12))
  }

  @Test func `the ratio of median latencies has no interval, and a note that says why`() {
    let latencies = ratio(.median, [1, 2, 3, 4, 5, 6, 7, 8], [2, 4, 5, 9, 10, 13, 14, 15])
    #expect(latencies.estimate == 9.5 / 4.5 && latencies.interval == nil)
    #expect(latencies.note?.contains("different times") == true)
    #expect(ratio(.median, [], []).note == nil && ratio(.mean, [1, 2, 3, 4, 5], [2, 3, 4, 5, 6]).note == nil)
  }

  @Test func `what the rows do not bound has no interval`() {
    #expect(ratio(.mean, [1, 1, 1, 1, 100], [1, 2, 1, 1, 90]).interval == nil)
    #expect(ratio(.mean, [1, 2, 3, 4], [1, 2, 3, 5]).interval == nil)
    for figure in [PairedRatio.Figure.mean, .median] {
      let none = ratio(figure, [], [])
      #expect(none.estimate == nil && none.interval == nil)
      let free = ratio(figure, [0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1])
      #expect(free.estimate == nil && free.interval == nil)
      let nothing = ratio(figure, [1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0])
      #expect(nothing.estimate == 0 && nothing.interval == (figure == .mean ? 0...0 : nil))
    }
    #expect(ratio(.median, [0, 0, 0, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1]).interval == nil)
  }

  @Test func `more than a tenth of unknown values leaves no ratio`() {
    let ones = Array(repeating: 1.0, count: 9)
    #expect(ratio(.mean, ones, ones, unknown: 1).estimate == 1)
    #expect(ratio(.mean, ones, ones, unknown: 2).estimate == nil)
    #expect(ratio(.mean, ones, ones, unknown: 2).interval == nil)
  }

  // MARK: Coverage

  /// The share of worlds in which the interval contains the true ratio, among those with an interval.
  private func coverage(
    rows: Int, sigma: Double, correlation: Double, worlds: Int
  ) -> Double {
    var random = SeededGenerator(seed: UInt64(rows))
    func normal() -> Double { Normal.quantile(max(random.unit(), 1e-12)) }
    var (hits, all) = (0, 0)
    for _ in 0..<worlds {
      var (first, second): ([Double], [Double]) = ([], [])
      for _ in 0..<rows {
        let shared = correlation.squareRoot() * normal()
        first.append(exp(sigma * (shared + (1 - correlation).squareRoot() * normal())))
        second.append(0.2 * exp(sigma * (shared + (1 - correlation).squareRoot() * normal())))
      }
      guard let interval = ratio(.mean, first, second).interval else { continue }
      all += 1
      hits += interval.contains(0.2) ? 1 : 0
    }
    return Double(hits) / Double(max(all, 1))
  }

  @Test(arguments: [(10, 0.3, 0.0), (10, 0.3, 0.8), (40, 1.0, 0.0), (40, 1.0, 0.8)])
  func `the interval contains the true ratio of costs in 95 of 100 worlds`(
    rows: Int, sigma: Double, correlation: Double
  ) {
    let share = coverage(rows: rows, sigma: sigma, correlation: correlation, worlds: 1000)
    #expect((0.93...0.985).contains(share), "\(share)")
  }
}
