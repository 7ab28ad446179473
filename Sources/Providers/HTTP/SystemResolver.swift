import Dispatch
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Looks up names with the system's resolver.
package enum SystemResolver {
  /// Serial queues, each with its own thread while it works.
  ///
  /// A lookup can take many seconds. On the threads of the global queues, which tasks share, a few lookups would block
  /// everything else.
  private static let queues = (0..<8).map { DispatchQueue(label: "completion-kit.resolver-\($0)") }
  /// The number of pending lookups of each queue.
  private static let loads = Mutex([Int](repeating: 0, count: queues.count))

  /// All addresses in the system's order; empty if the name has none.
  package static func addresses(of host: String) async -> [IPAddress] {
    let index = loads.withLock { loads in
      let index = loads.indices.min { loads[$0] < loads[$1] } ?? 0
      loads[index] += 1
      return index
    }
    return await withCheckedContinuation { continuation in
      queues[index].async {
        let addresses = lookUp(host)
        loads.withLock { $0[index] -= 1 }
        continuation.resume(returning: addresses)
      }
    }
  }

  /// Blocks, possibly for many seconds.
  private static func lookUp(_ host: String) -> [IPAddress] {
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
