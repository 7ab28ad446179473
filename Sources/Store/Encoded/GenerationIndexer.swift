import JSONCoding

/// Reads of an encoded generation what a ``GenerationEntry`` holds, and checks the rest without building it.
struct GenerationIndexer {
  private var id = 0
  private var experimentID = 0
  private var promptID = 0
  private var status = GenerationRecord.Status.completed
  private var outcome: GenerationRecord.Outcome?
  private var latency: Double?
  private var cost: Double?
  private var usage: TokenCounts?

  /// Reads the generation at the reader's position and moves behind it.
  /// - Throws: `JSONError`, ``RecordError`` or ``LoadFailure``.
  static func read(in text: [UInt8], _ reader: inout JSONReader) throws -> GenerationEntry {
    let bytes = text.span
    _ = try reader.peek(in: bytes)
    let start = reader.position
    var indexer = GenerationIndexer()
    try GenerationField.read(in: bytes, &reader) { field, bytes, reader in
      try indexer.readValue(of: field, in: bytes, &reader)
    }
    return GenerationEntry(
      id: indexer.id, experimentID: indexer.experimentID, promptID: indexer.promptID,
      isFailed: indexer.status == .failed, outcome: indexer.outcome, latency: indexer.latency,
      promptTokens: Int32(clamping: indexer.usage?.promptTokens ?? 0),
      completionTokens: Int32(clamping: indexer.usage?.completionTokens ?? 0),
      reasoningTokens: Int32(clamping: indexer.usage?.reasoningTokens ?? 0), cost: indexer.cost,
      slice: EncodedSlice(of: text, start..<reader.position))
  }

  private mutating func readValue(
    of field: GenerationField, in bytes: Span<UInt8>, _ reader: inout JSONReader
  ) throws {
    switch field {
    case .id: id = try field.integer(in: bytes, &reader, .id)
    case .experimentID: experimentID = try field.integer(in: bytes, &reader, .id)
    case .promptID: promptID = try field.integer(in: bytes, &reader, .id)
    case .sampleIndex: _ = try field.integer(in: bytes, &reader, .rows)
    case .status: status = try field.choice(in: bytes, &reader)
    case .outcome: outcome = try field.choice(in: bytes, &reader) as GenerationRecord.Outcome
    case .latency: latency = try field.number(in: bytes, &reader, .latency)
    case .cost: cost = try field.number(in: bytes, &reader, .money)
    case .usage: usage = try field.tokenCounts(in: bytes, &reader)
    case .inputs, .metadata, .providerRequest, .providerResponse: try field.skipObject(in: bytes, &reader)
    case .warnings:
      let values = try reader.value(in: bytes).arrayValue
      guard let values, values.allSatisfy({ $0.stringValue != nil }) else {
        throw RecordError.wrongType(field: field.name, expected: "a list of strings")
      }
    case .output, .error, .model, .finishReason, .sessionID, .sessionReferenceID, .user:
      try field.rawString(in: bytes, &reader)
    case .createdAt: try field.skipTimestamp(in: bytes, &reader)
    }
  }
}
