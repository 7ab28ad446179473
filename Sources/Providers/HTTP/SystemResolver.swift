#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The system's own way from a name to its addresses.
enum SystemResolver {
  /// All addresses in the system's order; empty if the name has none.
  ///
  /// May take seconds.
  static func lookUp(_ host: String) -> [IPAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_UNSPEC
    unsafe hints.ai_protocol = Int32(IPPROTO_TCP)
    var list: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
    defer { unsafe freeaddrinfo(list) }
    var addresses: [IPAddress] = []
    var next = unsafe list
    while let entry = unsafe next {
      if let address = unsafe address(of: entry.pointee), !addresses.contains(address) { addresses.append(address) }
      unsafe next = entry.pointee.ai_next
    }
    return addresses
  }

  private static func address(of entry: addrinfo) -> IPAddress? {
    guard let pointer = unsafe UnsafeRawPointer(entry.ai_addr) else { return nil }
    switch unsafe entry.ai_family {
    case AF_INET:
      let value = unsafe pointer.loadUnaligned(as: sockaddr_in.self)
      return unsafe withUnsafeBytes(of: value.sin_addr) { unsafe IPAddress(bytes: Array($0)) }
    case AF_INET6:
      let value = unsafe pointer.loadUnaligned(as: sockaddr_in6.self)
      return unsafe withUnsafeBytes(of: value.sin6_addr) { unsafe IPAddress(bytes: Array($0)) }
    default: return nil
    }
  }
}
