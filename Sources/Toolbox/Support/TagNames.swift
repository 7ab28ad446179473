import Evaluation
import MCP
import Store

/// The arguments for names of tags.
enum TagNames {
  static let field = Field<[String]?>.optional(
    "tag_names", .array(of: .name), "Replaces the tags; missing ones are created."
  ).alias("tags")
  static let filter = Field<[String]?>.optional(
    "tag_names", .array(of: .name), "Any of these tags."
  ).alias("tag", "tags")
  /// What lists of tagged records can be searched by.
  static var filters: [any ToolField] { [filter, NameQuery.field] }
}

extension TaggedRecord {
  /// Replaces the record's tags by those that a call gives, if it gives any.
  mutating func updateTags(with arguments: Arguments, in transaction: inout Transaction) throws(EvaluationError) {
    if let names = arguments.list(TagNames.field) { tagIDs = try transaction.tagIDs(named: names) }
  }
}
