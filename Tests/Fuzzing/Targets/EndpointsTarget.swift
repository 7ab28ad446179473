import Foundation
import JSONCoding

@testable import Providers

extension FuzzTarget {
  /// Endpoints: an address that is allowed leads to the host that was checked, whoever parses it.
  static let endpoints = FuzzTarget(name: "endpoints") { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    guard let endpoint = try accepted({ try Endpoint(text, allowPrivate: true) }) else {
      try require((try? Endpoint(text)) == nil, "an address is allowed only while private ones are not")
      return
    }
    let again = try accepted { try Endpoint(endpoint.text, allowPrivate: true) }
    try require(again == endpoint, "the address written anew is another one: \(endpoint.text)")
    let scope = DestinationRule.scope(of: endpoint.host)
    try require(scope != .linkLocalOrMetadata && scope != .unusable, "\(endpoint.host) is allowed")
    if scope == .privateNetwork {
      try require(try accepted { try Endpoint(text) } == nil, "\(endpoint.host) is allowed without being asked for")
    }
    // The system's parser of addresses is the third opinion.
    var address = in_addr()
    if unsafe inet_aton(endpoint.host, &address) != 0 {
      let text = unsafe withUnsafeBytes(of: &address) { unsafe $0.map { "\($0)" } }.joined(separator: ".")
      try require(text == endpoint.host, "\(endpoint.host) leads to \(text)")
    }
    let isEncrypted = endpoint.origin.hasPrefix("https://")
    try require(isEncrypted || scope != .global, "\(endpoint.origin) is not encrypted")
    let urls =
      endpoint.addresses(of: "chat/completions") + [
        endpoint.unversioned("api/tags"), endpoint.url("x"), endpoint.url(["a b", "../c", "d?e#f@g"]),
      ]
    for url in urls { try requireDestination(url, endpoint) }
  }

  private static func requireDestination(_ url: URL, _ endpoint: Endpoint) throws {
    // Foundation's parser is the second opinion; the transport connects to what it says.
    guard let host = url.host(percentEncoded: false), let scheme = url.scheme else {
      throw FuzzFinding("\(url) has no host")
    }
    let plain = endpoint.host.hasPrefix("[") ? String(endpoint.host.dropFirst().dropLast()) : endpoint.host
    try require(host == plain, "\(url) leads to \(host), not \(plain)")
    try require(url.user() == nil && url.password() == nil && url.fragment() == nil, "\(url) has more than an address")
    let port = url.port.map { ":\($0)" } ?? ""
    try require("\(scheme)://\(endpoint.host)\(port)" == endpoint.origin, "\(url) is not at \(endpoint.origin)")
    try require(url.absoluteString.hasPrefix(endpoint.origin + "/"), "\(url) is not below \(endpoint.origin)")
  }
}
