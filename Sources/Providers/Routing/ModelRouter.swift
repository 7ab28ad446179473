import JSONCoding

/// Finds the destination of a call from the model's name, without guessing.
///
/// 1. An explicit credential is used; its own name or its provider's before the model's is removed once.
/// 2. `echo` is the built-in model.
/// 3. A vendor's name before a slash (`openai/`, in any letter case) means the vendor: its own address with the newest
///    credential for it, or else with the key in the environment. A credential's name (`my-vllm/qwen3`) means that
///    credential. Two credentials of the same name are an error, as is one with the name of a configured vendor.
/// 4. A name of a known family (``ModelName/family(of:)``) means only its vendor, in the same way.
/// 5. Any other `vendor/model` goes to OpenRouter, unless a server of the user's could have it as well.
/// 6. Any other name goes to the only credential that could have the model, or else to the only provider of the
///    environment. OpenAI's and Anthropic's own addresses have only models of their families and none with a slash;
///    OpenRouter's names have one.
///
/// If a vendor has no key but one other server (an `api_endpoint`), its name means that server, because nothing else is
/// configured under the name. The route then notes that the server stands in. Without such a server, `vendor/model`
/// goes to OpenRouter, which names its models that way.
///
/// Of several credentials for one address the newest counts. Anything else is an error that lists the alternatives.
package struct ModelRouter: Sendable {
  let credentials: [ProviderCredential]
  private let environment: ProviderEnvironment

  package init(credentials: [ProviderCredential], environment: [String: String]) {
    self.credentials = credentials
    self.environment = ProviderEnvironment(environment)
  }

  /// Routes a model's name.
  package func route(_ name: String, credentialID: Int? = nil) throws(RoutingError) -> ModelRoute {
    let name = name.trimmed()
    guard !name.isEmpty else {
      throw RoutingError("No model is named. Give one, such as \(ExampleModel.openAI) or echo.")
    }
    if let credentialID { return try route(name, explicit: credentialID) }
    if name == EchoModel.name { return .echo }
    if let (provider, rest) = ModelName.vendorPrefix(of: name) {
      return try route(name, to: provider, model: ModelName.bare(rest, of: provider, from: name))
    }
    if let credential = try credential(prefixing: name) { return try route(name, by: credential) }
    if let error = misspeltPrefix(of: name) { throw error }
    if let family = ModelName.family(of: name) { return try route(name, to: family, model: name) }
    if name.contains("/"), let way = try way(to: .openrouter, for: name) {
      let others = servers.filter { $0.provider != .openrouter }
      guard others.isEmpty else { throw ambiguity(name, others, also: "openrouter/\(name)") }
      return .provider(.openrouter, model: name, credential: way.credential)
    }
    return try routeUnclaimed(name)
  }

  /// The destination of a name; nil if there is none or several.
  func destination(of name: String) -> ModelRoute? {
    do throws(RoutingError) { return try route(name) } catch { return nil }
  }

  // MARK: By credential

  private func route(_ name: String, explicit id: Int) throws(RoutingError) -> ModelRoute {
    guard let credential = credentials.first(where: { $0.id == id }) else {
      throw RoutingError("No provider credential \(id). \(credentialList) provider_credentials_list shows all.")
    }
    return try route(name, by: credential)
  }

  private func route(_ name: String, by credential: ProviderCredential) throws(RoutingError) -> ModelRoute {
    let provider = credential.provider
    if let (prefix, rest) = ModelName.prefix(of: name), credential.isNamed(prefix) {
      return try route(rest, atAddressOf: credential)
    }
    if let (vendor, rest) = ModelName.vendorPrefix(of: name), vendor == provider {
      return .provider(provider, model: ModelName.bare(rest, of: provider, from: name), credential: credential)
    }
    return try route(name, atAddressOf: credential)
  }

  private func route(
    _ model: String, atAddressOf credential: ProviderCredential, isStandIn: Bool = false
  ) throws(RoutingError) -> ModelRoute {
    let provider = credential.provider
    // Other servers and OpenRouter serve models of all vendors; a vendor's own address only serves its own.
    if let owner = ModelName.vendor(of: model), owner != provider, credential.isAtOwnAddress,
      provider.names.areOnlyOwn
    {
      throw RoutingError(
        "\(model) asks for \(owner.displayName), but credential \(credential.label) is \(provider.displayName)'s. "
          + "Name another credential, or none.")
    }
    return .provider(provider, model: model, credential: credential, isStandIn: isStandIn)
  }

  /// The credential whose name prefixes the model's.
  private func credential(prefixing name: String) throws(RoutingError) -> ProviderCredential? {
    guard let (prefix, _) = ModelName.prefix(of: name) else { return nil }
    return try only(of: credentials.filter { $0.prefix != nil && $0.isNamed(prefix) }, named: prefix)
  }

  private func only(of named: [ProviderCredential], named name: String) throws(RoutingError) -> ProviderCredential? {
    guard named.count < 2 else {
      let list = named.sorted { $0.id > $1.id }.map(\.label).joined(separator: ", ")
      throw RoutingError(
        "Several credentials are named \"\(name)\": \(list). Choose one with provider_credential_id, or rename one "
          + "with provider_credentials_update.")
    }
    return named.first
  }

  // MARK: By vendor

  private struct Way {
    var credential: ProviderCredential?
    var isStandIn = false
  }

  private func route(
    _ name: String, to provider: Vendor, model: String
  ) throws(RoutingError) -> ModelRoute {
    let credentialNamed = try credentialNamed(of: provider, for: name)
    let way: Way? =
      if let credentialNamed { Way(credential: credentialNamed, isStandIn: true) } else {
        try way(to: provider, for: name)
      }
    // OpenRouter names the models of all vendors `vendor/model`.
    if name.contains("/"), provider.names.areOnOpenRouter, way.map(\.isStandIn) ?? true,
      let router = try self.way(to: .openrouter, for: name)
    {
      guard let server = way?.credential else {
        return .provider(.openrouter, model: name, credential: router.credential)
      }
      // The vendor's own model can only be there; any other name means the server that stands in.
      if !router.isStandIn, ModelName.family(of: model) == provider {
        throw ambiguity(name, [server], also: "openrouter/\(name)")
      }
    }
    guard let way else { throw RoutingError(lackOfKey(name, provider)) }
    if let credentialNamed { return try route(model, atAddressOf: credentialNamed, isStandIn: true) }
    return .provider(provider, model: model, credential: way.credential, isStandIn: way.isStandIn)
  }

  /// The credential at another address with a vendor's name, if that name prefixes the model's.
  private func credentialNamed(of provider: Vendor, for name: String) throws(RoutingError) -> ProviderCredential? {
    guard ModelName.vendorPrefix(of: name) != nil else { return nil }
    let named = credentials.filter { $0.isNamed(provider.rawValue) && !isVendor(provider, itself: $0) }
    guard let credentialNamed = try only(of: named, named: provider.rawValue) else { return nil }
    let isConfigured = credentials.contains { isVendor(provider, itself: $0) } || environment.names(provider)
    guard !isConfigured || isAtAddressOfEnvironment(credentialNamed, provider) else {
      throw ambiguity(name, provider, credentialNamed)
    }
    return credentialNamed
  }

  private func isVendor(_ provider: Vendor, itself credential: ProviderCredential) -> Bool {
    credential.provider == provider && credential.isAtOwnAddress
  }

  private func isAtAddressOfEnvironment(_ credential: ProviderCredential, _ provider: Vendor) -> Bool {
    credential.provider == provider && credential.endpoint != nil
      && credential.endpoint == environment.address(of: provider)
  }

  /// The route to a vendor: its own address, or else the only other server configured as it; nil if there is none.
  private func way(to provider: Vendor, for name: String) throws(RoutingError) -> Way? {
    let own = credentials.filter { $0.provider == provider && $0.isAtOwnAddress }
    if let newest = own.max(by: { $0.id < $1.id }) { return Way(credential: newest) }
    if environment.names(provider) { return Way() }
    let servers = servers.filter { $0.provider == provider }
    guard servers.count < 2 else { throw ambiguity(name, servers) }
    if let server = servers.first { return Way(credential: server, isStandIn: true) }
    return !provider.requiresKey && ModelName.vendorPrefix(of: name) != nil ? Way() : nil
  }

  /// The credentials at addresses other than a vendor's own; for each address the newest.
  private var servers: [ProviderCredential] {
    newestByAddress(credentials.filter { !$0.isAtOwnAddress })
  }

  private func newestByAddress(_ credentials: [ProviderCredential]) -> [ProviderCredential] {
    var newest: [ProviderCredential] = []
    for credential in credentials.sorted(by: { $0.id > $1.id })
    where !newest.contains(where: { $0.provider == credential.provider && $0.endpoint == credential.endpoint }) {
      newest.append(credential)
    }
    return newest
  }

  // MARK: By configuration

  /// Routes a name without a recognized vendor or prefix.
  private func routeUnclaimed(_ name: String) throws(RoutingError) -> ModelRoute {
    let stored = newestByAddress(credentials)
    let named = environment.providers.filter { provider in
      !stored.contains { $0.provider == provider && $0.isAtOwnAddress }
    }
    let fitting = stored.filter { !$0.isAtOwnAddress || $0.provider.names.canBe(name) }
    if fitting.count > 1 { throw ambiguity(name, fitting) }
    if let only = fitting.first { return .provider(only.provider, model: name, credential: only) }
    let others = named.filter { $0.names.canBe(name) }
    if others.count == 1 { return .provider(others[0], model: name, credential: nil) }
    // A single configured provider can be the only destination, unless the name has an unknown prefix.
    let providers = stored.map(\.provider) + named
    if providers.count == 1, !(providers[0].names.areOnlyOwn && name.contains("/")) {
      return .provider(providers[0], model: name, credential: stored.first)
    }
    let suggestion = KnownModels.suggestion(for: name).map { " Did you mean \($0)?" } ?? ""
    throw RoutingError(
      "No provider is known for the model \(name).\(strangePrefix(of: name))\(suggestion) It could be \(guesses(name)), or the model of a credential "
        + "(provider_credential_id, or its name as a prefix). \(credentialList) models_list shows what the providers offer."
    )
  }
}
