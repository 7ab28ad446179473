import Store
import Testing

@testable import Evaluation

/// Versions with these outcomes, recorded in turn; `1` is positive.
///
/// - Parameter isEven: whether the outcomes of a version with fewer of them are spread over those of the others.
private func statistics(_ outcomes: [String], isEven: Bool = false) -> ExperimentStatistics {
  let now = Timestamp(millisecondsSince1970: 0)
  let experiment = ExperimentRecord {
    $0.id = 1
    $0.name = "e"
    $0.arms = outcomes.indices.map { .init(promptID: $0 + 1, weight: 1) }
    $0.allocation = .fixed
    $0.status = .running
    $0.createdAt = now
    $0.updatedAt = now
  }
  var statistics = ExperimentStatistics(experiment, entries: [])
  let places = outcomes.enumerated().flatMap { index, text in
    text.enumerated().map { place, outcome in
      (place: isEven ? Double(place) / Double(text.count) : Double(place), index: index, outcome: outcome)
    }
  }
  for (_, index, outcome) in places.sorted(by: { ($0.place, $0.index) < ($1.place, $1.index) }) {
    statistics.record(outcome == "1" ? .positive : .negative, ofArm: index)
  }
  return statistics
}

private func outcomes(_ positive: Int, _ negative: Int) -> String {
  String(repeating: "1", count: positive) + String(repeating: "0", count: negative)
}

private func verdict(
  _ outcomes: [String], allocation: ExperimentRecord.Allocation = .fixed, published: Int? = nil, isEven: Bool = false
) -> ExperimentVerdict {
  let statistics = statistics(outcomes, isEven: isEven)
  return ExperimentVerdict(
    ExperimentLead(statistics), of: statistics, allocation: allocation,
    name: { "greeting v\($0)" }, isPublished: { $0 == published })
}

@Suite struct ExperimentLeadTests {
  @Test func `outcomes are paired in their order`() throws {
    let lead = try #require(ExperimentLead(statistics(["0100100010", "1101110111"])))
    #expect(lead.leader.promptID == 2 && lead.threshold == 20 && !lead.isEnough)
    let rival = try #require(lead.rival(1))
    #expect((rival.pairs, rival.wins, rival.losses) == (10, 5, 0))
    #expect(abs(rival.highest.evidence - 5.333333333) < 1e-6)
  }

  @Test func `surplus outcomes of one version are not paired yet`() throws {
    let lead = try #require(ExperimentLead(statistics(["11111111", "00"])))
    #expect(lead.rivals.map(\.pairs) == [2] && lead.rivals.map(\.wins) == [2])
  }

  @Test(arguments: [(2, 20.0), (3, 40), (4, 60)])
  func `more versions require more evidence`(versions: Int, threshold: Double) throws {
    let winner = outcomes(9, 0)
    let losers = [String](repeating: outcomes(0, 9), count: versions - 1)
    let lead = try #require(ExperimentLead(statistics([winner] + losers)))
    // Nine pairs won out of nine are evidence of 51.2.
    #expect(lead.threshold == threshold && lead.isEnough == (threshold < 51.2))
  }

  @Test func `the leader must be ahead of every other version`() throws {
    let lead = try #require(ExperimentLead(statistics([outcomes(30, 0), outcomes(0, 30), outcomes(29, 1)])))
    #expect(lead.leader.promptID == 1 && !lead.isEnough && lead.closest?.promptID == 3)
  }

  @Test func `evidence for another version does not count for the leader`() throws {
    // The first nine pairs are lost, but many more outcomes put the version ahead.
    let lead = try #require(ExperimentLead(statistics([outcomes(0, 9) + outcomes(500, 0), outcomes(9, 3)])))
    #expect(lead.leader.promptID == 1 && lead.rivals[0].losses == 9 && !lead.isEnough)
  }

