import JSONCoding

/// One dimension a judge scores: an instruction and what each number of stars means.
package struct MetricRecord: Record {
  package static var kind: RecordKind { .metrics }
  package static var table: WritableKeyPath<Tables, Table<MetricRecord>> { \.metrics }

  /// What a number of stars means.
  package struct Band: Sendable, Equatable {
    /// 1 to 5.
    package var stars: Int
    package var description: String

    package init(stars: Int, description: String) {
      self.stars = stars
      self.description = description
    }
  }

  package var id: Int
  package var name: String
  /// The name as a slug.
  package var key: String
  package var instruction: String?
  /// Five bands, from 5 stars to 1.
  package var rubricBands: [Band]
  package var tagIDs: [Int]
  package var createdAt: Timestamp
  package var updatedAt: Timestamp

  package init(
    id: Int, name: String, key: String, instruction: String? = nil, rubricBands: [Band], tagIDs: [Int] = [],
    createdAt: Timestamp, updatedAt: Timestamp
  ) {
    self.id = id
    self.name = name
    self.key = key
    self.instruction = instruction
    self.rubricBands = rubricBands
    self.tagIDs = tagIDs
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }

  package init(from decoder: inout RecordDecoder) throws(RecordError) {
    id = try decoder.int("id")
    name = try decoder.string("name")
    key = try decoder.string("key")
    instruction = try decoder.optionalString("instruction")
    rubricBands = []
    for object in try decoder.objects("rubric_bands") {
      var band = RecordDecoder(object)
      rubricBands.append(Band(stars: try band.int("stars"), description: try band.string("description")))
      try band.finish()
    }
    tagIDs = try decoder.ints("tag_ids")
    createdAt = try decoder.timestamp("created_at")
    updatedAt = try decoder.timestamp("updated_at")
  }

  package func encode(to encoder: inout RecordEncoder) {
    encoder.field("id", id)
    encoder.field("name", name)
    encoder.field("key", key)
    encoder.field("instruction", instruction)
    let bands = rubricBands.map { JSONValue.object(["stars": .int($0.stars), "description": .string($0.description)]) }
    encoder.field("rubric_bands", .array(bands))
    encoder.field("tag_ids", tagIDs)
    encoder.field("created_at", createdAt)
    encoder.field("updated_at", updatedAt)
  }

  package var references: [RecordReference] { tagIDs.map { RecordReference(.tags, $0) } }

  package func check() throws(RecordError) {
    try ValueRange.band.check(all: rubricBands.map(\.stars), "stars")
    try ValueRange.id.check(all: tagIDs, "tag_ids")
  }
}
