/// A stored credential in the form that providers need: the endpoint and its key.
package struct ProviderCredential: Sendable, Equatable {
  /// The source of the key.
  package enum Key: Sendable, Equatable {
    case stored(Secret)
    /// Read from this environment variable at every use (`env:NAME`).
    case environment(variable: String)
    /// No key, for servers that need none; at the provider's own address its environment variable is tried.
    case none
  }

  package var id: Int
  package var provider: Vendor
  package var name: String
  /// An address other than the provider's own.
  package var endpoint: String?
  package var key: Key
  /// The price of calls with this credential, if its owner has set one.
  package var price: ModelPrice?
  /// A file of trusted certificates for the endpoint, in PEM.
  package var certificateFile: String?

  package init(
    id: Int, provider: Vendor, name: String, endpoint: String? = nil, key: Key, price: ModelPrice? = nil,
    certificateFile: String? = nil
  ) {
    self.id = id
    self.provider = provider
    self.name = name
    self.endpoint = endpoint
    self.key = key
    self.price = price
    self.certificateFile = certificateFile
  }

  /// The name in sentences: `3 "work" (openai)`.
  package var label: String {
    let title = name.isEmpty ? "" : " \"\(name)\""
    let place = endpoint.map { " at \($0)" } ?? ""
    return "\(id)\(title) (\(provider.rawValue)\(place))"
  }

  /// Whether the credential leads to the vendor itself: it has no address, or the documented one.
  ///
  /// Prices and routing depend on this.
  package var isAtOwnAddress: Bool {
    endpoint.map { Self.isOwn($0, of: provider) } ?? (provider.defaultEndpoint != nil)
  }

  /// Whether the credential leads to the vendor's own host, whatever the path.
  ///
  /// Keys and certificates depend on this.
  package var isAtOwnOrigin: Bool {
    endpoint.map { Self.isOwnOrigin($0, of: provider) } ?? (provider.defaultEndpoint != nil)
  }

  /// Whether an address is the one where a vendor serves its models.
  ///
  /// Another path of the same host can be a gateway with prices of its own.
  package static func isOwn(_ endpoint: String, of provider: Vendor) -> Bool {
    compare(endpoint, provider) { $0.addresses(of: "models").first == $1.addresses(of: "models").first }
  }

  static func isOwnOrigin(_ endpoint: String, of provider: Vendor) -> Bool {
    compare(endpoint, provider) { $0.origin == $1.origin }
  }

  private static func compare(
    _ endpoint: String, _ provider: Vendor, by isSame: (Endpoint, Endpoint) -> Bool
  ) -> Bool {
    guard let own = provider.defaultEndpoint else { return false }
    do {
      return isSame(try Endpoint(endpoint, allowPrivate: true), try Endpoint(own))
    } catch {
      // An unreadable address is no vendor's own.
      return false
    }
  }

  /// Whether calls go to the same address as those with another credential.
  func sharesAddress(_ other: Self) -> Bool {
    provider == other.provider && (endpoint == other.endpoint || isAtOwnAddress && other.isAtOwnAddress)
  }

  // MARK: The name as a prefix

  /// Whether the credential has this name, ignoring case.
  func isNamed(_ text: String) -> Bool { name.lowercased() == text.lowercased() }

  /// The name if it can prefix a model (`my-vllm/qwen3`); nil if it cannot.
  package var prefix: String? { Self.nameFault(name, of: provider) == nil ? name : nil }

  /// Why a name cannot be a prefix, as the end of a sentence that begins with it; nil if it can.
  ///
  /// A vendor's name would be ambiguous, because it also means the vendor.
  package static func nameFault(_ name: String, of provider: Vendor) -> String? {
    if name.isEmpty { return "is empty" }
    if name.contains("/") { return "has a slash" }
    if name.contains(where: \.isWhitespace) { return "has a blank" }
    if Vendor(rawValue: name.lowercased()) != nil { return "is a vendor's" }
    return KeyShapes.occur(in: name) ? "looks like a key" : nil
  }
}
