import Store

/// A record that carries tags.
package protocol TaggedRecord: NamedRecord {
  var tagIDs: [Int] { get set }
  /// Whether lists leave it out unless asked for it.
  var isArchived: Bool { get set }
}

extension TaggedRecord {
  /// Whether the record has any of the tags; true without a filter.
  package func matches(_ tagIDs: Set<Int>?) -> Bool {
    tagIDs.map { !$0.isDisjoint(with: self.tagIDs) } ?? true
  }
}
