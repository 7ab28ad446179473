/// Decides which requests use the proxy from the environment.
///
/// `https_proxy` or `all_proxy`, in lower or upper case, apply to https. Plain http, which is for this machine and
/// private networks, and loopback addresses never use a proxy. `no_proxy` lists the hosts that are reached directly:
/// `*` for all, names including their subdomains, addresses, and networks such as `10.0.0.0/8`.
package struct ProxyRule: Sendable, Equatable {
  private var proxy: String?
  private var exceptions: [String] = []

  /// No proxy for anything.
  package static let none = ProxyRule(environment: [:])

  package init(environment: [String: String]) {
    let names = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
    proxy = names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }.map(Self.resolvingRemotely)
    exceptions =
      ([environment["no_proxy"], environment["NO_PROXY"]].lazy.compactMap(\.self).first { !$0.isEmpty } ?? "")
      .lowercased()
      .split { $0 == "," || $0.isWhitespace }.map(String.init)
  }

  /// The proxy for https to a host; nil if it is reached directly.
  ///
  /// - Parameter host: the host of a URL, IPv6 without brackets.
  package func proxy(host: String, port: Int) -> String? {
    guard let proxy else { return nil }
    let host = host.lowercased()
    let address = IPAddress(urlHost: host)
    if DestinationRule.isLoopbackName(host) || address?.scope == .loopback { return nil }
    return exceptions.contains { Self.matches($0, host, address, port) } ? nil : proxy
  }

  /// With socks4 and socks5 libcurl would look up the name itself, without a check of its addresses.
  private static func resolvingRemotely(_ proxy: String) -> String {
    guard let end = proxy.firstRange(of: "://")?.lowerBound else { return proxy }
    switch proxy[..<end].lowercased() {
    case "socks4": return "socks4a" + proxy[end...]
    case "socks5": return "socks5h" + proxy[end...]
    default: return proxy
    }
  }

  private static func matches(_ exception: String, _ host: String, _ address: IPAddress?, _ port: Int) -> Bool {
    if exception == "*" { return true }
    if let address {
      if let network = network(exception) { return address.isIn(network.address, bits: network.bits) }
      if let other = IPAddress(urlHost: exception) ?? IPAddress(host: exception) { return address == other }
    }
    var name = exception[...]
    if let colon = name.lastIndex(of: ":"), let only = Int(name[name.index(after: colon)...]) {
      guard only == port else { return false }
      name = name[..<colon]
    }
    if name.hasPrefix("*.") { name.removeFirst() }
    if name.hasPrefix(".") { name.removeFirst() }
    if let address { return IPAddress(host: name) == address }
    return !name.isEmpty && (host == name || host.hasSuffix("." + name))
  }

  private static func network(_ text: String) -> (address: IPAddress, bits: Int)? {
    let parts = text.split(separator: "/").map(String.init)
    guard parts.count == 2, let bits = Int(parts[1]), let address = IPAddress(urlHost: parts[0]) else { return nil }
    return (address, bits)
  }
}

extension IPAddress {
  /// Whether the first bits equal those of another address.
  fileprivate func isIn(_ other: IPAddress, bits: Int) -> Bool {
    guard bytes.count == other.bytes.count, (0...bytes.count * 8).contains(bits) else { return false }
    return (0..<bits).allSatisfy { bit in
      let mask = UInt8(0x80) >> UInt8(bit % 8)
      return bytes[bit / 8] & mask == other.bytes[bit / 8] & mask
    }
  }
}
