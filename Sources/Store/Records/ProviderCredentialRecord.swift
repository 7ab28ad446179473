/// How to reach a provider of language models.
package struct ProviderCredentialRecord: Record {
  package static var kind: RecordKind { .providerCredentials }
  package static var table: WritableKeyPath<Tables, Table<ProviderCredentialRecord>> { \.providerCredentials }

  package var id: Int
  /// openai, anthropic, ollama or openrouter.
  package var provider: String
  package var name: String?
  /// The key itself, if it is stored here.
  package var apiKey: String?
  /// The environment variable that holds the key, if it is not stored here.
  package var keyVariable: String?
  /// The base address, where it is not the provider's own.
  package var apiEndpoint: String?
  /// US dollars per million prompt tokens, for models that no table knows.
  package var inputPrice: Double?
  /// US dollars per million completion tokens.
  package var outputPrice: Double?
  /// A file with the certificates to trust at the address, in PEM.
  package var certificateFile: String?
  package var createdAt: Timestamp
  package var updatedAt: Timestamp

  package init(
    id: Int, provider: String, name: String? = nil, apiKey: String? = nil, keyVariable: String? = nil,
    apiEndpoint: String? = nil, inputPrice: Double? = nil, outputPrice: Double? = nil, certificateFile: String? = nil,
    createdAt: Timestamp, updatedAt: Timestamp
  ) {
    self.id = id
    self.provider = provider
    self.name = name
    self.apiKey = apiKey
    self.keyVariable = keyVariable
    self.apiEndpoint = apiEndpoint
    self.inputPrice = inputPrice
    self.outputPrice = outputPrice
    self.certificateFile = certificateFile
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }

  package init(from decoder: inout RecordDecoder) throws(RecordError) {
    id = try decoder.int("id")
    provider = try decoder.string("provider")
    name = try decoder.optionalString("name")
    apiKey = try decoder.optionalString("api_key")
    keyVariable = try decoder.optionalString("key_variable")
    apiEndpoint = try decoder.optionalString("api_endpoint")
    inputPrice = try decoder.optionalDouble("input_price")
    outputPrice = try decoder.optionalDouble("output_price")
    certificateFile = try decoder.optionalString("ca_file")
    createdAt = try decoder.timestamp("created_at")
    updatedAt = try decoder.timestamp("updated_at")
  }

  package func encode(to encoder: inout RecordEncoder) {
    encoder.field("id", id)
    encoder.field("provider", provider)
    encoder.field("name", name)
    encoder.field("api_key", apiKey)
    encoder.field("key_variable", keyVariable)
    encoder.field("api_endpoint", apiEndpoint)
    encoder.field("input_price", inputPrice)
    encoder.field("output_price", outputPrice)
    encoder.field("ca_file", certificateFile)
    encoder.field("created_at", createdAt)
    encoder.field("updated_at", updatedAt)
  }

  package var references: [RecordReference] {
    []
  }

  package func check() throws(RecordError) {
    try ValueRange.price.check(ifAny: inputPrice, "input_price")
    try ValueRange.price.check(ifAny: outputPrice, "output_price")
  }

  package var secret: String? { apiKey }
}
