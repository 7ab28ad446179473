/// Where a route leads and what to show there: a checked endpoint and the key that may be sent to it.
package struct ProviderConnection: Sendable {
  package let provider: ProviderKind
  package let endpoint: Endpoint
  package let key: Secret?
  /// How sentences name the other side: `OpenAI`, or `OpenAI at http://127.0.0.1:8080` for another address.
  package let name: String
  /// What to do about a refused key.
  let keyAdvice: String
  let redactor: Redactor

  /// Resolves a route's provider and credential.
  ///
  /// A key from the provider's own environment variable only ever goes to the provider's own address. `OLLAMA_HOST` is
  /// read as Ollama's own tools read it: a host, a port, both, or an address; 0.0.0.0 stands for this machine.
  /// - Throws: ``RoutingError``, a sentence that says what to set.
  package init(
    provider: ProviderKind, credential: ProviderCredential? = nil, environment: [String: String],
    allowPrivate: Bool = false
  ) throws(RoutingError) {
    self.provider = provider
    let host = provider == .ollama ? environment[provider.environmentVariable].flatMap(Self.ollamaAddress) : nil
    let address = credential?.endpoint ?? host ?? provider.defaultEndpoint
    do {
      endpoint = try Endpoint(address, allowPrivate: allowPrivate)
    } catch {
      let source = credential.map { "Credential \($0.label)" } ?? provider.environmentVariable
      throw RoutingError("\(source): \(error)")
    }
    let isOwnAddress = credential?.endpoint == nil
    key = try Self.key(of: provider, credential, environment, isOwnAddress: isOwnAddress)
    name = isOwnAddress && host == nil ? provider.displayName : "\(provider.displayName) at \(endpoint.origin)"
    keyAdvice = Self.advice(for: provider, credential)
    redactor = Redactor(secrets: key.map { [$0] } ?? [])
  }

  private static func key(
    of provider: ProviderKind, _ credential: ProviderCredential?, _ environment: [String: String], isOwnAddress: Bool
  ) throws(RoutingError) -> Secret? {
    var found: Secret?
    switch credential?.key ?? .none {
    case .stored(let secret): found = clean(secret.reveal())
    case .environment(let variable):
      found = environment[variable].flatMap(clean)
      if found == nil {
        throw RoutingError(
          "Credential \(credential?.label ?? "") reads its key from \(variable), which is not set. "
            + "Set it where the server is started, or store a key with provider_credentials_update.")
      }
    case .none:
      if isOwnAddress, provider.requiresKey { found = environment[provider.environmentVariable].flatMap(clean) }
    }
    if found == nil, isOwnAddress, provider.requiresKey {
      throw RoutingError("There is no key for \(provider.displayName). \(advice(for: provider, credential))")
    }
    if let found, !found.reveal().utf8.allSatisfy({ (0x21...0x7e).contains($0) }) {
      throw RoutingError(
        "The key for \(provider.displayName) holds spaces or characters that no key has. "
          + advice(for: provider, credential))
    }
    return found
  }

  private static func clean(_ text: String) -> Secret? {
    let trimmed = String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    return trimmed.isEmpty ? nil : Secret(trimmed)
  }

  private static func advice(for provider: ProviderKind, _ credential: ProviderCredential?) -> String {
    let update = credential.map { "update credential \($0.id) with provider_credentials_update" }
    switch (provider.requiresKey, update) {
    case (true, let update?) where credential?.endpoint == nil:
      return "Set \(provider.environmentVariable) or \(update)."
    case (_, let update?): return "\(update.prefix(1).uppercased())\(update.dropFirst())."
    case (true, nil):
      return "Set \(provider.environmentVariable) or store a key with provider_credentials_create."
    case (false, nil): return "Store a key with provider_credentials_create."
    }
  }

  /// The address that a value of `OLLAMA_HOST` stands for; nil if it is empty.
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
