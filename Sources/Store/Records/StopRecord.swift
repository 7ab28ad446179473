/// How the comparison with another run ended a run before its last row.
package struct StopRecord: Fields {
  /// What the run's scores are in comparison with the other's.
  package enum Decision: String, FieldValue, CaseIterable {
    case better, worse
  }

  package var decision = Decision.better
  /// The evidence at the decision.
  package var eValue = 0.0
  /// The evidence that was required.
  package var required = 0.0
  /// The indices of the rows that counted, in the run's order; empty if none did.
  package var rowIndices: [Int] = []
  /// The calls that the whole run would have made, of the model and of the judge.
  package var calls = 0
  /// Of these calls, those that were not made.
  package var savedCalls = 0
  /// The probable cost of the calls that were not made, in US dollars; nil if unknown.
  package var savedCost: Double?
  /// A fingerprint of the rule of the scores that decided; nil before format 7.
  package var scoring: String?

  package init() {}

  /// The number of rows that counted.
  package var rows: Int { rowIndices.count }

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("decision", &decision)
    try fields.visit("e_value", &eValue, in: .evidence)
    try fields.visit("required", &required, in: .evidence)
    try fields.visit("row_indices", &rowIndices, usually: [])
    try fields.visit("calls", &calls, in: .count)
    try fields.visit("saved_calls", &savedCalls, in: .count)
    try fields.visit("saved_cost", &savedCost, in: .money)
    try fields.visit("scoring", &scoring)
  }
}
