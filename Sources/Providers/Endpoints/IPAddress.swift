#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A numeric address, in any spelling that a resolver accepts.
package struct IPAddress: Sendable, Equatable {
  /// The reach of an address.
  package enum Scope: Sendable, Equatable {
    case loopback
    /// A home, an office, a carrier's or a container's own network.
    case privateNetwork
    /// Link-local addresses, and those of cloud services that provide machine credentials.
    case linkLocalOrMetadata
    /// Unspecified, multicast and reserved addresses, where nothing serves HTTP.
    case unusable
    case global
  }

  /// Four bytes or sixteen, in network order.
  package let bytes: [UInt8]

  package init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Parses a host of a URL: IPv6 in brackets, IPv4 in one to four parts, each decimal, octal or hexadecimal.
  ///
  /// Returns nil for a name; ``looksNumeric(_:)`` tells whether the host must be an address.
  package init?(host: some StringProtocol) {
    if host.hasPrefix("["), host.hasSuffix("]") {
      guard let bytes = Self.version6(String(host.dropFirst().dropLast())) else { return nil }
      self.bytes = bytes
    } else {
      guard let bytes = Self.version4(host) else { return nil }
      self.bytes = bytes
    }
  }

  /// Parses the host of a `URL`, which has no brackets around IPv6; nil for a name.
  init?(urlHost host: String) {
    self.init(host: host.contains(":") ? "[\(host)]" : host)
  }

  /// This machine, in both versions.
  static let loopback = [
    IPAddress(bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]), IPAddress(bytes: [127, 0, 0, 1]),
  ]

  /// Whether the last label is a number, so that the host must be an address (WHATWG URL, "ends in a number").
  package static func looksNumeric(_ host: some StringProtocol) -> Bool {
    guard let last = host.split(separator: ".").last else { return false }
    if last.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) { return true }
    var number = Number()
    return last.utf8.allSatisfy { number.append($0) }
  }

  /// The canonical spelling, with brackets around IPv6.
  package var text: String {
    if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
    let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
    if bytes.dropLast().allSatisfy({ $0 == 0 }) { return "[::\(String(groups[7], radix: 16))]" }
    return "[" + groups.map { String($0, radix: 16) }.joined(separator: ":") + "]"
  }

  package var scope: Scope {
    bytes.count == 4 ? Self.scope(ofVersion4: bytes) : scopeOfVersion6
  }

  // MARK: IPv4

  private static func version4(_ host: some StringProtocol) -> [UInt8]? {
    var (head, parts, number) = (UInt64(0), 0, Number())
    for byte in host.utf8 {
      if byte == UInt8(ascii: ".") {
        guard parts < 3, let value = number.value, value < 256 else { return nil }
        head = head << 8 | value
        parts += 1
        number = Number()
      } else if !number.append(byte) {
        return nil
      }
    }
    // The last part fills the remaining bytes (inet_aton).
    let bits = 8 * UInt64(4 - parts)
    guard let last = number.value, last < UInt64(1) << bits else { return nil }
    let address = head << bits | last
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: address >> $0) }
  }

  /// A part of an IPv4 address: decimal, octal after a zero, or hexadecimal after `0x`.
  private struct Number {
    private var total: UInt64 = 0
    private var radix: UInt8 = 10
    private var length = 0

    /// Its value, capped where it is too large for any address; nil without a character.
    var value: UInt64? { length == 0 ? nil : total }

    /// Appends a character.
    /// - Returns: whether the text is still a number.
    mutating func append(_ byte: UInt8) -> Bool {
      defer { length += 1 }
      if length == 1, radix == 8, byte | 0x20 == UInt8(ascii: "x") {
        radix = 16
        return true
      }
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: return false
      }
      guard digit < radix else { return false }
      if length == 0, digit == 0 { radix = 8 }
      total = min(total * UInt64(radix) + UInt64(digit), UInt64(1) << 40)
      return true
    }
  }

  private static func scope(ofVersion4 bytes: [UInt8]) -> Scope {
    switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
    case (127, _, _, _): .loopback
    // 168.63.129.16 is Azure's, 100.100.100.200 Alibaba's, 192.0.0.192 Oracle's.
    case (169, 254, _, _), (168, 63, 129, 16), (100, 100, 100, 200), (192, 0, 0, 192): .linkLocalOrMetadata
    case (10, _, _, _), (172, 16...31, _, _), (192, 168, _, _), (100, 64...127, _, _), (198, 18...19, _, _),
      (192, 0, 0, _):
      .privateNetwork
    case (0, _, _, _), (224...255, _, _, _): .unusable
    default: .global
    }
  }

  // MARK: IPv6

  private static func version6(_ text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let result = unsafe bytes.withUnsafeMutableBytes { unsafe inet_pton(AF_INET6, text, $0.baseAddress) }
    return result == 1 ? bytes : nil
  }

  private var scopeOfVersion6: Scope {
    if let inner = embeddedVersion4 { return Self.scope(ofVersion4: inner) }
    if bytes.dropLast().allSatisfy({ $0 == 0 }) { return bytes[15] == 1 ? .loopback : .unusable }
    // AWS provides credentials at fd00:ec2::254.
    if bytes.starts(with: [0xfd, 0x00, 0x0e, 0xc2]) { return .linkLocalOrMetadata }
    switch bytes[0] {
    case 0xfe where bytes[1] & 0xc0 == 0x80: return .linkLocalOrMetadata
    case 0xfe where bytes[1] & 0xc0 == 0xc0, 0xfc, 0xfd: return .privateNetwork
    case 0xff: return .unusable
    default: return .global
    }
  }

  /// The IPv4 address inside a mapped, compatible, translated, 6to4 or Teredo address (RFC 4291, 6052, 8215, 2765,
  /// 3056, 4380).
  private var embeddedVersion4: [UInt8]? {
    let zeros = [UInt8](repeating: 0, count: 12)
    let isCompatible = bytes.starts(with: zeros) && bytes[12..<15] != [0, 0, 0]
    let isMapped = bytes.starts(with: zeros.dropLast(2) + [0xff, 0xff])
    let isTranslated = bytes.starts(with: zeros.dropLast(4) + [0xff, 0xff, 0, 0])
    let isGlobalNAT64 = bytes.starts(with: [0x00, 0x64, 0xff, 0x9b] + zeros.dropLast(4))
    if isCompatible || isMapped || isTranslated || isGlobalNAT64 { return Array(bytes[12...]) }
    if bytes.starts(with: [0x00, 0x64, 0xff, 0x9b, 0x00, 0x01]) { return mostDangerousNAT64Address }
    if bytes.starts(with: [0x20, 0x02]) { return Array(bytes[2..<6]) }
    // Teredo: the client's address, each bit inverted.
    return bytes.starts(with: [0x20, 0x01, 0x00, 0x00]) ? bytes[12...].map { ~$0 } : nil
  }

  /// The most dangerous reading of an address in 64:ff9b:1::/48.
  ///
  /// A network's own prefix there may have 48, 56, 64 or 96 bits, and the IPv4 address follows it around the eighth
  /// byte (RFC 6052, section 2.2).
  private var mostDangerousNAT64Address: [UInt8] {
    let readings = [[6, 7, 9, 10], [7, 9, 10, 11], [9, 10, 11, 12], [12, 13, 14, 15]].map { $0.map { bytes[$0] } }
    let scopes: [Scope] = [.linkLocalOrMetadata, .loopback, .privateNetwork]
    let worst = scopes.lazy.compactMap { scope in readings.first { Self.scope(ofVersion4: $0) == scope } }.first
    return worst ?? readings[3]
  }
}
