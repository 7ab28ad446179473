/// An environment variable whose key may be sent to a host, as permitted when the server is started (`--allow-key
/// NAME=HOST`).
package struct AllowedKey: Sendable, Equatable {
  package let variable: String
  /// The host in its canonical spelling.
  package let host: String
  /// Nil for any port.
  package let port: Int?

  /// Reads `NAME=HOST` or `NAME=HOST:PORT`.
  /// - Returns: nil for any other form.
  package init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, Self.isVariable(parts[0]) else { return nil }
    do {
      let endpoint = try EndpointParser.parse("https://\(parts[1])")
      guard endpoint.path.isEmpty || endpoint.path == "/" else { return nil }
      (variable, host, port) = (parts[0], endpoint.host, endpoint.port)
    } catch {
      return nil
    }
  }

  func allows(_ variable: String, at endpoint: Endpoint) -> Bool {
    let standard = endpoint.origin.hasPrefix("https") ? 443 : 80
    return variable == self.variable && endpoint.host == host
      && (port == nil || port == endpoint.port ?? standard)
  }

  /// Whether a text is a valid name of an environment variable.
  package static func isVariable(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  /// Why a credential must not read its key from a variable; nil if it may.
  ///
  /// A vendor's own variable may be sent to the vendor's own address. No other variable is sent anywhere unless
  /// `--allow-key` permits it, so that a tool call alone cannot leak a key.
  static func fault(
    _ variable: String, for provider: Vendor, at endpoint: Endpoint, isOwnOrigin: Bool, allowed: [AllowedKey]
  ) -> String? {
    if isOwnOrigin, provider.requiresKey, variable == provider.environmentVariable { return nil }
    if allowed.contains(where: { $0.allows(variable, at: endpoint) }) { return nil }
    let own =
      provider.requiresKey && isOwnOrigin
      ? "env:\(provider.environmentVariable) is the only variable that goes there by itself. " : ""
    return
      "The environment's \(variable) must not be sent to \(endpoint.host). \(own)Start the server with --allow-key "
      + "\(variable)=\(endpoint.host) to allow it, or give the key itself."
  }
}
