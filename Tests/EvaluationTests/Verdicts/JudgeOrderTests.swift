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
      decision(human) { _, _ in 4 }.sentence == "Do not trust the scores: they are all equal.")
    let few = decision(human) { index, score in index % 2 == 0 ? Double(1 + index * 3 / 5 % 5) : score }
    #expect(
      few.word == .notEnough && few.sentence.contains("its 95 % interval, 0.36 to 0.84, does not exclude 0.4"),
      "\(few.sentence)")
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
          "Not enough verdicts: the rank correlation is 0.46, and its 95 % interval, 0.1 to 0.71, does not exclude 0.7. About 10 "
            + "more may decide"),
      "\(few.sentence)")
    let many = judge(60)
    #expect(
      many.word == .distrust
        && many.sentence
          == "Do not trust the scores: the rank correlation is 0.39, 95 % interval 0.14 to 0.59, so it is below 0.7.",
      "\(many.sentence)")
  }

  /// Before, the estimate of all verdicts made the warning, beside a decision that it is not known.
  @Test func `what the decision leaves open is no fault of the judge`() {
    func trust(_ rows: Int, _ judge: (Int, Double) -> Double) -> JudgeTrust {
      let human = (0..<rows).map { Double(1 + $0 % 5) }
      return JudgeTrust(
        VerdictTarget(metricID: 1, name: "tone", fingerprint: "f", takesStars: true),
        rated(human, human.enumerated().map { judge($0.offset, $0.element) }), bounds: 1...5, outdated: 0)
    }
    let open = trust(30) { $0 % 5 == 0 ? $1 : Double(1 + $0 * 3 / 5 % 5) }
    #expect(open.decision.word == .notEnough && open.fault == nil, "\(open.fault ?? "")")
    // So few verdicts show nothing but a very wrong order.
    #expect(trust(12) { $0 % 5 == 0 ? $1 : Double(1 + $0 * 3 / 5 % 5) }.fault == nil)
    let wrong = trust(12) { 6 - $1 }
    #expect(wrong.fault?.contains("agrees little with people (the rank correlation is -1), by 12 verdicts") == true)
    let both = trust(60) { _, _ in 5 }
    #expect(
      both.fault?.contains("is 2 more generous than people and agrees little with people (all its scores are equal)")
        == true, "\(both.fault ?? "")")
  }

  /// Looked for at each of seven numbers of rows, a bias is found by the 95 % interval in 14 to 17 % of judges without one.
  @Test func `a level is called wrong only where the 99 % interval of the bias shows that`() {
    let human = (0..<60).map { Double(1 + $0 % 5) }
    func found(_ biased: Int) -> JudgeDecision {
      decision(human) { index, score in
        index < biased ? (score < 5 ? score + 1 : score) : score - (index % 20 == 0 ? 1 : 0)
      }
    }
    #expect(found(0).word == .trust)
    let some = found(13)
    #expect(some.word == .notEnough && some.sentence.contains("99 % interval -"), "\(some.sentence)")
    #expect(found(40).word == .trustOrder)
  }

  @Test func `rows that are too easy to show an order still show a wrong level`() {
    let found = decision((0..<30).map { _ in 5 }) { index, _ in 4 - Double(index % 2) }
    #expect(found.word == .easyRows && found.finding == "is 1.5 stricter than people, by 30 verdicts")
    #expect(
      found.sentence.hasSuffix("The level of the scores is wrong: their bias is -1.5, 99 % interval -1.77 to -1.23."),
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
    // Most scores are equal: the standard error of the influence function is 0.1659, so that the standard error is 0.256 and not 0.178 of Bonett and Wright.
    let tied = try #require(
      Agreement(rated((0..<40).map { $0 < 8 ? 1 : 5 }, (0..<40).map { $0 < 5 || $0 > 37 ? 1 : 5 }).pairs))
    #expect(abs((tied.spearman ?? 0) - 0.5921565255) < 1e-6, "\(tied.spearman ?? 0)")
    #expect(abs((tied.spearmanInterval?.lowerBound ?? 0) - 0.1781940184) < 1e-6, "\(tied.spearmanInterval ?? 0...0)")
  }
}
