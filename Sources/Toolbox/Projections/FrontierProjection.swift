import Evaluation
import JSONCoding
import Store

/// The result of `runs_list` with `frontier`.
enum FrontierProjection {
  private static let rule =
    "beaten: another run (by) is shown to be better in score or cost, and not worse in the other by more than 5 %, at "
    + "95 % for all pairs together. perhaps_beaten: by the averages alone, which may be chance. Where people's verdicts correct "
    + "the difference of two runs, the corrected one counts."

  static func object(_ frontier: Frontier, datasetID: Int) -> JSONObject {
    var head: JSONObject = ["dataset_id": .int(datasetID)]
    head["choice"] = frontier.choice.map(JSONValue.string)
    let rest: JSONObject = [
      "rule": .string(rule), "runs": .array(frontier.points.map { .object(object($0)) }),
      "left_out": .array(
        frontier.leftOut.map {
          ["id": .int($0.run.id), "name": .string($0.run.name), "why": .string($0.reason)]
        }),
    ]
    return Clipping.fit(JSONObject(head.members + rest.members))
  }

  private static func object(_ point: Frontier.Point) -> JSONObject {
    let side = point.side
    let estimate = ScoreEstimate(name: "", scores: point.scores, scale: side.scale)
    var object: JSONObject = [
      "id": .int(side.run.id), "name": .string(side.run.name), "prompt_id": .int(side.run.promptID),
      "model": .string(side.model), "scoring": .string(side.run.scoring.rawValue),
      "standing": .string(point.standing.rawValue), "score": .double(point.score.rounded(toPlaces: 4)),
      "score_interval": estimate?.interval?.json(digits: 4) ?? .null,
      "cost_per_row": .double(point.cost.rounded(toDigits: 4)),
    ]
    if let trust = point.trust {
      object["corrected_score"] = trust.corrected.map { .double($0.mean.rounded(toPlaces: 4)) } ?? .null
      object["corrected_interval"] = trust.interval?.json(digits: 4) ?? .null
      object["warning"] = trust.warning.map(JSONValue.string)
    }
    object["score_doubt"] = point.note.map(JSONValue.string)
    object["cost_warning"] = side.priceNote.map(JSONValue.string)
    object["by"] = point.rival.map { rival in
      [
        "run_id": .int(rival.candidate.run.id), "verdict_word": .string(rival.verdict.rawValue),
        "verdict": .string(rival.sentence), "cost_ratio": .optional(rival.costRatio?.rounded(toDigits: 4)),
        "cost_ratio_interval": rival.cost.interval?.json(digits: 4) ?? .null,
      ]
    }
    return object
  }
}
