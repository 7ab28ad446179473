import JSONCoding

/// A part of the protocol: its declaration in `initialize` and `server/discover`, and its methods.
protocol ServerCapability: Sendable {
  /// The name of its member in `capabilities` (schema `ServerCapabilities`).
  var name: String { get }
  /// The name of its member in a specific version.
  func name(for version: ProtocolVersion) -> String
  /// The first version with this member in `capabilities`; earlier versions have the methods without a declaration.
  var declaredSince: ProtocolVersion { get }
  /// The value of the member for a client of this version.
  func declaration(for version: ProtocolVersion) -> JSONObject
  /// The methods by name.
  var methods: [String: Method] { get }
}

extension ServerCapability {
  var declaredSince: ProtocolVersion { .november2024 }
  func name(for version: ProtocolVersion) -> String { name }
}
