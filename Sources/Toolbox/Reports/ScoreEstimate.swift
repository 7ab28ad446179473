import Evaluation
import JSONCoding
import Store

/// A mean of scores with its uncertainty.
struct ScoreEstimate: Sendable, Equatable {
  /// The method for the interval.
  enum Method: String, Sendable {
    case wilson = "Wilson"
    case posterior
    /// As ``posterior``, of groups of rows: see ``Evaluation/GroupedScores``.
    case grouped
    /// From people's verdicts: see ``Evaluation/CorrectedMean``.
    case corrected

    /// The method in words.
    var sentence: String {
      switch self {
      case .wilson: "the Wilson score interval of a rate."
      case .posterior:
        "Bayesian interval of a mean (normal-inverse-gamma), which begins with one score in the middle of the scale, so "
          + "equal scores are not certainty; between 0 and 1 it spans Wilson's interval too."
      case .grouped:
        "Bayesian interval of a mean (normal-inverse-gamma) of groups: rows with one value of \(RowGroups.column), or of "
          + "one prompt, are one piece of evidence."
      case .corrected: "The judge's mean, corrected by people's verdicts."
      }
    }
  }

  let name: String
  let mean: Double
  /// The 95 % interval.
  let interval: ClosedRange<Double>?
  let method: Method
  /// The number of rows.
  let count: Int
  /// That the judge of these scores is not trusted (``Evaluation/JudgeFault``) or was not tested
  /// (``Evaluation/UntestedJudge``); nil where nothing speaks against it.
  var doubt: String?
  /// The number of groups of rows; nil if each row is one of its own.
  var groups: Int?

  init(name: String, mean: Double, interval: ClosedRange<Double>?, method: Method, count: Int) {
    (self.name, self.mean, self.interval) = (name, mean, interval)
    (self.method, self.count) = (method, count)
  }

  /// Nil without scores.
  ///
  /// - Parameter scores: one for each row.
  init?(name: String, scores: GroupedScores, scale: ScoreScale?) {
    guard let mean = scores.mean else { return nil }
    groups = scores.groupCount
    self.name = name
    self.mean = mean
    method = groups != nil ? .grouped : scale == .binary ? .wilson : .posterior
    interval = scale.flatMap(scores.interval)
    count = scores.scores.count
  }

  /// The interval as JSON, with its level and method; nil without one.
  var intervalJSON: JSONValue? {
    interval.map { interval in
      var object: JSONObject = [
        "interval": interval.json(places: 4), "level": 0.95, "method": .string(method.rawValue), "rows": .int(count),
      ]
      object["groups"] = groups.map(JSONValue.int)
      object["sentence"] = .string(method.sentence)
      return .object(object)
    }
  }

  /// `0.25 (95 % interval 0.05 to 0.70, 4 rows)`.
  var sentence: String {
    let range = interval.map { "95 % interval \($0.text), " } ?? ""
    let rows = count == 1 ? "1 row" : "\(count) rows"
    return "\(Self.text(mean)) (\(range)\(rows)\(inGroups)\(doubt.map { "; \($0)" } ?? ""))"
  }

  /// `100`, and `100 in 10 groups` where rows form groups.
  var countText: String { "\(count)\(inGroups)" }

  private var inGroups: String { groups.map { " in \($0) \($0 == 1 ? "group" : "groups")" } ?? "" }

  /// A score with two decimals.
  static func text(_ value: Double) -> String { Figure.fixed(value, places: 2) }
}

extension ClosedRange<Double> {
  /// `0.05 to 0.70`.
  var text: String { "\(ScoreEstimate.text(lowerBound)) to \(ScoreEstimate.text(upperBound))" }
}

extension ScoreEstimate {
  /// The mean of the scores of a run's rows; nil without scores.
  ///
  /// - Parameter findings: what speaks against its judges; nil where only the numbers are wanted.
  static func score(of view: RunView, _ findings: JudgeFindings?) -> ScoreEstimate? {
    let scoring = view.scoring
    let scores = view.rowScores(scoring.score)
    var estimate = ScoreEstimate(
      name: "score (\(scoring.scoring.rawValue))", scores: scores,
      scale: view.rowScale(scoring.scale(of: scores.scores)))
    estimate?.doubt = findings?.mark(ofScoreBy: scoring)
    return estimate
  }

  /// The same mean, with 0 for failed answers where no answer is a wrong answer; nil without such scores.
  static func scoreCountingFailures(of view: RunView) -> ScoreEstimate? {
    let scoring = view.scoring
    let scores = view.rowScores(scoring.scoreCountingFailures)
    return ScoreEstimate(
      name: "score (\(scoring.scoring.rawValue))", scores: scores,
      scale: view.rowScale(scoring.scale(of: scores.scores)))
  }

  /// The mean of the scores of a run's rows, followed by those of its metrics.
  ///
  /// - Parameter findings: what speaks against its judges.
  static func all(of view: RunView, _ findings: JudgeFindings) -> [ScoreEstimate] {
    let scoring = view.scoring
    let metrics = scoring.allMetrics.map { metric in
      let scores = view.rowScores { scoring.review(of: $0, by: metric)?.score }
      var estimate = ScoreEstimate(
        name: metric.name, scores: scores, scale: view.rowScale(metric.scale.narrowed(to: scores.scores)))
      estimate?.doubt = findings.mark(of: metric)
      return estimate
    }
    return ([score(of: view, findings)] + metrics).compactMap { $0 }
  }
}
