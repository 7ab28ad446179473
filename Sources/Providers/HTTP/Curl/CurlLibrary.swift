import CCurl

/// The system's libcurl, opened at the first request, so that a program without requests never loads it.
enum CurlLibrary {
  /// Why no request can be made; nil if the library is ready.
  static let fault: HTTPError? = open(names)

  /// 7.68.0 of January 2020, the first version that another thread can wake safely.
  static let oldestVersion: UInt32 = 0x07_44_00

  #if canImport(Darwin)
    private static let names = ["/usr/lib/libcurl.4.dylib", "libcurl.4.dylib"]
  #else
    // Small systems often have only the second one, which is installed with git.
    private static let names = ["libcurl.so.4", "libcurl-gnutls.so.4"]
  #endif

  /// Opens the first of these libraries that exists.
  static func open(_ names: [String]) -> HTTPError? {
    for name in names {
      switch Int(unsafe ccurl_load(name, mayConnect)) {
      case CCURL_LOADED: return fault(ofVersion: ccurl_version_number())
      case CCURL_MISSING: continue
      case CCURL_INCOMPLETE: return .unavailable("libcurl is older than 7.68.0. \(advice)")
      default: return .unavailable("libcurl cannot be started. \(advice)")
      }
    }
    return .unavailable("libcurl is not installed, and calls to providers need it. \(advice)")
  }

  /// - Parameter version: one byte each for the major, minor and patch numbers.
  static func fault(ofVersion version: UInt32) -> HTTPError? {
    guard version < oldestVersion else { return nil }
    let text = "\(version >> 16 & 255).\(version >> 8 & 255).\(version & 255)"
    return .unavailable("libcurl is version \(text), older than 7.68.0. \(advice)")
  }

  #if canImport(Darwin)
    private static let advice = "It is part of macOS: update the system."
  #else
    private static let advice = "Install the package libcurl4 (Debian, Ubuntu) or libcurl (Fedora, Alpine, Arch)."
  #endif

  /// libcurl asks the transfer before it opens a socket.
  private static let mayConnect: ccurl_may_connect = { bytes, count, context in
    guard let bytes = unsafe bytes, let context = unsafe context else { return false }
    let address = unsafe IPAddress(bytes: Array(UnsafeBufferPointer(start: bytes, count: count)))
    return unsafe CurlTransfer.from(context).mayConnect(to: address)
  }
}
