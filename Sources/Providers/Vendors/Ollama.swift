extension Vendor {
  package static let ollama = Vendor(
    "ollama", "Ollama", at: .address("http://localhost:11434"), variable: "OLLAMA_HOST",
    holds: .address(Ollama.address),
    format: { _ in ChatCompletionsFormat(rules: { _ in Ollama.rules }) }, listing: .tags,
    names: ModelNames(canBe: { _ in true }),
    prices: PriceList(billing: .freeOnOwnNetwork, price: { _ in .free }),
    absenceAdvice: "Start Ollama (ollama serve), or check api_endpoint and OLLAMA_HOST.",
    missingModelAdvice: "Pull it with ollama pull, or see models_list.")
}

enum Ollama {
  /// What would change an answer, and what its Chat Completions pass over in silence
  /// (docs.ollama.com/api/openai-compatibility, and the request in openai/openai.go of its source).
  static let rules = ParameterRules(
    dropped: [.logitBias, .n, .toolChoice, .parallelToolCalls, .topK, .serviceTier],
    efforts: EffortScale(
      .off, .low, .medium, .high, insteadOf: [.minimal: .low, .xhigh: .high, .max: .high]))

  /// The address in a value of `OLLAMA_HOST`; nil if it is empty.
  ///
  /// The value is read as by Ollama's own tools: a host, a port, both, or an address; 0.0.0.0 means this machine.
  @Sendable static func address(_ value: String) -> String? {
    var text = String(value.filter { !$0.isWhitespace && $0 != "\"" })
    guard !text.isEmpty else { return nil }
    var scheme = "http"
    if let separator = text.firstRange(of: "://") {
      scheme = text[..<separator.lowerBound].lowercased()
      text = String(text[separator.upperBound...])
    }
    let path = text.drop { $0 != "/" }
    var authority = String(text[..<path.startIndex])
    if authority.allSatisfy(\.isNumber), !authority.isEmpty { authority = ":" + authority }
    if authority.hasPrefix(":") { authority = "127.0.0.1" + authority }
    if authority.hasPrefix("0.0.0.0") { authority = "127.0.0.1" + authority.dropFirst(7) }
    let hasPort = authority.drop { $0 != "]" }.contains(":") || (!authority.hasPrefix("[") && authority.contains(":"))
    let port = hasPort || scheme == "https" ? "" : ":11434"
    return "\(scheme)://\(authority)\(port)\(path)"
  }
}
