import JSONCoding

/// The router's messages: why a name has no destination, the alternatives, and which of several credentials answers.
extension ModelRouter {
  /// The note on which credential answers, if several lead to one address and the name does not decide; otherwise nil.
  func note(on name: String, answeredBy credential: ProviderCredential?) -> String? {
    guard let credential else { return nil }
    let others = credentials.filter { $0.id != credential.id && $0.sharesAddress(credential) }.sorted { $0.id > $1.id }
    let prefix = ModelName.prefix(of: name)
    guard let next = others.first, !(prefix.map { credential.isNamed($0.prefix) } ?? false) else { return nil }
    let model = ModelName.vendorPrefix(of: name)?.rest ?? name
    return
      "For \(name) credential \(credential.label) answers, the newest of \(others.count + 1) for this address. For "
      + "another write \(way(to: model, by: next))."
  }

  private func way(to model: String, by credential: ProviderCredential) -> String {
    credential.prefix.map { "\($0)/\(model)" } ?? "provider_credential_id \(credential.id)"
  }

  /// The error if a vendor and a credential at another address have the same name.
  func ambiguity(_ name: String, _ provider: Vendor, _ credentialNamed: ProviderCredential) -> RoutingError {
    RoutingError(
      "\(name) could be meant for \(provider.displayName) itself or for credential \(credentialNamed.label), which has its name. "
        + "Choose one with provider_credential_id, or rename the credential with provider_credentials_update.")
  }

  /// The error for a prefix that resembles a credential's name; nil if it resembles none.
  func misspeltPrefix(of name: String) -> RoutingError? {
    guard let (prefix, rest) = ModelName.prefix(of: name),
      let near = KnownModels.nearest(
        to: prefix.lowercased(), among: credentials.compactMap { $0.prefix?.lowercased() }),
      let credential = credentials.first(where: { $0.isNamed(near) }), let meant = credential.prefix
    else { return nil }
    return RoutingError(
      "No credential is named \(prefix). Did you mean \(meant)/\(rest)? A model whose own name is \(name) is "
        + "\(meant)/\(name) at credential \(credential.label).")
  }

  /// The sentence on an unknown prefix; empty if there is none.
  func strangePrefix(of name: String) -> String {
    guard let (prefix, _) = ModelName.prefix(of: name) else { return "" }
    let names = Vendor.allCases.map(\.rawValue) + credentials.sorted { $0.id > $1.id }.compactMap(\.prefix).prefix(8)
    return " No credential and no vendor is named \(prefix). Names are \(names.joined(separator: ", "))."
  }

  func ambiguity(_ name: String, _ credentials: [ProviderCredential], also: String? = nil) -> RoutingError {
    let bare = ModelName.vendorPrefix(of: name)?.rest ?? name
    let ways = credentials.map { credential in
      "\(way(to: bare, by: credential)) for credential \(credential.label)"
    }
    return RoutingError(
      "\(name) could be meant for several servers. Write \((ways + (also.map { ["\($0) for OpenRouter"] } ?? [])).joined(separator: ", or "))."
    )
  }

  func lackOfKey(_ name: String, _ provider: Vendor) -> String {
    guard provider.defaultEndpoint != nil else {
      return
        "\(name) is at \(provider.displayName). \(provider.addressAdvice) Store it with provider_credentials_create."
    }
    let way = "Set \(provider.environmentVariable) or store a key with provider_credentials_create"
    let choice =
      credentials.isEmpty
      ? ", or try the built-in model echo."
      : "; for another server choose a credential with provider_credential_id or its name as a prefix. \(credentialList)"
    return "\(name) is \(provider.displayName)'s, and there is no key for \(provider.displayName). \(way)\(choice)"
  }

  func guesses(_ name: String) -> String {
    name.contains("/") ? "openrouter/\(name), ollama/\(name)" : "ollama/\(name), openai/\(name)"
  }

  var credentialList: String {
    let newest = credentials.sorted { $0.id > $1.id }
    guard !newest.isEmpty else { return "There are no credentials yet." }
    let more = newest.count > 8 ? ", ..." : ""
    return "Credentials: \(newest.prefix(8).map(\.label).joined(separator: ", "))\(more)."
  }
}