  @Test func `evidence once sufficient stays sufficient when it falls`() throws {
    // Eight won pairs decide; later pairs are won and lost equally.
    let later = String(repeating: "10", count: 15)
    let lead = try #require(
      ExperimentLead(statistics([outcomes(8, 0) + later, outcomes(0, 8) + String(later.reversed())])))
    let rival = lead.rivals[0]
    #expect((rival.pairs, rival.wins, rival.losses) == (38, 23, 15))
    #expect(abs(rival.highest.evidence - 51.2) < 1e-6 && rival.highest.pairs == 9 && lead.isEnough)
  }

  @Test func `evidence against the leader prevents a verdict`() throws {
    let outcomes = [outcomes(9, 0) + outcomes(0, 60), outcomes(0, 9) + outcomes(60, 0)]
    let lead = try #require(ExperimentLead(statistics(outcomes)))
    #expect(lead.leader.promptID == 2 && lead.rivals[0].highest.evidence >= 20 && !lead.isEnough)
    #expect(lead.contradiction?.promptID == 1 && lead.contradiction?.highestAgainst.pairs == 9)
  }

  @Test func `a hundred thousand outcomes are read at once`() throws {
    let half = String(repeating: "1", count: 25_000) + String(repeating: "0", count: 25_000)
    let statistics = statistics([half, String(half.reversed()) + "1"])
    var lead: ExperimentLead?
    let time = ContinuousClock().measure { lead = ExperimentLead(statistics) }
    let rival = try #require(lead?.rivals[0])
    // One version is far ahead in the first half and falls back in the second, far beyond the range of a double.
    #expect((rival.pairs, rival.wins, rival.losses) == (50_000, 25_000, 25_000))
    #expect(rival.highest.evidence == 1 && rival.highestAgainst.evidence == Evidence.most && time < .seconds(2))
  }

  @Test func `nothing leads without outcomes or other versions`() {
    #expect(ExperimentLead(statistics(["", ""])) == nil)
    #expect(ExperimentLead(statistics(["111"])) == nil)
  }

  // scipy.integrate.quad of beta.sf of the other times beta.cdf of the leader
  @Test(arguments: [
    ((13, 10), (0, 3), 0.005057471264), ((108, 64), (12, 17), 0.000522680012),
    ((330, 170), (300, 200), 0.0002853783433), ((50, 50), (50, 50), 0.02782904757),
  ])
  func `the expected loss agrees with scipy`(leader: (Int, Int), other: (Int, Int), loss: Double) throws {
    let found = BestVersion.expectedLoss(
      choosing: BetaPosterior(positive: leader.0, negative: leader.1),
      over: [BetaPosterior(positive: other.0, negative: other.1)])
    #expect(abs(found - loss) < 1e-6 * max(loss, 1e-3))
  }
}

