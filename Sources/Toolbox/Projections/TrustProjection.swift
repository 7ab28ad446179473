import Evaluation
import JSONCoding

extension Agreement {
  /// The figures as members of an object.
  var members: JSONObject {
    [
      "same": .int(same), "exact": .double((Double(same) / Double(count)).rounded(toPlaces: 4)),
      "exact_interval": sameInterval.json(places: 4), "kappa": .optional(kappa?.rounded(toPlaces: 4)),
      "constant_judge": [
        "score": .double(commonest), "exact": .double(commonestShare.rounded(toPlaces: 4)),
        "kappa": kappa == nil ? .null : 0,
      ],
      "bias": .double(bias.rounded(toPlaces: 4)),
      "bias_interval": biasInterval?.json(places: 4) ?? .null,
      "mean_absolute_error": .double(meanAbsoluteError.rounded(toPlaces: 4)),
      "spearman": .optional(spearman?.rounded(toPlaces: 4)),
      "spearman_interval": spearmanInterval?.json(places: 4) ?? .null,
    ]
  }
}

extension JudgeTrust {
  var json: JSONValue {
    var object: JSONObject = [
      "n": .int(rated.pairs.count), "verdicts": .int(rated.verdicts), "random": .int(rated.drawn.count),
      "blind": .int(rated.blind),
    ]
    for member in agreement?.members.members ?? [] { object.append(member.key, member.value) }
    object["corrected"] =
      corrected.flatMap { corrected in
        interval.map { interval in
          [
            "mean": .double(corrected.mean.rounded(toPlaces: 4)), "interval": interval.json(places: 4),
            "judge_mean": .double(corrected.judgeMean.rounded(toPlaces: 4)),
            "lambda": .double(corrected.weight.rounded(toPlaces: 4)), "rated": .int(corrected.rated),
            "unrated": .int(corrected.unrated),
          ]
        }
      } ?? .null
    // Why there is no corrected mean is part of the decision's sentence.
    object["decision"] = [
      "word": .string(decision.word.rawValue), "verdicts_needed": .optional(decision.verdictsNeeded),
      "rows": .optional(decision.look),
      "sentence": .string(decision.sentence),
    ]
    if outdated > 0 { object["other_wording"] = .int(outdated) }
    object["sentence"] = .string(sentenceBesideDecision)
    return .object(object)
  }
}

extension MetricTrust {
  /// Nil without verdicts.
  var json: JSONValue? {
    if verdicts == 0, outdated == 0 { return nil }
    var object: JSONObject = [
      "verdicts": .int(verdicts), "random": .int(drawn), "other_wording": .int(outdated),
      "judges": .array(
        judges.map { judge in
          var object: JSONObject = ["judge_model": .optional(judge.judgeModel), "n": .int(judge.count)]
          for member in judge.agreement?.members.members ?? [] { object.append(member.key, member.value) }
          if !judge.runs.isEmpty { object["runs"] = .array(judge.runs.map(\.json)) }
          object["sentence"] = judge.sentence.map(JSONValue.string)
          return .object(object)
        }),
    ]
    if !pairs.isEmpty { object["judges_compared"] = .array(pairs.map(\.json)) }
    if drawn < verdicts {
      object["note"] =
        "Not all of these rows were drawn at random (responses_list with order random), so the figures are of these rows alone."
    }
    return .object(object)
  }
}

extension MetricTrust.ByRun {
  fileprivate var json: JSONValue {
    [
      "run_id": .int(runID), "n": .int(count), "bias": .optional(agreement?.bias.rounded(toPlaces: 4)),
      "bias_interval": agreement?.biasInterval?.json(places: 4) ?? .null,
      "kappa": .optional(agreement?.kappa?.rounded(toPlaces: 4)),
    ]
  }
}

extension MetricTrust.ByJudge {
  /// The agreement in all runs, with a word on those that differ.
  fileprivate var sentence: String? {
    guard let agreement else { return nil }
    let all = JudgeTrust.sentence(agreement, on: judgeModel == nil ? "check" : "judge")
    if runs.isEmpty { return all }
    let pooled = "These are the figures of \(runs.count) runs together; runs_get has the decision for each."
    return differsBetweenRuns
      ? "\(all) \(pooled) The runs differ, so they hold for none of them: see runs." : "\(all) \(pooled)"
  }
}

extension JudgePair {
  fileprivate var json: JSONValue {
    [
      "judges": .array(
        zip([first, second], agreements).map { name, agreement in
          var object: JSONObject = ["judge_model": .string(name)]
          for member in agreement?.members.members ?? [] { object.append(member.key, member.value) }
          return .object(object)
        }),
      "n": .int(count), "difference": .double(difference.rounded(toPlaces: 4)), "interval": interval.json(places: 4),
      "level": .double(level.rounded(toPlaces: 6)), "sentence": .string(sentence),
    ]
  }
}

extension CorrectedDifference {
  var json: JSONValue {
    var object: JSONObject = ["rated": .int(difference?.rated ?? rated)]
    if let difference, let interval {
      object["mean_difference"] = .double(difference.mean.rounded(toPlaces: 6))
      object["interval"] = interval.json(places: 6)
      object["interval_of"] = "the difference as people's verdicts correct it, which decides"
      if let marginInterval {
        object["margin_interval"] = marginInterval.json(places: 6)
        object["margin_interval_of"] = .string(MarginInterval.description)
      }
      object["one_sided_bound"] = nonInferiorityBound.map { .double($0.rounded(toPlaces: 6)) }
      object["doubt"] = doubt.map(JSONValue.string)
      object["lambda"] = .double(difference.weight.rounded(toPlaces: 4))
      object["unrated"] = .int(difference.unrated)
      object["judge_verdict_word"] = .string(judgeVerdict.rawValue)
    } else {
      object["mean_difference"] = .null
      object["reason"] = .optional(reason)
    }
    return .object(object)
  }
}
