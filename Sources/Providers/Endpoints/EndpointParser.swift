import JSONCoding

/// Parses an address strictly, so that no two parsers could read it differently.
enum EndpointParser {
  struct Parts {
    var scheme: String
    /// The host in lower case, without a trailing dot; numeric hosts in canonical spelling.
    var host: String
    var port: Int?
    var path: String
    /// The value of `api-version`, the only query allowed.
    var apiVersion: String?
  }

  static func parse(_ text: String) throws(EndpointError) -> Parts {
    // Checked first, because every later check takes time on a text of many megabytes.
    guard text.utf8.count <= Endpoint.longest else { throw .tooLong }
    let text = unquoted(text.trimmed())
    let malformed = EndpointError.malformed(shown(text))
    guard let separator = text.firstRange(of: "://") else { throw malformed }
    let scheme = text[..<separator.lowerBound].lowercased()
    let rest = text[separator.upperBound...]
    guard scheme == "https" || scheme == "http" else { throw malformed }
    if rest.contains("#") { throw .hasQuery }
    let place = rest.prefix { $0 != "?" }
    let apiVersion = try apiVersion(in: rest[place.endIndex...])
    let authority = place.prefix { $0 != "/" && $0 != "\\" }
    if authority.contains("@") { throw .hasUserInfo }
    let path = place[authority.endIndex...]
    guard path.utf8.allSatisfy(isPathByte), !path.split(separator: "/").contains(where: isDotSegment) else {
      throw malformed
    }
    guard let (host, port) = split(authority) else { throw malformed }
    return Parts(scheme: scheme, host: host, port: port, path: String(path), apiVersion: apiVersion)
  }

  /// The text without the quotes and brackets that documents put around an address.
  private static func unquoted(_ text: String) -> String {
    var text = text[...]
    while text.count > 1, let first = text.first, let last = text.last, quotes[first] == last {
      text = text.dropFirst().dropLast()
    }
    return text.trimmed()
  }

  private static let quotes: [Character: Character] = [
    "\"": "\"", "'": "'", "`": "`", "<": ">", "\u{201C}": "\u{201D}", "\u{2018}": "\u{2019}",
  ]

  /// - Parameter query: the query with its question mark; empty if there is none.
  private static func apiVersion(in query: Substring) throws(EndpointError) -> String? {
    if query.isEmpty || query == "?" { return nil }
    let beginning = "?api-version="
    let version = query.dropFirst(beginning.count)
    guard query.hasPrefix(beginning), (1...40).contains(version.utf8.count), version.utf8.allSatisfy(isHostByte) else {
      throw .hasQuery
    }
    return String(version)
  }

  /// The text for an error, shortened, and without anything before an @ or after a question mark.
  static func shown(_ text: String) -> String {
    let end = text.firstIndex { $0 == "?" || $0 == "#" } ?? text.endIndex
    let head = text[..<end]
    let start = head.lastIndex(of: "@").map(head.index(after:)) ?? head.startIndex
    return String(head[start...].prefix(80))
  }

  private static func split(_ authority: Substring) -> (host: String, port: Int?)? {
    var name = authority
    var port: Int?
    let afterBracket = authority.lastIndex(of: "]") ?? authority.startIndex
    if let colon = authority[afterBracket...].lastIndex(of: ":") {
      let digits = authority[authority.index(after: colon)...]
      guard digits.utf8.allSatisfy(isDigit), let number = Int(digits), (1...65_535).contains(number) else { return nil }
      port = number
      name = authority[..<colon]
    }
    guard let host = canonical(name.lowercased()) else { return nil }
    return (host, port)
  }

  private static func canonical(_ name: String) -> String? {
    if name.hasPrefix("[") { return IPAddress(host: name)?.text }
    let host = name.hasSuffix(".") ? String(name.dropLast()) : name
    guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy(isHostByte) else { return nil }
    guard !host.hasPrefix("."), !host.hasSuffix("."), !host.contains("..") else { return nil }
    if IPAddress.looksNumeric(host) { return IPAddress(host: host)?.text }
    return host
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
      || byte == UInt8(ascii: "_")
  }

  private static func isPathByte(_ byte: UInt8) -> Bool {
    isHostByte(byte) || "/~:@!$&'()*+,;=".utf8.contains(byte)
  }

  private static func isDotSegment(_ segment: Substring) -> Bool { segment == "." || segment == ".." }
}