@Suite struct ExperimentVerdictTests {
  @Test func `enough evidence names the version and how to publish it`() {
    let found = verdict([outcomes(0, 9), outcomes(8, 1)])
    #expect(found.word == .enough)
    #expect(
      found.sentence
        == "Enough evidence: greeting v2 (prompt 2) is the best, 8 of 9 positive against 0 of 9. "
        + "Paired at about the same time with the other, it alone was positive in 8 of 9 pairs and the other alone "
        + "in 0. The evidence for it is 28.4, reached after 8 pairs; 20 is enough, because versions that are equally good reach it in at most 5 % of "
        + "experiments. prompts_publish with id 2 publishes it.")
    #expect(
      verdict([outcomes(0, 9), outcomes(9, 0)], published: 2).sentence.hasSuffix(
        "experiments. It is published already."))
  }

  @Test func `evidence that has fallen counts as sufficient, with the place where it was reached`() {
    let later = String(repeating: "10", count: 15)
    let found = verdict([outcomes(0, 8) + String(later.reversed()), outcomes(8, 0) + later])
    #expect(found.word == .enough)
    #expect(
      found.sentence
        == "Enough evidence: greeting v2 (prompt 2) is the best, 23 of 38 positive against 15 of 38. "
        + "Paired at about the same time with the other, it alone was positive in 23 of 38 pairs and the other alone "
        + "in 15. The evidence for it is 51.2, reached after 9 pairs; 20 is enough and stays enough, although later pairs "
        + "show less, because versions that are equally good ever reach it in at most 5 % of experiments. prompts_publish "
        + "with id 2 publishes it.")
  }

  @Test func `contradicting outcomes name no best version`() {
    let found = verdict([outcomes(9, 0) + outcomes(0, 60), outcomes(0, 9) + outcomes(60, 0)])
    #expect(found.word == .notEnough)
    #expect(
      found.sentence.hasPrefix(
        "No version is called the best, because the outcomes contradict each other: greeting v2 (prompt 2) leads, "))
    #expect(
      found.sentence.contains(
        "After 9 pairs the evidence was enough for greeting v1 (prompt 1) over it, and later outcomes point the other way. "
          + "Check whether the inputs have changed, or what counts as positive."))
    // The other version has more unpaired outcomes and leads only by them.
    let ahead = verdict([outcomes(0, 9) + outcomes(500, 0), outcomes(9, 3)])
    #expect(ahead.word == .notEnough && ahead.sentence.contains("enough for greeting v2 (prompt 2) over it"))
  }

  @Test func `insufficient evidence is reported as such`() {
    let found = verdict(["0110010100", "1110101100"])
    #expect(found.word == .notEnough)
    #expect(
      found.sentence.hasPrefix(
        "Not enough evidence yet: greeting v2 (prompt 2) leads, 6 of 10 positive against 4 of 10. "
          + "Paired at about the same time with the other, it alone was positive in 3 of 10 pairs and the other alone in 1. "
      ))
    #expect(verdict(["", ""]).sentence.contains("no outcomes"))
    #expect(verdict(["", ""]).sentence.contains("At least 8 outcomes of each version"))
    #expect(verdict(["111"]).sentence.contains("Only one version"))
  }

  @Test func `a high probability of being the best is not enough evidence`() {
    // 60 of 100 against 40 of 100, in an order in which the pairs show little: 40 won, 20 lost.
    let found = verdict([outcomes(40, 60), outcomes(20, 0) + outcomes(0, 20) + outcomes(40, 20)])
    #expect(found.word != .enough && found.sentence.contains(": greeting v2 (prompt 2) leads,"))
  }

  @Test func `the leader may be chosen if little can be lost`() {
    let found = verdict([outcomes(12, 17) + outcomes(96, 47), outcomes(12, 17)], isEven: true)
    #expect(found.word == .littleToLose)
    #expect(found.sentence.hasPrefix("Not shown which version is the best, but there is little to lose: "))
    #expect(found.sentence.contains("gives up about 0.1 positive outcomes in 100 on average"))
    #expect(
      verdict([outcomes(10, 9) + outcomes(106, 57), outcomes(10, 9)], isEven: true).sentence.contains(
        "gives up about 0.9 positive outcomes in 100 on average"))
  }

  @Test(arguments: [["111", "0"], [outcomes(0, 9) + outcomes(13, 1), outcomes(0, 9)]])
  func `a few outcomes do not show what can be lost`(outcomes: [String]) throws {
    let lead = try #require(ExperimentLead(statistics(outcomes)))
    #expect(lead.expectedLoss < ExperimentLead.littleLoss && verdict(outcomes).word == .notEnough)
  }

  @Test(arguments: [
    // Fewer than ten positive outcomes, and a loss of more than a tenth of a low rate.
    (1, 33, 0, 31), (4, 96, 2, 98), (10, 190, 9, 191),
  ])
  func `less than a point is much to lose where positive outcomes are rare`(
    positive: Int, negative: Int, other: Int, otherNegative: Int
  ) throws {
    let outcomes = [outcomes(positive, negative), outcomes(other, otherNegative)]
    let lead = try #require(ExperimentLead(statistics(outcomes)))
    #expect(lead.expectedLoss < ExperimentLead.littleLoss && verdict(outcomes).word == .notEnough)
  }

  @Test func `little is lost where a rare rate is well known`() throws {
    // 40 of 1,000 against 30 of 1,000, with 30 pairs won and 30 lost in turn before the surplus.
    let turns = String(repeating: "10", count: 30)
    let outcomes = [turns + outcomes(10, 930), String(turns.reversed()) + outcomes(0, 940)]
    let lead = try #require(ExperimentLead(statistics(outcomes)))
    #expect(lead.expectedLoss < 0.004 && verdict(outcomes).word == .littleToLose)
    #expect(verdict(outcomes).sentence.contains("below a tenth of its rate"))
  }

  @Test func `enough evidence comes before little to lose`() throws {
    let outcomes = [outcomes(0, 200), outcomes(200, 0)]
    let lead = try #require(ExperimentLead(statistics(outcomes)))
    #expect(lead.expectedLoss < ExperimentLead.littleLoss && verdict(outcomes).word == .enough)
  }

  @Test func `a version without outcomes is reported as unknown`() {
    let found = verdict([outcomes(30, 0), ""])
    #expect(found.word == .notEnough)
    #expect(
      found.sentence.hasPrefix(
        "Not enough evidence yet: greeting v1 (prompt 1) leads, 30 of 30 positive against 0 of 0. "
          + "Nothing is known of greeting v2 (prompt 2): give it a share, or take it out with experiments_update."))
  }

  @Test func `the closest of several versions is named`() {
    #expect(
      verdict([outcomes(9, 0), outcomes(0, 9), outcomes(8, 1)]).sentence.contains(
        "9 of 9 positive against 0 of 9, 8 of 9. Paired at about the same time with greeting v3 (prompt 3), against which "
          + "there is the least evidence, it alone was positive in 1 of 9 pairs and the other alone in 0. There is no evidence for it yet; 40 is enough"
      ))
  }

  @Test func `adaptive allocation has a warning`() {
    #expect(verdict(["01", "10"], allocation: .adaptive).sentence.contains("earns more and proves less"))
    #expect(!verdict(["01", "10"]).sentence.contains("proves less"))
  }
}
