/// Decides which hosts are allowed, with or without encryption.
enum DestinationRule {
  /// Checks a host in its canonical spelling: an address by its range, a name by its form.
  static func check(host: String, isEncrypted: Bool, allowPrivate: Bool) throws(EndpointError) {
    switch scope(of: host) {
    case .loopback: return
    case .privateNetwork where allowPrivate: return
    case .privateNetwork: throw .privateAddress(host: host)
    case .linkLocalOrMetadata, .unusable: throw .forbiddenAddress(host: host)
    case .global: if !isEncrypted { throw .unencrypted(host: host) }
    }
  }

  static func scope(of host: String) -> IPAddress.Scope {
    if let address = IPAddress(host: host) { return address.scope }
    if isLoopbackName(host) { return .loopback }
    if metadataNames.contains(host) { return .linkLocalOrMetadata }
    // A name without a dot, or under one of these suffixes, only exists inside a private network.
    let isPrivate = !host.contains(".") || privateSuffixes.contains { host.hasSuffix($0) }
    return isPrivate ? .privateNetwork : .global
  }

  static func isLoopbackName(_ host: String) -> Bool { host == "localhost" || host.hasSuffix(".localhost") }

  private static let metadataNames: Set<String> = [
    "metadata", "metadata.google.internal", "metadata.goog", "metadata.azure.internal", "instance-data",
    "instance-data.ec2.internal", "metadata.tencentyun.com", "metadata.packet.net",
  ]

  private static let privateSuffixes = [
    ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home", ".home.arpa", ".corp", ".private",
  ]
}
