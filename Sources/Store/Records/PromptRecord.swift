/// One version of a prompt: the whole request except a row's values.
package struct PromptRecord: Record {
  package static var kind: RecordKind { .prompts }
  package static var table: WritableKeyPath<Tables, Table<PromptRecord>> { \.prompts }

  package var id = 0
  package var name = ""
  package var description: String?
  /// The last user message.
  package var template = ""
  package var settings = RequestSettings()
  /// The default model of runs.
  package var llmModel = ""
  /// The credential of runs that name neither a model nor a credential.
  package var providerCredentialID: Int?
  /// A UUID shared by all versions of one prompt.
  package var familyKey = ""
  /// The number within the family, from 1.
  package var versionNumber = 1
  /// Whether this is the published version of its family.
  package var current = false
  package var tagIDs: [Int] = []
  /// Whether lists leave it out unless asked for it.
  package var isArchived = false
  package var createdAt = Timestamp.zero
  package var updatedAt = Timestamp.zero

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("id", &id, in: .id)
    try fields.visit("name", &name)
    try fields.visit("description", &description)
    try fields.visit("template", &template)
    try fields.visit(&settings, of: .prompt)
    try fields.visit("llm_model", &llmModel)
    try fields.visit("provider_credential_id", &providerCredentialID, in: .id)
    try fields.visit("family_key", &familyKey)
    try fields.visit("version_number", &versionNumber, in: .id)
    try fields.visit("current", &current)
    try fields.visit("tag_ids", &tagIDs, in: .id)
    try fields.visit("archived", &isArchived, usually: false)
    try fields.visit("created_at", &createdAt)
    try fields.visit("updated_at", &updatedAt)
  }

  package var references: [RecordReference] {
    tagIDs.map { RecordReference(.tags, $0) }
      + (providerCredentialID.map { [RecordReference(.providerCredentials, $0)] } ?? [])
  }
}

extension PromptRecord: StoredRecord {
  static var singular: String { "prompt" }
}
