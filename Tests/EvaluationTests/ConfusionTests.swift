import JSONCoding
import Testing

@testable import Evaluation
@testable import Store

@Suite struct ConfusionTests {
  private func entries(_ rows: [(expected: String?, answer: String?)]) -> [ResponseEntry] {
    rows.enumerated().map { index, row in
      let record = ResponseRecord {
        $0.id = index + 1
        $0.runID = 1
        $0.rowIndex = index
        $0.status = row.answer == nil ? .failed : .completed
        $0.responseText = row.answer
        $0.expectedOutput = row.expected
      }
      return ResponseEntry(record, encodedAs: EncodedSlice(record.encoded))
    }
  }

  private func confusion(
    _ rows: [(expected: String?, answer: String?)], _ scoring: Scoring = .exactMatch, checks: [JSONObject] = []
  ) throws -> Confusion? {
    let metrics = checks.enumerated().compactMap { index, check in
      var metric = MetricRecord()
      (metric.id, metric.name, metric.check) = (index + 1, "check \(index + 1)", check)
      return CheckedMetric(metric)
    }
    return try Confusion(entries(rows), RunScoring(scoring: scoring, checks: metrics))
  }

  private func rows(_ expected: String, _ answers: [(String?, Int)]) -> [(expected: String?, answer: String?)] {
    answers.flatMap { answer, count in Array(repeating: (expected: expected, answer: answer), count: count) }
  }

  /// 30 rows: three classes, two answers outside of them, and one failed row.
  private var sentiments: [(expected: String?, answer: String?)] {
    rows("positive", [("positive", 9), ("neutral", 2), ("Positive", 1)])
      + rows("negative", [("negative", 7), ("neutral", 1), ("positive", 1), (nil, 1)])
      + rows("neutral", [("neutral", 5), ("positive", 2), ("no idea", 1)])
  }

