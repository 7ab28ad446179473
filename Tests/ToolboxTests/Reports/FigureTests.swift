import Testing

@testable import Toolbox

@Suite struct FigureTests {
  @Test(arguments: [
    (0.0, "0.00"), (1, "1.00"), (0.005, "0.01"), (0.004, "0.00"), (2.999, "3.00"), (-0.5, "-0.50"), (-0.001, "0.00"),
    (0.05, "0.05"), (123.456, "123.46"), (1e300, "1e+300"), (.infinity, "inf"),
  ])
  func `a score has two places`(value: Double, text: String) {
    #expect(ScoreEstimate.text(value) == text)
  }

  @Test(arguments: [
    (0.0, "0.00"), (0.1, "0.10"), (12, "12.00"), (0.000_002, "0.000002"), (0.012_345_6, "0.012346"), (1.25, "1.25"),
    (1e-9, "0.00"),
  ])
  func `dollars have two places, and more where there are more`(amount: Double, text: String) {
    #expect(Figure.dollars(amount) == "\(text) US dollars")
  }
}
