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
}
