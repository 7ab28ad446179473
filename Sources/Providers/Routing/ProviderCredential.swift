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
  package var provider: ProviderKind
  package var name: String
  /// Another address than the provider's own.
  package var endpoint: String?
  package var key: Key

  package init(id: Int, provider: ProviderKind, name: String, endpoint: String? = nil, key: Key) {
    self.id = id
    self.provider = provider
    self.name = name
    self.endpoint = endpoint
    self.key = key
  }

  /// How a sentence names it: `3 "work" (openai)`.
  package var label: String {
    let title = name.isEmpty ? "" : " \"\(name)\""
    let place = endpoint.map { " at \($0)" } ?? ""
    return "\(id)\(title) (\(provider.rawValue)\(place))"
  }
}
