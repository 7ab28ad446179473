import Evaluation
import Store

/// What a reading of a run's answers tells.
extension RunView {
  /// The judge's trust and the check against the schema, worked out once for the object and its warnings.
  struct AnswerFindings: Sendable {
    let trust: [JudgeTrust]
    /// Nil without a schema.
    let schema: SchemaCheck?
  }

  /// - Parameters:
  ///   - statistics: those of the run, if they have been computed.
  ///   - side: the run as prepared for a comparison, if it has been.
  func answerFindings(_ statistics: RunStatistics? = nil, side: ComparedRun? = nil) throws -> AnswerFindings {
    AnswerFindings(trust: try side.map(trust(of:)) ?? trust(statistics), schema: try schemaCheck)
  }

  /// How far its scores can be trusted, by the verdicts of people; empty without.
  ///
  /// - Parameter statistics: those of the run, if they have been computed.
  func trust(_ statistics: RunStatistics? = nil) throws -> [JudgeTrust] {
    try rated.map { try trust(of: ComparedRun($0, statistics: statistics)) } ?? []
  }

  private func trust(of side: ComparedRun) throws -> [JudgeTrust] {
    rated == nil || side.verdicts.isEmpty ? [] : side.judgeTrust(try rowGroups(of: side))
  }

  /// Which of its rows are one piece of evidence.
  func rowGroups(of side: ComparedRun) throws -> RowGroups { try groups ?? RowGroups([side], of: dataset) }

  /// The check of its answers against the schema; nil without a schema.
  private var schemaCheck: SchemaCheck? {
    get throws { entries.isEmpty ? nil : try SchemaCheck(entries, sent) }
  }

  /// The answers by expected value; nil while it is in progress, and without few distinct expected values.
  ///
  /// Only the first answer of each row counts, because several are no independent evidence.
  var confusion: Confusion? {
    get throws { hasEnded ? try Confusion(entries, scoring) { [groups] row in groups?[row] ?? row } : nil }
  }
}
