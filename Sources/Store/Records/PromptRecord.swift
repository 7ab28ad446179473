/// One version of a prompt template.
package struct PromptRecord: Record {
  package static var kind: RecordKind { .prompts }
  package static var table: WritableKeyPath<Tables, Table<PromptRecord>> { \.prompts }

  package var id: Int
  package var name: String
  package var description: String?
  package var template: String
  /// The model that runs use unless they name another.
  package var llmModel: String
  /// What all versions of one prompt share: a UUID.
  package var familyKey: String
  /// Counted from 1 within the family.
  package var versionNumber: Int
  /// Whether this is the published version of its family.
  package var current: Bool
  package var tagIDs: [Int]
  package var createdAt: Timestamp
  package var updatedAt: Timestamp

  package init(
    id: Int, name: String, description: String? = nil, template: String, llmModel: String, familyKey: String,
    versionNumber: Int, current: Bool, tagIDs: [Int] = [], createdAt: Timestamp, updatedAt: Timestamp
  ) {
    self.id = id
    self.name = name
    self.description = description
    self.template = template
    self.llmModel = llmModel
    self.familyKey = familyKey
    self.versionNumber = versionNumber
    self.current = current
    self.tagIDs = tagIDs
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }

  package init(from decoder: inout RecordDecoder) throws(RecordError) {
    id = try decoder.int("id")
    name = try decoder.string("name")
    description = try decoder.optionalString("description")
    template = try decoder.string("template")
    llmModel = try decoder.string("llm_model")
    familyKey = try decoder.string("family_key")
    versionNumber = try decoder.int("version_number")
    current = try decoder.bool("current")
    tagIDs = try decoder.ints("tag_ids")
    createdAt = try decoder.timestamp("created_at")
    updatedAt = try decoder.timestamp("updated_at")
  }

  package func encode(to encoder: inout RecordEncoder) {
    encoder.field("id", id)
    encoder.field("name", name)
    encoder.field("description", description)
    encoder.field("template", template)
    encoder.field("llm_model", llmModel)
    encoder.field("family_key", familyKey)
    encoder.field("version_number", versionNumber)
    encoder.field("current", current)
    encoder.field("tag_ids", tagIDs)
    encoder.field("created_at", createdAt)
    encoder.field("updated_at", updatedAt)
  }

  package var references: [RecordReference] {
    tagIDs.map { RecordReference(.tags, $0) }
  }

  package func check() throws(RecordError) {
    _ = try ValueRange.id.check(versionNumber, "version_number")
    try ValueRange.id.check(all: tagIDs, "tag_ids")
  }
}
