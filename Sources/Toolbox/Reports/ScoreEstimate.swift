import Evaluation
import JSONCoding
import Store

/// A mean of scores with its uncertainty.
struct ScoreEstimate: Sendable, Equatable {
  /// The method for the interval.
  enum Method: String, Sendable {
    case wilson = "Wilson"
    case posterior
    /// From people's verdicts: see ``Evaluation/CorrectedMean``.
    case corrected

    /// The method in words.
    var sentence: String {
      switch self {
      case .wilson: "the Wilson score interval of a rate."
      case .posterior:
        "Bayesian interval of a mean (normal-inverse-gamma), which begins with one score in the middle of the scale, so "
          + "equal scores are not certainty."
      case .corrected: "The judge's mean, corrected by people's verdicts."
      }
    }
  }

  let name: String
  let mean: Double
  /// The 95 % interval.
  let interval: ClosedRange<Double>?
  let method: Method
  let count: Int

  init(name: String, mean: Double, interval: ClosedRange<Double>?, method: Method, count: Int) {
    (self.name, self.mean, self.interval) = (name, mean, interval)
    (self.method, self.count) = (method, count)
  }

  /// Nil without scores.
  ///
  /// - Parameter scores: one for each row.
  init?(name: String, scores: [Double], scale: ScoreScale?) {
    guard !scores.isEmpty else { return nil }
    let isRate = scale == .binary
    self.name = name
    mean = scores.reduce(0, +) / Double(scores.count)
    method = isRate ? .wilson : .posterior
    interval =
      isRate
      ? Statistics.wilsonInterval(successes: scores.count { $0 == 1 }, trials: scores.count)
      : scale.flatMap { MeanInterval.of(scores, bounds: $0.bounds) }
    count = scores.count
  }

  /// The interval as JSON, with its level and method; nil without one.
  var intervalJSON: JSONValue? {
    interval.map { interval in
      [
        "interval": interval.json(places: 4), "level": 0.95, "method": .string(method.rawValue), "rows": .int(count),
        "sentence": .string(method.sentence),
      ]
    }
  }

  /// `0.25 (95 % interval 0.05 to 0.70, 4 rows)`.
  var sentence: String {
    let range = interval.map { "95 % interval \($0.text), " } ?? ""
    return "\(Self.text(mean)) (\(range)\(count == 1 ? "1 row" : "\(count) rows"))"
  }

  /// A score with two decimals.
  static func text(_ value: Double) -> String { Figure.fixed(value, places: 2) }
}

extension ClosedRange<Double> {
  /// `0.05 to 0.70`.
  var text: String { "\(ScoreEstimate.text(lowerBound)) to \(ScoreEstimate.text(upperBound))" }
}

extension ScoreEstimate {
  /// The mean of the scores of a run's rows; nil without scores.
  static func score(of view: RunView) -> ScoreEstimate? {
    let scoring = view.scoring
    return ScoreEstimate(
      name: "score (\(scoring.scoring.rawValue))", scores: view.rowScores(scoring.score),
      scale: view.rowScale(scoring.scorer.scale))
  }

  /// The same mean, with 0 for failed answers where no answer is a wrong answer; nil without such scores.
  static func scoreCountingFailures(of view: RunView) -> ScoreEstimate? {
    let scorer = view.scoring.scorer
    return ScoreEstimate(
      name: "score (\(scorer.scoring.rawValue))", scores: view.rowScores(view.scoring.scoreCountingFailures),
      scale: view.rowScale(scorer.scale))
  }

  /// The mean of the scores of a run's rows, followed by those of its metrics.
  static func all(of view: RunView) -> [ScoreEstimate] {
    let scoring = view.scoring
    let metrics = scoring.allMetrics.map { metric in
      ScoreEstimate(
        name: metric.name, scores: view.rowScores { scoring.review(of: $0, by: metric)?.score },
        scale: view.rowScale(metric.scale))
    }
    return ([score(of: view)] + metrics).compactMap { $0 }
  }
}
