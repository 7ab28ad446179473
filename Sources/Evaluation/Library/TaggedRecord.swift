import Store

/// A record that carries tags.
package protocol TaggedRecord: NamedRecord {
  var tagIDs: [Int] { get set }
  /// Whether lists leave it out unless asked for it.
  var isArchived: Bool { get set }
}

/// The types of records that carry tags and can be archived.
package enum TaggedRecords {
  package static let all: [any TaggedRecord.Type] = [
    PromptRecord.self, RunRecord.self, DatasetRecord.self, MetricRecord.self, MetricGroupRecord.self,
  ]
}

extension TaggedRecord {
  /// Whether the record has any of the tags; true without a filter.
  package func matches(_ tagIDs: Set<Int>?) -> Bool {
    tagIDs.map { !$0.isDisjoint(with: self.tagIDs) } ?? true
  }
}