  // scikit-learn 1.9: `confusion_matrix` and `precision_recall_fscore_support`; statsmodels' Wilson intervals.
  @Test func `rows that are one piece of evidence have rates without intervals`() throws {
    let entries = entries(rows("yes", [("yes", 8), ("no", 2)]) + rows("no", [("no", 9), (nil, 1)]))
    let alone = try #require(try Confusion(entries, RunScoring(scoring: .exactMatch)))
    let grouped = try #require(try Confusion(entries, RunScoring(scoring: .exactMatch)) { $0 / 2 })
    #expect(alone.pieces == nil && alone.classes.allSatisfy { $0.recall?.interval != nil && $0.f1?.interval != nil })
    #expect(grouped.pieces == 10 && grouped.classes.map { $0.recall?.value } == alone.classes.map { $0.recall?.value })
    #expect(
      grouped.classes.allSatisfy {
        $0.precision?.interval == nil && $0.recall?.interval == nil && $0.f1?.interval == nil
      })
    #expect(grouped.unanswered == 1)
  }

  @Test func `each class has precision, recall and F1`() throws {
    let confusion = try #require(try confusion(sentiments))
    #expect(confusion.source == "ExactMatch")
    #expect(confusion.classes.map(\.label) == ["negative", "neutral", "positive"])
    #expect(confusion.classes.map(\.answers) == [[7, 1, 1, 0, 1], [0, 5, 2, 1, 0], [0, 2, 9, 1, 0]])
    #expect(confusion.classes.map(\.rows) == [10, 8, 12])
    func near(_ rates: [Confusion.Rate?], _ values: [Double]) -> Bool {
      rates.compactMap(\.self).count == values.count
        && zip(rates, values).allSatisfy { abs(($0?.value ?? -1) - $1) < 1e-6 }
    }
    #expect(near(confusion.classes.map(\.precision), [1, 0.625, 0.75]))
    #expect(near(confusion.classes.map(\.recall), [0.7, 0.625, 0.75]))
    #expect(near(confusion.classes.map(\.f1), [0.8235294118, 0.625, 0.75]))
    let negative = confusion.classes[0]
    #expect(negative.recall?.interval == Statistics.wilsonInterval(successes: 7, trials: 10))
    #expect(negative.precision?.interval == Statistics.wilsonInterval(successes: 7, trials: 7))
    // Wilson's interval of 7 of 10, 0.396778 to 0.892209, by 2 J / (1 + J).
    let f1 = try #require(negative.f1?.interval)
    #expect(abs(f1.lowerBound - 0.568133) < 1e-5 && abs(f1.upperBound - 0.943034) < 1e-5)
    #expect(confusion.classes.map(\.nearMisses) == [[:], [:], [.letterCase: 1]])
  }

  @Test func `form alone is counted apart, by class`() throws {
    let forms = rows("yes", [("yes", 5), ("YES", 2), ("\"yes\".", 1), ("```\nyes\n```", 1), ("yes it is", 1)])
    let confusion = try #require(try confusion(forms + rows("no", [("no", 5), ("Yes.", 1)])))
    #expect(confusion.classes[1].answers == [0, 5, 5, 0])
    #expect(confusion.classes[1].nearMisses == [.letterCase: 2, .surroundings: 1, .fence: 1])
    // Another class in another form is no near miss.
    #expect(confusion.classes[0].nearMisses == [:] && confusion.classes[0].answers == [5, 0, 1, 0])
  }

  @Test func `a class that nobody answered has no precision, and never a NaN`() throws {
    let confusion = try #require(try confusion(rows("a", [("a", 10)]) + rows("b", [("a", 5)])))
    let missed = confusion.classes[1]
    #expect(missed.precision == nil && missed.recall?.value == 0 && missed.f1?.value == 0)
    let found = confusion.classes[0]
    #expect(found.recall?.value == 1 && found.recall?.interval?.upperBound == 1)
    for rate in confusion.classes.flatMap({ [$0.precision, $0.recall, $0.f1] }).compactMap(\.self) {
      #expect(rate.value.isFinite && rate.interval?.contains(rate.value) == true)
    }
    let failed = try #require(try self.confusion(rows("a", [(nil, 5)]) + rows("b", [(nil, 5)])))
    #expect(failed.classes.allSatisfy { $0.precision == nil && $0.recall?.value == 0 && $0.f1?.value == 0 })
  }

  @Test func `one value, many values and few rows are no classes`() throws {
    #expect(try confusion(rows("a", [("a", 30)])) == nil)
    #expect(try confusion(rows("a", [("a", 5)]) + rows("b", [("b", 4)])) == nil)
    #expect(try confusion((0..<130).map { ("\($0 % 13)", "0") }) == nil)
    #expect(try confusion((0..<120).map { ("\($0 % 12)", "0") }) != nil)
    #expect(try confusion([]) == nil)
    #expect(try confusion(sentiments, .none) == nil)
    #expect(try confusion(sentiments, .llmJudge) == nil)
  }

  @Test func `rows without an expected output are left out and counted`() throws {
    let confusion = try #require(try confusion(sentiments + [("", "positive"), (nil, "positive")]))
    #expect(confusion.withoutExpected == 2 && confusion.classes.map(\.rows) == [10, 8, 12])
  }

  @Test func `Contains names the only value that an answer contains`() throws {
    let found = rows("likely", [("It is likely.", 4), ("unlikely", 1), ("likely or certain", 1)])
    let confusion = try #require(
      try confusion(
        found + rows("unlikely", [("It is unlikely.", 5)]) + rows("certain", [("certain", 4), ("Certain", 1)]),
        .contains))
    #expect(confusion.classes.map(\.label) == ["certain", "likely", "unlikely"])
    #expect(confusion.classes.map(\.answers) == [[4, 0, 0, 1, 0], [0, 4, 1, 1, 0], [0, 0, 5, 0, 0]])
    #expect(confusion.classes[0].nearMisses == [.letterCase: 1])
  }

  @Test func `an equals check decides by its own options`() throws {
    let rows = rows("yes", [("YES", 4), ("yes.", 1)]) + rows("no", [("no", 5)])
    let check: JSONObject = ["kind": "equals", "case_sensitive": false]
    let confusion = try #require(try confusion(rows, .checks, checks: [["kind": "length", "max": 9], check]))
    #expect(confusion.source == "check 2")
    #expect(confusion.classes.map(\.answers) == [[5, 0, 0, 0], [0, 4, 1, 0]])
    #expect(confusion.classes[1].nearMisses == [.surroundings: 1])
    for other: JSONObject in [
      ["kind": "equals", "value": ["yes"]], ["kind": "equals", "not": true], ["kind": "equals", "column": "c"],
    ] {
      #expect(try self.confusion(rows, .checks, checks: [other]) == nil)
    }
  }
}
