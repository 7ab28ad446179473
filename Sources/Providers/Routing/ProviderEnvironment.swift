/// What the environment says of providers: the vendors' own keys, and where Ollama listens.
package struct ProviderEnvironment: Sendable {
  private let variables: [String: String]

  package init(_ variables: [String: String]) {
    self.variables = variables
  }

  /// The providers that it names.
  package var providers: [ProviderKind] { ProviderKind.allCases.filter(names) }

  /// Whether the provider's variable is set.
  package func names(_ provider: ProviderKind) -> Bool { self[provider.environmentVariable] != nil }

  /// The value of a variable without white space around it; nil if nothing is left.
  subscript(variable: String) -> String? {
    guard let value = variables[variable] else { return nil }
    let trimmed = String(value.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    return trimmed.isEmpty ? nil : trimmed
  }

  /// Where Ollama listens, if the environment says so.
  package var ollamaAddress: String? { self[ProviderKind.ollama.environmentVariable].flatMap(Self.ollamaAddress) }

  /// The address that a value of `OLLAMA_HOST` stands for; nil if it is empty.
  ///
  /// It is read as Ollama's own tools read it: a host, a port, both, or an address; 0.0.0.0 stands for this machine.
  static func ollamaAddress(_ value: String) -> String? {
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
