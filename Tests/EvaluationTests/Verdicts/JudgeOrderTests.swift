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
    #expect(
      decision(human) { _, _ in 4 }.sentence.contains(
        "the rank correlation is not defined, because its scores or people's are all equal."))
    let few = decision(human) { index, score in index % 2 == 0 ? Double(1 + index * 3 / 5 % 5) : score }
    #expect(few.word == .notEnough && few.sentence.contains("interval 0.37 to 0.84"), "\(few.sentence)")
  }

  /// Before, an estimate below 0.6 was enough: of judges with a true correlation of 0.74, 9 % were not trusted by 30 verdicts.
  @Test func `an order that may still be right is not called wrong`() {
    func judge(_ rows: Int) -> JudgeDecision {
      decision((0..<rows).map { Double(1 + $0 % 5) }) { $0 % 5 == 0 ? $1 : Double(1 + $0 * 3 / 5 % 5) }
    }
    let few = judge(30)
    #expect(
      few.word == .notEnough
        && few.sentence.hasPrefix(
          "Not enough verdicts: the rank correlation is 0.46, interval 0.1 to 0.71, which does not exclude one of 0.7 or "
            + "more. About 10 more are needed"),
      "\(few.sentence)")
    let many = judge(60)
    #expect(
      many.word == .distrust && many.sentence.contains("the rank correlation is 0.39, less than 0.6"),
      "\(many.sentence)")
  }

  @Test func `rows that are too easy to show an order still show a wrong level`() {
    let found = decision((0..<30).map { _ in 5 }) { index, _ in 4 - Double(index % 2) }
    #expect(found.word == .easyRows && found.finding == "is 1.5 stricter than people")
    #expect(
      found.sentence.hasSuffix("The level of the scores is wrong: their bias is -1.5, interval -1.7 to -1.3."),
      "\(found.sentence)")
    let right = decision((0..<30).map { _ in 5 }) { $1 }
    #expect(right.word == .easyRows && right.finding == nil && right.sentence.hasSuffix("looks at nothing."))
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
