import Testing

@testable import Evaluation
@testable import Store

/// Whether a judge orders answers as people do, apart from the level of its scores.
@Suite struct JudgeOrderTests {
  private func rated(_ human: [Double], _ judge: [Double]) -> RatedAnswers {
    let entries = human.indices.map { index in
      let record = ResponseRecord {
        ($0.id, $0.runID, $0.key, $0.status) = (index + 1, 1, AnswerKey(rowIndex: index), .completed)
      }
      return ResponseEntry(record, encodedAs: EncodedSlice(record.encoded))
    }
    return RatedAnswers(
      entries, group: { $0 }, human: { .init(value: human[$0.id - 1], isBlind: true) },
      judge: { judge[$0.id - 1] })
  }

  private func decision(_ human: [Double], _ judge: (Int, Double) -> Double) -> JudgeDecision {
    JudgeDecision(
      rated(human, human.enumerated().map { judge($0.offset, $0.element) }), reason: nil, bounds: 1...5)
  }

  /// Before, kappa decided: 0.71 where the answers differ much and 0.33 where they differ little.
  @Test(arguments: [[2, 3, 4, 5], [3, 4], [2, 2, 2, 2, 2, 2, 3]] as [[Double]])
  func `a judge that is stricter by a constant is right in its order, however alike the answers are`(scores: [Double]) {
    let human = (0..<60).map { scores[$0 % scores.count] }
    let found = decision(human) { $1 - 1 }
    #expect(found.word == .trustOrder && found.finding?.hasPrefix("is 1 stricter than people") == true)
    #expect(found.sentence.hasPrefix("The scores order the answers as people do"), "\(found.sentence)")
    #expect(decision(human) { $1 - (1 + Double($0 % 2) / 2) }.word == .trustOrder)
  }

  @Test func `scores that are more alike than people's are right in their order alone, without a bias`() {
    let human = (0..<240).map { Double(1 + $0 % 5) }
    let found = decision(human) { 3 + ($1 - 3) / 4 }
    #expect(found.word == .trustOrder && found.sentence.contains("kappa is 0.47"), "\(found.sentence)")
    #expect(found.finding?.hasPrefix("gives other scores than people") == true)
    #expect(decision(human) { $1 }.word == .trust)
  }

  @Test func `another order is not trusted, and one that few rows show takes more`() {
    let human = (0..<30).map { Double(1 + $0 % 5) }
    let other = decision(human) { index, _ in Double(1 + index * 7 / 5 % 5) }
    #expect(other.word == .distrust && other.sentence.contains("the rank correlation is"), "\(other.sentence)")
    #expect(decision(human) { _, _ in 4 }.sentence.contains("the rank correlation is not defined"))
    let few = decision(human) { index, score in index % 2 == 0 ? Double(1 + index * 3 / 5 % 5) : score }
    #expect(few.word == .notEnough && few.sentence.contains("interval 0.37 to 0.84"), "\(few.sentence)")
  }

  @Test func `the interval of the rank correlation is that of Bonett and Wright`() throws {
    let human: [Double] = [5, 4, 4, 3, 2, 5, 1, 3, 4, 5, 2, 3, 4, 4, 5, 1, 2, 3, 5, 4, 3, 2, 4, 5]
    let judge: [Double] = [5, 5, 4, 4, 3, 5, 2, 3, 5, 5, 2, 4, 4, 5, 5, 1, 3, 3, 5, 5, 4, 2, 4, 5]
    let interval = try #require(Agreement(rated(human, judge).pairs)?.spearmanInterval)
    #expect(abs(interval.lowerBound - 0.7741285034) < 1e-6 && abs(interval.upperBound - 0.9672923291) < 1e-6)
    // Thirty rows in the same order may be chance.
    let equal = try #require(Agreement(rated((0..<30).map { Double($0 % 5) }, (0..<30).map { Double($0 % 5) }).pairs))
    #expect(abs((equal.spearmanInterval?.lowerBound ?? 0) - 0.9188943781) < 1e-6)
  }
}
