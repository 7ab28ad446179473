import JSONCoding

/// The fields of encoded token counts, in the order they are written.
///
/// Every response has them: they are read in place, without building an object.
enum TokenCountsField: Int, EncodedField {
  case prompt, completion, cached, cacheWrite, reasoning

  var name: String {
    switch self {
    case .prompt: "prompt_tokens"
    case .completion: "completion_tokens"
    case .cached: "cached_tokens"
    case .cacheWrite: "cache_write_tokens"
    case .reasoning: "reasoning_tokens"
    }
  }

  static let required: [Self] = [.prompt, .completion]
  static let names = allCases.map { Array($0.name.utf8) }
}

extension EncodedField {
  /// Reads token counts.
  func tokenCounts(in bytes: Span<UInt8>, _ reader: inout JSONReader) throws -> TokenCounts {
    guard try reader.peek(in: bytes) == ASCII.openBrace else {
      throw RecordError.wrongType(field: name, expected: TokenCounts.expectation)
    }
    var counts = TokenCounts()
    try TokenCountsField.read(in: bytes, &reader) { field, bytes, reader in
      let count = try field.integer(in: bytes, &reader, .tokens)
      switch field {
      case .prompt: counts.promptTokens = count
      case .completion: counts.completionTokens = count
      case .cached: counts.cachedTokens = count
      case .cacheWrite: counts.cacheWriteTokens = count
      case .reasoning: counts.reasoningTokens = count
      }
    }
    return counts
  }
}
