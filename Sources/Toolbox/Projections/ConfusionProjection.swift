import Evaluation
import JSONCoding

extension Confusion {
  private static let labelLimit = 60

  /// The columns of the table: the labels of the classes, and the two that are no class.
  var columns: [String] { classes.map { Clipping.clip($0.label, to: Self.labelLimit) } + Self.otherColumns }

  var json: JSONValue {
    var object: JSONObject = [
      "by": .string(source), "columns": .array(columns.map(JSONValue.string)),
      "classes": .array(zip(classes, columns).map { .object(Self.object($0, label: $1)) }),
    ]
    if withoutExpected > 0 { object.append("rows_without_expected_output", .int(withoutExpected)) }
    if unread > 0 { object.append("rows_left_unread", .int(unread)) }
    if !notes.isEmpty { object.append("note", .string(notes.joined(separator: " "))) }
    return .object(object)
  }

  /// What its figures do not show.
  var notes: [String] {
    [
      unanswered > 0
        ? "\(unanswered) \(unanswered == 1 ? "row" : "rows") without an answer count as missed in recall and F1." : nil,
      pieces.map { "Rows are equal or of one __cluster (\($0) pieces of evidence), so the rates have no intervals." },
    ].compactMap(\.self)
  }

  private static func object(_ found: Class, label: String) -> JSONObject {
    var object: JSONObject = [
      "expected": .string(label), "rows": .int(found.rows), "answers": .array(found.answers.map(JSONValue.int)),
    ]
    for (name, rate) in [("precision", found.precision), ("recall", found.recall), ("f1", found.f1)] {
      object.append(name, .optional(rate?.value.rounded(toPlaces: 4)))
      object.append(
        "\(name)_interval",
        rate?.interval.map { interval in
          .array([interval.lowerBound, interval.upperBound].map { .double($0.rounded(toPlaces: 4)) })
        } ?? .null)
    }
    object.append(
      "near_misses",
      .object(JSONObject(found.orderedNearMisses.map { .init(key: $0.kind.name, value: .int($0.count)) })))
    return object
  }
}

extension Confusion.Class {
  /// The kinds of near misses that occur.
  var orderedNearMisses: [(kind: NearMisses.Kind, count: Int)] {
    NearMisses.Kind.allCases.compactMap { kind in nearMisses[kind].map { (kind, $0) } }
  }
}

extension NearMisses.Kind {
  /// The name in results.
  var name: String {
    switch self {
    case .letterCase: "case"
    case .surroundings: "punctuation"
    case .fence: "code_fence"
    case .several: "several"
    case .otherText: "other_text"
    }
  }
}
