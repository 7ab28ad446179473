package import JSONCoding

/// The outcome of a gate: it passes unless something speaks against it.
package struct GateOutcome: Sendable, Equatable {
  /// Why it does not pass: the figure, the limit and what to do.
  package let reasons: [String]
  /// What its decision rests on, where that is not plain.
  package let notes: [String]

  init(reasons: [String], notes: [String] = []) { (self.reasons, self.notes) = (reasons, notes) }

  /// The outcome in the object of a tool; nil if the call gave no gate.
  package init?(in object: JSONObject) {
    guard let gate = object["gate"], let hasPassed = gate["passed"]?.boolValue else { return nil }
    let reasons = gate["reasons"]?.arrayValue?.compactMap(\.stringValue) ?? []
    self.reasons = hasPassed ? [] : reasons.isEmpty ? ["It gives no reason."] : reasons
    notes = gate["notes"]?.arrayValue?.compactMap(\.stringValue) ?? []
  }

  var json: JSONValue {
    var object: JSONObject = ["passed": .bool(reasons.isEmpty), "reasons": .array(reasons.map(JSONValue.string))]
    if !notes.isEmpty { object["notes"] = .array(notes.map(JSONValue.string)) }
    return .object(object)
  }
}

/// Compares figures with the limits of a gate.
enum GateFigure {
  /// The largest difference that rounding in the computation of a figure can make.
  private static let tolerance = 1e-9
  private static let places = 2...9

  static func isBelow(_ figure: Double, _ limit: Double) -> Bool { !(figure >= limit - tolerance) }
  /// A limit as it was given: `1`, `0.9001`.
  static func text(_ limit: Double) -> String { Int(exactly: limit).map(String.init) ?? "\(limit)" }

  static func isAbove(_ figure: Double, _ limit: Double) -> Bool { !(figure <= limit + tolerance) }

  /// The figure with as few decimals as tell it from the limit: `0.83`, or `0.8996` beside 0.9; equal ones have two.
  static func text(_ figure: Double, besides limit: Double) -> String {
    let places = places.first { Figure.fixed(figure, places: $0) != Figure.fixed(limit, places: $0) }
    return Figure.fixed(figure, places: places ?? Self.places.lowerBound)
  }
}
