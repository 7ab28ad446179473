import Store
import Testing

@testable import Evaluation

@Suite struct ExperimentVerdictTests {
  private func verdict(_ outcomes: [(Int, Int)], published: Int? = nil) -> String {
    var arms = outcomes.enumerated().map { index, outcome in
      var arm = ExperimentStatistics.Arm(promptID: index + 1, weight: 1)
      (arm.positive, arm.negative) = outcome
      return arm
    }
    let probabilities = BestArm.probabilities(arms.map(\.posterior))
    for index in arms.indices { arms[index].probabilityOfBest = probabilities[index] }
    return ExperimentVerdict.sentence(arms, name: { "greeting v\($0)" }, isPublished: { $0 == published })
  }

  @Test func `enough evidence names the version and how to publish it`() {
    #expect(
      verdict([(40, 60), (60, 40)])
        == "Enough evidence: greeting v2 (prompt 2) is the best with a probability of 99.8 %, 60 of 100 positive against "
        + "40 of 100. prompts_publish with id 2 publishes it.")
    #expect(verdict([(40, 60), (60, 40)], published: 2).hasSuffix("It is published already."))
    #expect(verdict([(0, 4000), (4000, 0)]).contains("99.9 %"))
  }

  @Test func `too little evidence is called that`() {
    #expect(
      verdict([(4, 6), (6, 4)])
        == "Not enough evidence yet: greeting v2 (prompt 2) leads with a probability of 80.3 % of being the best, 6 of 10 "
        + "positive against 4 of 10; 95 % decide.")
    #expect(verdict([(0, 6), (6, 0)]).contains("but on 6 outcomes only"))
    #expect(verdict([(0, 0), (0, 0)]).contains("no outcomes"))
    #expect(verdict([(30, 0)]).contains("Only one version"))
    #expect(
      verdict([(30, 0), (0, 0)])
        == "Not enough evidence yet: greeting v1 (prompt 1) leads with a probability of 96.9 % of being the best, but "
        + "nothing is known of greeting v2 (prompt 2), 30 of 30 positive against 0 of 0. Give it a share, or take it out "
        + "with experiments_update.")
  }
}
