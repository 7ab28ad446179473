import JSONCoding

/// A route's checked endpoint and the key that may be sent to it.
package struct ProviderConnection: Sendable {
  package let provider: Vendor
  package let endpoint: Endpoint
  /// The vendor of this host, if it uses the provider's API; its rules apply to requests.
  private let host: Vendor
  /// Whether the route leads to the vendor itself.
  package let isOwnAddress: Bool
  package let key: Secret?
  /// A file of trusted certificates; nil for those trusted everywhere.
  let certificateFile: String?
  /// The name in sentences: `OpenAI`, or `OpenAI at http://127.0.0.1:8080` for another address.
  package let name: String
  /// The advice about a rejected key.
  let keyAdvice: String
  let redactor: Redactor

  /// Resolves a route's provider and credential.
  ///
  /// A key from the environment is only sent where ``AllowedKey`` permits it.
  /// - Throws: ``RoutingError``, a sentence with the missing setting.
  package init(
    provider: Vendor, credential: ProviderCredential? = nil, environment: [String: String],
    allowPrivate: Bool = false, allowedKeys: [AllowedKey] = []
  ) throws(RoutingError) {
    self.provider = provider
    let environment = ProviderEnvironment(environment)
    let addressOfEnvironment = environment.address(of: provider)
    guard let address = credential?.endpoint ?? addressOfEnvironment ?? provider.defaultEndpoint else {
      throw RoutingError("\(provider.addressAdvice) Store one with provider_credentials_create.")
    }
    do {
      endpoint = try Endpoint(address, allowPrivate: allowPrivate)
    } catch {
      let source = credential.map { "Credential \($0.label)" } ?? provider.environmentVariable
      throw RoutingError("\(source): \(error)")
    }
    self.host = Self.host(of: address, for: provider)
    isOwnAddress = credential?.isAtOwnAddress ?? true
    certificateFile = credential?.certificateFile
    key = try Self.key(of: provider, credential, environment, endpoint, allowedKeys)
    name =
      isOwnAddress && addressOfEnvironment == nil
      ? provider.displayName : "\(provider.displayName) at \(endpoint.origin)"
    keyAdvice = Self.advice(for: provider, credential)
    redactor = Redactor(secrets: key.map { [$0] } ?? [])
  }

  /// The batch API that it is assumed to have.
  var batches: BatchAPI? { host.batches }

  /// The wire format of its requests and answers.
  func format(anthropicVersion: String) -> any WireFormat {
    host.format(Vendor.WireOptions(anthropicVersion: anthropicVersion))
  }

  /// The way prompts of a model are kept at this address; nil if they are not, or not that is known.
  ///
  /// A beginning has to be marked in the Messages API, which gateways to the vendor take as well. Prompts that are kept
  /// without a mark are known to be kept by the vendor alone.
  ///
  /// - Parameter isVendors: whether the vendor itself answers, perhaps behind a gateway.
  func promptCache(of model: String, isVendors: Bool) -> PromptCache? {
    host.promptCache(model).flatMap { $0.isAutomatic && !isVendors ? nil : $0 }
  }

  private static func host(of address: String, for provider: Vendor) -> Vendor {
    let method = provider.format(Vendor.WireOptions()).method
    return Vendor.allCases.first { vendor in
      vendor.format(Vendor.WireOptions()).method == method && ProviderCredential.isOwnOrigin(address, of: vendor)
    } ?? provider
  }

  private static func key(
    of provider: Vendor, _ credential: ProviderCredential?, _ environment: ProviderEnvironment,
    _ endpoint: Endpoint, _ allowedKeys: [AllowedKey]
  ) throws(RoutingError) -> Secret? {
    let isOwnOrigin = credential?.isAtOwnOrigin ?? true
    var found: Secret?
    switch credential?.key ?? .none {
    case .stored(let secret): found = clean(secret.reveal())
    case .environment(let variable):
      let label = credential?.label ?? ""
      if let fault = AllowedKey.fault(
        variable, for: provider, at: endpoint, isOwnOrigin: isOwnOrigin, allowed: allowedKeys)
      {
        throw RoutingError("Credential \(label) cannot be used. \(fault)")
      }
      found = environment[variable].map { Secret($0) }
      if found == nil {
        throw RoutingError(
          "Credential \(label) reads its key from \(variable), which is not set. "
            + "Set it where the server is started, or store a key with provider_credentials_update.")
      }
    case .none:
      if isOwnOrigin, provider.requiresKey { found = environment[provider.environmentVariable].map { Secret($0) } }
    }
    if found == nil, isOwnOrigin, provider.requiresKey {
      throw RoutingError("There is no key for \(provider.displayName). \(advice(for: provider, credential))")
    }
    if let found, !found.reveal().utf8.allSatisfy({ (0x21...0x7e).contains($0) }) {
      throw RoutingError(
        "The key for \(provider.displayName) holds spaces or characters that no key has. "
          + advice(for: provider, credential))
    }
    return found
  }

  private static func clean(_ text: String) -> Secret? { text.trimmed().nonEmpty.map { Secret($0) } }

  private static func advice(for provider: Vendor, _ credential: ProviderCredential?) -> String {
    let update = credential.map { "update credential \($0.id) with provider_credentials_update" }
    switch (provider.requiresKey, update) {
    case (true, let update?) where credential?.isAtOwnOrigin ?? true:
      return "Set \(provider.environmentVariable) or \(update)."
    case (_, let update?): return "\(update.prefix(1).uppercased())\(update.dropFirst())."
    case (true, nil):
      return "Set \(provider.environmentVariable) or store a key with provider_credentials_create."
    case (false, nil): return "Store a key with provider_credentials_create."
    }
  }
}
