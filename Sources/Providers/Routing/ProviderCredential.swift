/// A stored credential as the providers need it: where to go, and which key to show there.
package struct ProviderCredential: Sendable, Equatable {
  /// Where the key comes from.
  package enum Key: Sendable, Equatable {
    case stored(Secret)
    /// Read from this environment variable at every use (`env:NAME`).
    case environment(variable: String)
    /// No key: for servers that ask for none. At the provider's own address its environment variable is tried.
    case none
  }

  package var id: Int
  package var provider: Vendor
  package var name: String
  /// Another address than the provider's own.
  package var endpoint: String?
  package var key: Key
  /// What calls through this credential cost, where its owner has said so.
  package var price: ModelPrice?
  /// A file with the certificates to trust at the endpoint, in PEM.
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

  /// How a sentence names it: `3 "work" (openai)`.
  package var label: String {
    let title = name.isEmpty ? "" : " \"\(name)\""
    let place = endpoint.map { " at \($0)" } ?? ""
    return "\(id)\(title) (\(provider.rawValue)\(place))"
  }

  /// Whether it leads to the vendor itself: it has no address, or the documented one.
  ///
  /// Prices and routing go by this.
  package var isAtOwnAddress: Bool {
    endpoint.map { Self.isOwn($0, of: provider) } ?? (provider.defaultEndpoint != nil)
  }

  /// Whether it leads to the vendor's own host, whatever the path.
  ///
  /// Keys and certificates go by this.
  package var isAtOwnOrigin: Bool {
    endpoint.map { Self.isOwnOrigin($0, of: provider) } ?? (provider.defaultEndpoint != nil)
  }

  /// Whether an address is the one at which a vendor serves its models.
  ///
  /// Another path of the same host can be a gateway with prices of its own.
  static func isOwn(_ endpoint: String, of provider: Vendor) -> Bool {
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
      // An address that cannot be read is nobody's own.
      return false
    }
  }

  /// Whether calls go to the same address as those of another credential.
  func isBeside(_ other: Self) -> Bool {
    provider == other.provider && (endpoint == other.endpoint || isAtOwnAddress && other.isAtOwnAddress)
  }

  // MARK: The name as a prefix

  /// Whether it has this name, in any letter case.
  func isNamed(_ text: String) -> Bool { name.lowercased() == text.lowercased() }

  /// The name that can stand before a model (`my-vllm/qwen3`); nil for one that cannot.
  package var prefix: String? { Self.nameFault(name, of: provider) == nil ? name : nil }

  /// What keeps a name from being a prefix, as the end of a sentence that begins with it; nil if nothing does.
  ///
  /// A vendor's name as a prefix means the vendor as well, which makes it ambiguous.
  package static func nameFault(_ name: String, of provider: Vendor) -> String? {
    if name.isEmpty { return "is empty" }
    if name.contains("/") { return "has a slash" }
    if name.contains(where: \.isWhitespace) { return "has a blank" }
    if Vendor(rawValue: name.lowercased()) != nil { return "is a vendor's" }
    return KeyShapes.occur(in: name) ? "looks like a key" : nil
  }
}
