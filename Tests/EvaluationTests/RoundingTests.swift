import Testing

@testable import Evaluation

@Suite struct RoundingTests {
  private static let roundings: [(Double, Double)] = [
    (0.000984, 0.000984), (0.1 + 0.2, 0.3), (0.00098399999999, 0.000984), (4.5e-6, 4.5e-6), (1234.56789, 1234.57),
    (12_345_678.9, 12_345_700), (0, 0), (-0.30000000000000004, -0.3), (1.0 / 3, 0.333333), (1e-30, 1e-30), (1, 1),
    (-1.23456789e-25, -1.23457e-25), (2.5e-22, 2.5e-22), (1.0 / 3 * 1e-300, 3.33333e-301),
    (.leastNonzeroMagnitude, .leastNonzeroMagnitude),
  ]

  @Test(arguments: roundings)
  func `a number has six significant digits without noise`(value: Double, rounded: Double) {
    #expect(value.rounded(toDigits: 6) == rounded)
  }

  @Test(arguments: [
    (-0.004, "0"), (2.998, "3"), (0.004, "0"), (2.666, "2.67"), (-1, "-1"), (0.5, "0.5"), (-2.999, "-3"), (5, "5"),
    (1e300, "1e+300"),
  ])
  func `a short text has no decimals that are zero`(value: Double, text: String) {
    #expect(value.shortText == text)
  }

  @Test func `a sum of many equal costs looks like their product`() {
    for cents in 1...200 {
      let cost = Double(cents) * 1.64e-05
      let sum = (0..<60).reduce(0.0) { sum, _ in sum + cost }
      #expect("\(sum.rounded(toDigits: 6))".count <= 12)
    }
    #expect(Double.infinity.rounded(toDigits: 6) == .infinity)
  }
}
