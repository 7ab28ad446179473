/// Finds the provider that a model's name means (CONTRACT.md, "Providers").
///
/// The rules, the first that leads to a provider with a credential or an environment variable wins:
/// 1. an explicit credential; a prefix that names its own provider is removed once
/// 2. `echo`, the built-in model
/// 3. a prefix: `openai/`, `anthropic/`, `ollama/`, `openrouter/`
/// 4. a known family: `gpt-`, `chatgpt-`, `o1` and its like are OpenAI's (`gpt-oss` is not, others serve it),
///    `claude-` is Anthropic's
/// 5. `vendor/model` with OpenRouter
/// 6. the only credential there is, or without any the only provider that the environment names; a known family goes
///    there only if that is not its rival's own address
///
/// Of several credentials for one provider, a known family prefers those at the provider's own address. Of those for
/// the same address the newest counts; different addresses are ambiguous, and the error lists them.
package struct ModelRouter: Sendable {
  private let credentials: [ProviderCredential]
  private let environment: [String: String]

  package init(credentials: [ProviderCredential], environment: [String: String]) {
    self.credentials = credentials
    self.environment = environment
  }

  /// Routes a model's name.
  package func route(_ name: String, credentialID: Int? = nil) throws(RoutingError) -> ModelRoute {
    let name = String(name.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    guard !name.isEmpty else { throw RoutingError("No model is named. Give one, such as gpt-4.1-mini or echo.") }
    if let credentialID { return try route(name, explicit: credentialID) }
    if name == EchoModel.name { return .echo }
    for candidate in candidates(for: name) where isAvailable(candidate.provider) {
      let credential = try credential(of: candidate.provider, isFamily: candidate.isFamily)
      return .provider(candidate.provider, model: candidate.model, credential: credential)
    }
    if let only = onlyCandidate(for: name) { return only }
    throw RoutingError(explanation(for: name))
  }

  private func route(_ name: String, explicit id: Int) throws(RoutingError) -> ModelRoute {
    guard let credential = credentials.first(where: { $0.id == id }) else {
      throw RoutingError("No provider credential \(id). \(credentialList) provider_credentials_list shows all.")
    }
    let prefix = Self.prefix(of: name)
    if let (provider, rest) = prefix, provider == credential.provider {
      return .provider(provider, model: Self.bare(rest, of: provider, from: name), credential: credential)
    }
    // Other servers and OpenRouter serve the models of all; the provider's own address has its own only.
    if let owner = prefix?.provider ?? Self.family(of: name), owner != credential.provider, credential.endpoint == nil,
      credential.provider == .openai || credential.provider == .anthropic
    {
      throw RoutingError(
        "\(name) asks for \(owner.displayName), but credential \(credential.label) is "
          + "\(credential.provider.displayName)'s. Leave out provider_credential_id or name another one.")
    }
    return .provider(credential.provider, model: name, credential: credential)
  }

  // MARK: Candidates

  private struct Candidate {
    var provider: ProviderKind
    var model: String
    var isFamily = false
  }

  private func candidates(for name: String) -> [Candidate] {
    var candidates: [Candidate] = []
    if let (provider, rest) = Self.prefix(of: name) {
      candidates.append(Candidate(provider: provider, model: Self.bare(rest, of: provider, from: name)))
    }
    if let family = Self.family(of: name) {
      candidates.append(Candidate(provider: family, model: name, isFamily: true))
    }
    let isForOllama = candidates.first?.provider == .ollama
    if name.contains("/"), !isForOllama { candidates.append(Candidate(provider: .openrouter, model: name)) }
    return candidates
  }

  private func onlyCandidate(for name: String) -> ModelRoute? {
    // A prefix says where to go; somewhere else would be wrong.
    guard Self.prefix(of: name) == nil else { return nil }
    let isFamily = Self.family(of: name) != nil
    if credentials.count == 1, let only = credentials.first {
      let isRival = isFamily && only.endpoint == nil && (only.provider == .openai || only.provider == .anthropic)
      return isRival ? nil : .provider(only.provider, model: name, credential: only)
    }
    let named = ProviderKind.allCases.filter { isSet($0.environmentVariable) }
    guard credentials.isEmpty, !isFamily, named.count == 1, let only = named.first else { return nil }
    return .provider(only, model: name, credential: nil)
  }

  /// The credential of a provider; nil for the environment's.
  private func credential(of provider: ProviderKind, isFamily: Bool) throws(RoutingError) -> ProviderCredential? {
    var fitting = credentials.filter { $0.provider == provider }
    if isFamily, fitting.contains(where: { $0.endpoint == nil }) { fitting.removeAll { $0.endpoint != nil } }
    guard Set(fitting.map { $0.endpoint ?? "" }).count <= 1 else {
      let list = fitting.map(\.label).joined(separator: ", ")
      throw RoutingError("Several credentials could be meant: \(list). Choose one with provider_credential_id.")
    }
    return fitting.max { $0.id < $1.id }
  }

  private func isAvailable(_ provider: ProviderKind) -> Bool {
    provider == .ollama || isSet(provider.environmentVariable) || credentials.contains { $0.provider == provider }
  }

  private func isSet(_ variable: String) -> Bool { environment[variable].map { !$0.isEmpty } ?? false }

  // MARK: Names

  private static func prefix(of name: String) -> (provider: ProviderKind, rest: String)? {
    guard let slash = name.firstIndex(of: "/") else { return nil }
    let rest = name[name.index(after: slash)...]
    guard let provider = ProviderKind(rawValue: name[..<slash].lowercased()), !rest.isEmpty else { return nil }
    return (provider, String(rest))
  }

  /// OpenRouter's own models, such as `openrouter/auto`, keep their prefix: it is part of their name.
  private static func bare(_ rest: String, of provider: ProviderKind, from name: String) -> String {
    provider == .openrouter && !rest.contains("/") ? name : rest
  }

  /// The provider that a name without a vendor belongs to.
  package static func family(of name: String) -> ProviderKind? {
    let name = name.lowercased()
    if name.hasPrefix("gpt-oss") { return nil }
    if name.hasPrefix("gpt-") || name.hasPrefix("chatgpt-") || isNumberedReasoner(name) { return .openai }
    return name.hasPrefix("claude-") ? .anthropic : nil
  }

  /// `o1`, `o3-mini`, `o4-mini-2025-04-16`.
  static func isNumberedReasoner(_ name: String) -> Bool {
    guard name.hasPrefix("o") else { return false }
    let digits = name.dropFirst().prefix { $0.isASCII && $0.isNumber }
    let rest = name.dropFirst(1 + digits.count)
    return !digits.isEmpty && (rest.isEmpty || rest.hasPrefix("-"))
  }

  // MARK: Sentences

  private func explanation(for name: String) -> String {
    if let provider = Self.prefix(of: name)?.provider ?? Self.family(of: name) {
      let way = "Set \(provider.environmentVariable) or store a key with provider_credentials_create"
      let choice = credentials.isEmpty ? "" : "; or choose a credential with provider_credential_id. \(credentialList)"
      return "\(name) is \(provider.displayName)'s, and there is no key for \(provider.displayName). \(way)"
        + (choice.isEmpty ? ", or try the built-in model echo." : choice)
    }
    let guesses = name.contains("/") ? "openrouter/\(name), ollama/\(name)" : "ollama/\(name), openai/\(name)"
    return "No provider is known for the model \(name). It could be \(guesses), or the model of a credential "
      + "(provider_credential_id). \(credentialList) models_list shows what the providers offer."
  }

  private var credentialList: String {
    let newest = credentials.sorted { $0.id > $1.id }
    guard !newest.isEmpty else { return "There are no credentials yet." }
    let more = newest.count > 8 ? ", ..." : ""
    return "Credentials: \(newest.prefix(8).map(\.label).joined(separator: ", "))\(more)."
  }
}
