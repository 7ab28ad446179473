import JSONCoding

/// A generation as the store holds it: its encoded bytes and the few fields that lists and sums need.
package struct GenerationEntry: Sendable {
  package let id: Int
  package let experimentID: Int
  /// The version that made it.
  package let promptID: Int
  /// Whether the provider gave no answer.
  package let isFailed: Bool
  /// Nil until somebody says.
  package let outcome: GenerationRecord.Outcome?
  /// Milliseconds.
  package let latency: Double?
  package let promptTokens: Int32
  package let completionTokens: Int32
  package let reasoningTokens: Int32
  /// US dollars; nil where it cannot be known.
  package let cost: Double?
  let slice: EncodedSlice

  /// The whole record.
  /// - Throws: ``StoreError/damaged(path:line:reason:)`` if the bytes are no generation, which loading has ruled out.
  package func decoded() throws(StoreError) -> GenerationRecord {
    do {
      guard let object = try JSONValue(parsing: bytes.span).objectValue else {
        throw RecordError.wrongType(field: "generations", expected: "an object")
      }
      return try GenerationRecord(object)
    } catch {
      throw .damagedRecord(kind: .generations, id: id, reason: String(describing: error))
    }
  }
}

extension GenerationEntry: TableEntry {
  package var ownerID: Int { experimentID }
  package var bytes: ArraySlice<UInt8> { slice.bytes }

  init(_ record: GenerationRecord, encodedAs slice: EncodedSlice) {
    self.init(
      id: record.id, experimentID: record.experimentID, promptID: record.promptID,
      isFailed: record.status == .failed, outcome: record.outcome, latency: record.latency,
      promptTokens: Int32(clamping: record.usage?.promptTokens ?? 0),
      completionTokens: Int32(clamping: record.usage?.completionTokens ?? 0),
      reasoningTokens: Int32(clamping: record.usage?.reasoningTokens ?? 0), cost: record.cost, slice: slice)
  }
}
