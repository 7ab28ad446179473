import Evaluation
import MCP
import Store

/// The arguments for tag names.
enum TagNames {
  static let field = Field<[String]?>.optional(
    "tag_names", .array(of: .name), "All tags; makes new ones."
  ).alias("tags")
  static let filter = Field<[String]?>.optional(
    "tag_names", .array(of: .name), "Any of these tags."
  ).alias("tag", "tags")
  /// The search filters of lists of tagged records.
  static var filters: [any ToolField] { [filter, NameQuery.field, archived] }
  /// Which of the records a list has: those that are in use, or those that are archived.
  static let archived = Field<Bool>.defaulted("archived", .boolean, default: false, "List the archived.").selfExplaining
}

extension TaggedRecord {
  /// Replaces the record's tags by those of a call, if it has any.
  mutating func updateTags(with arguments: Arguments, in transaction: inout Transaction) throws(EvaluationError) {
    if let names = arguments.list(TagNames.field) { tagIDs = try transaction.tagIDs(named: names) }
  }
}
