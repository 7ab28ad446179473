import Evaluation
import JSONCoding

extension RepeatFigures {
  /// The members that only runs with several answers a row have.
  static let members = [
    "right_from", "pass_at_k", "pass_hat_k", "flaky_rows", "flaky_rows_count", "resampling",
  ]

  /// How many flaky rows are shown.
  static let shownRows = 20

  /// Adds the figures to a run.
  func add(to object: inout JSONObject) {
    if let rightFrom {
      object.append("right_from", .double(rightFrom))
      object.append("pass_at_k", shares(passAt))
      object.append("pass_hat_k", shares(passAll))
      object.append("flaky_rows", .array(flakyRows.prefix(Self.shownRows).map(\.json)))
      object.append("flaky_rows_count", .int(flakyRows.count))
    }
    if let variance { object.append("resampling", variance.json) }
  }

  /// The shares by k.
  private func shares(_ share: (Int) -> Double?) -> JSONValue {
    .object(
      JSONObject(
        shownCounts.map { .init(key: "\($0)", value: .optional(share($0)?.rounded(toPlaces: 4))) }))
  }
}

extension RepeatFigures.FlakyRow {
  fileprivate var json: JSONValue {
    ["row_index": .int(rowIndex), "right": .int(right), "answers": .int(answers)]
  }
}

extension RepeatVariance {
  fileprivate var json: JSONValue {
    [
      "standard_error": .optional(standardError?.rounded(toPlaces: 4)),
      "variance_within_rows": .optional(within?.rounded(toPlaces: 4)),
      "variance_between_rows": .optional(between?.rounded(toPlaces: 4)),
      "share": .optional(resamplingShare?.rounded(toPlaces: 4)), "sentence": .optional(advice),
    ]
  }
}
