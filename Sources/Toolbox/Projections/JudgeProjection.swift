import Evaluation
import JSONCoding
import Store

extension JudgeShift {
  /// How the judge scored the rows that both runs answered with the same text.
  var json: JSONValue {
    [
      "equal_answers": .int(rows), "shift": .double(mean.rounded(toPlaces: 6)),
      "interval": interval.map { $0.json(places: 6) } ?? .null, "noise": .double(noise.rounded(toPlaces: 6)),
    ]
  }
}

extension RowSeparation {
  /// The rows on which no run of the dataset has differed, and those on which all compared runs have the lowest score.
  ///
  /// - Parameter fault: why the judge of the scores is not trusted; nil where it is.
  func json(_ compared: [ComparedRun], _ fault: JudgeFault?) -> JSONValue {
    var object: JSONObject = [
      "rows": .int(equal), "of": .int(rows), "runs": .int(runs), "sentence": .optional(sentence(fault)),
    ]
    if let lowest = Self.lowest(compared) {
      object["all_lowest"] = [
        "rows": .int(lowest.count),
        "row_indices": .array(lowest.prefix(RunView.failuresRead).map(JSONValue.int)),
      ]
    }
    return .object(object)
  }
}

extension PairwiseResult {
  /// The verdict, or why there is none, in one word.
  var word: String { isUnfit ? "unfit_judge" : verdict?.rawValue ?? "unfinished" }

  /// What a judge says that compared the answers in both orders.
  var object: JSONObject {
    [
      "verdict_word": .string(word),
      "sentence": .string(sentence), "judge_model": .string(judging.judgeModel),
      "criterion": .string(judging.criterion), "rows": .int(rows), "wins": .int(wins), "ties": .int(ties),
      "losses": .int(losses), "equal_answers": .int(equalAnswers),
      "difference": .optional(difference?.rounded(toPlaces: 6)),
      "interval": interval.map { $0.json(places: 6) } ?? .null, "level": .double(level.rounded(toPlaces: 6)),
      "test": .string(test.rawValue), "p_value": .optional(pValue?.rounded(toDigits: 6)),
      "followed_position": [
        "rows": .int(followed), "of": .int(asked), "share": .optional(followedShare?.rounded(toPlaces: 4)),
      ],
      "rows_without_judgement": .int(failed), "rows_to_judge": .int(waiting),
    ]
  }
}
