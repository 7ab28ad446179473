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

  /// Whether it leads to the vendor itself: it has no address, or the vendor's.
  package var isAtOwnAddress: Bool { endpoint.map { Self.isOwn($0, of: provider) } ?? true }

  /// Whether an address is the one at which a vendor serves its models.
  static func isOwn(_ endpoint: String, of provider: Vendor) -> Bool {
    do {
      return try Endpoint(endpoint, allowPrivate: true).origin == Endpoint(provider.defaultEndpoint).origin
    } catch {
      // An address that cannot be read is nobody's own.
      return false
    }
  }

  // MARK: The name as a prefix

  /// The name that can stand before a model (`my-vllm/qwen3`); nil for one that cannot.
  package var prefix: String? { Self.nameFault(name, of: provider) == nil ? name : nil }

  /// What keeps a name from being a prefix, as the end of a sentence that begins with it; nil if nothing does.
  ///
  /// A vendor's name as a prefix always means the vendor.
  package static func nameFault(_ name: String, of provider: Vendor) -> String? {
    if name.isEmpty { return "is empty" }
    if name.contains("/") { return "has a slash" }
    if name.contains(where: \.isWhitespace) { return "has a blank" }
    if Vendor(rawValue: name.lowercased()) != nil { return "is a vendor's, which the prefix then means" }
    return KeyShapes.occur(in: name) ? "looks like a key" : nil
  }
}
