package import JSONCoding

/// One dimension of scores: what a judge looks for, with the meaning of each number of stars, or a check.
package struct MetricRecord: Record {
  package static var kind: RecordKind { .metrics }
  package static var table: WritableKeyPath<Tables, Table<MetricRecord>> { \.metrics }

  /// The meaning of a number of stars.
  package struct Band: Fields {
    /// 1 to 5.
    package var stars = 1
    package var description = ""

    package init() {}

    package init(stars: Int, description: String) {
      self.stars = stars
      self.description = description
    }

    package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
      try fields.visit("stars", &stars, in: .band)
      try fields.visit("description", &description)
    }
  }

  package var id = 0
  package var name = ""
  /// The name as a slug.
  package var key = ""
  package var instruction: String?
  /// Five bands, from 5 stars to 1; none for a check.
  package var rubricBands: [Band] = []
  /// The kind and the arguments of a check, which scores without a judge; nil for a judge's metric.
  package var check: JSONObject?
  package var tagIDs: [Int] = []
  /// Whether lists leave it out unless asked for it.
  package var isArchived = false
  package var createdAt = Timestamp.zero
  package var updatedAt = Timestamp.zero

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("id", &id, in: .id)
    try fields.visit("name", &name)
    try fields.visit("key", &key)
    try fields.visit("instruction", &instruction)
    try fields.visit("rubric_bands", &rubricBands)
    try fields.visit("check", &check)
    try fields.visit("tag_ids", &tagIDs, in: .id)
    try fields.visit("archived", &isArchived, usually: false)
    try fields.visit("created_at", &createdAt)
    try fields.visit("updated_at", &updatedAt)
  }

  package var references: [RecordReference] { tagIDs.map { RecordReference(.tags, $0) } }
}

extension MetricRecord: StoredRecord {
  static var singular: String { "metric" }
}
