import Foundation
import Testing

@testable import Evaluation

@Suite struct PosteriorTests {
  // scipy.stats.beta.cdf(x, positive + 1, negative + 1), and .pdf
  @Test(arguments: [
    (0, 0, 0.3, 0.3, 1.0), (4, 0, 0.9, 0.5904900000000001, 3.2805), (2, 6, 0.25, 0.399322509765625, 2.80316162109375),
    (600, 400, 0.6, 0.5034319307665506, 25.770563620283998), (600, 400, 0.57, 0.02773178823014207, 4.06137219235463),
    (50000, 50000, 0.5005, 0.6240861130045314, 240.00958373895898),
    (1, 99999, 1e-05, 0.26424479646685567, 36788.495939218425), (0, 999, 0.004, 0.9818306904644105, 18.242278650190293),
  ])
  func `a posterior has its distribution function and density`(
    positive: Int, negative: Int, x: Double, below: Double, density: Double
  ) {
    let posterior = BetaPosterior(positive: positive, negative: negative)
    #expect(abs(posterior.atMost(x) - below) < 1e-9)
    #expect(abs(posterior.density(x) / density - 1) < 1e-8)
  }

  @Test func `the ends of the range are certain`() {
    let posterior = BetaPosterior(positive: 3, negative: 0)
    #expect(posterior.atMost(0) == 0 && posterior.atMost(1) == 1)
    #expect(posterior.density(0) == 0 && posterior.density(1) == 4)
    #expect(BetaPosterior(positive: 0, negative: 3).density(0) == 4)
  }

  // E. Miller's sum for two arms (evanmiller.org/bayesian-ab-testing.html, formula 6).
  private func closedForm(_ first: (Int, Int), _ second: (Int, Int)) -> Double {
    func logBeta(_ a: Int, _ b: Int) -> Double { lgamma(Double(a)) + lgamma(Double(b)) - lgamma(Double(a + b)) }
    let (a, b, c, d) = (first.0 + 1, first.1 + 1, second.0 + 1, second.1 + 1)
    return (0..<c).reduce(0) { sum, i in
      sum + exp(logBeta(a + i, b + d) - log(Double(d + i)) - logBeta(1 + i, d) - logBeta(a, b))
    }
  }

  @Test(arguments: [
    ((6, 4), (4, 6)), ((0, 0), (0, 0)), ((1, 0), (0, 0)), ((3, 0), (0, 3)), ((0, 20), (1, 0)), ((60, 40), (40, 60)),
    ((200, 300), (190, 310)), ((0, 500), (2, 498)),
  ])
  func `two arms agree with the closed form`(first: (Int, Int), second: (Int, Int)) {
    let found = BestVersion.probabilities([first, second].map { BetaPosterior(positive: $0.0, negative: $0.1) })
    #expect(abs(found[1] - closedForm(first, second)) < 1e-9)
    #expect(abs(found[0] + found[1] - 1) < 1e-12)
  }

  // scipy.integrate.quad of beta.pdf times the others' beta.cdf
  @Test(arguments: [
    ([(60, 40), (40, 60), (55, 45)], [0.761162211762, 0.000626217642, 0.238211570597]),
    ([(0, 0), (0, 0), (0, 0), (0, 0)], [0.25, 0.25, 0.25, 0.25]),
    ([(10, 990), (15, 985), (0, 3)], [0.009382939529, 0.054570804223, 0.936046256248]),
    ([(30000, 20000), (29800, 20200)], [0.901460364037, 0.098539635963]),
    ([(0, 1000), (1, 999), (3, 0)], [2.1e-11, 1.16e-10, 0.999999999862]),
    ([(5, 5)], [1]), ([], []),
  ])
  func `any number of arms agrees with scipy`(arms: [(Int, Int)], expected: [Double]) {
    let found = BestVersion.probabilities(arms.map { BetaPosterior(positive: $0.0, negative: $0.1) })
    #expect(found.count == expected.count)
    for (one, other) in zip(found, expected) { #expect(abs(one - other) < 1e-9) }
    if !found.isEmpty { #expect(abs(found.reduce(0, +) - 1) < 1e-12) }
  }

  // Mean and variance of a gamma variate are both its shape.
  @Test(arguments: [1.0, 2.5, 30, 5000])
  func `gamma variates have the right mean and variance`(shape: Double) {
    var random = SeededGenerator(seed: 3)
    let draws = (0..<20_000).map { _ in BetaPosterior.gamma(shape: shape, using: &random) }
    let mean = draws.reduce(0, +) / 20_000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect(abs(mean - shape) < 4 * (shape / 20_000).squareRoot())
    #expect(abs(variance / shape - 1) < 0.1)
  }

  // The bound is that of the Kolmogorov-Smirnov test at one in a million, 2.7 / sqrt(draws).
  @Test(arguments: [(0, 0), (4, 0), (2, 6), (600, 400)])
  func `drawn rates follow the posterior`(positive: Int, negative: Int) {
    var random = SeededGenerator(seed: 5)
    let posterior = BetaPosterior(positive: positive, negative: negative)
    let count = 10_000
    let draws = (0..<count).map { _ in posterior.draw(using: &random) }.sorted()
    var furthest = 0.0
    for (index, draw) in draws.enumerated() {
      furthest = max(furthest, abs(Double(index) / Double(count) - posterior.atMost(draw)))
    }
    #expect(furthest < 2.7 / Double(count).squareRoot())
  }
}
