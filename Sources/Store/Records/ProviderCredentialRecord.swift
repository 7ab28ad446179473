/// The access to a provider of language models.
package struct ProviderCredentialRecord: Record {
  package static var kind: RecordKind { .providerCredentials }
  package static var table: WritableKeyPath<Tables, Table<ProviderCredentialRecord>> { \.providerCredentials }

  package var id = 0
  /// The vendor's name: openai, anthropic, ollama, ...
  package var provider = ""
  package var name: String?
  /// The key itself, if it is stored here.
  package var apiKey: String?
  /// The environment variable that holds the key, if it is not stored here.
  package var keyVariable: String?
  /// The base address, if it is not the provider's own.
  package var apiEndpoint: String?
  /// US dollars per million prompt tokens, for models without a known price.
  package var inputPrice: Double?
  /// US dollars per million completion tokens.
  package var outputPrice: Double?
  /// A file of trusted certificates for the address, in PEM.
  package var certificateFile: String?
  package var createdAt = Timestamp.zero
  package var updatedAt = Timestamp.zero

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("id", &id, in: .id)
    try fields.visit("provider", &provider)
    try fields.visit("name", &name)
    try fields.visit("api_key", &apiKey)
    try fields.visit("key_variable", &keyVariable)
    try fields.visit("api_endpoint", &apiEndpoint)
    try fields.visit("input_price", &inputPrice, in: .price)
    try fields.visit("output_price", &outputPrice, in: .price)
    try fields.visit("ca_file", &certificateFile)
    try fields.visit("created_at", &createdAt)
    try fields.visit("updated_at", &updatedAt)
  }

  package var references: [RecordReference] {
    []
  }

  package var secret: String? { apiKey }
}

extension ProviderCredentialRecord: StoredRecord {
  static var singular: String { "provider credential" }
}
