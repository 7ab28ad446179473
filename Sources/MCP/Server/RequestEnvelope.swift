import JSONCoding
import JSONRPC

/// The contents of a request's `_meta` in the versions without a handshake.
///
/// https://modelcontextprotocol.io/specification/2026-07-28/basic/index#meta
struct RequestEnvelope: Sendable, Equatable {
  let version: ProtocolVersion
  let capabilities: ClientCapabilities

  private static let versionKey = "io.modelcontextprotocol/protocolVersion"
  private static let capabilitiesKey = "io.modelcontextprotocol/clientCapabilities"
  private static let otherKeys = ["io.modelcontextprotocol/clientInfo", "io.modelcontextprotocol/logLevel"]

  /// Nil for a request of a version with a handshake.
  ///
  /// - Parameter isModern: whether the method exists only in versions without a handshake.
  init?(_ request: Request, isModern: Bool) throws(RPCError) {
    let meta = request.params?["_meta"]
    let (version, capabilities) = (meta?[Self.versionKey], meta?[Self.capabilitiesKey])
    let isMarked = version != nil || capabilities != nil || Self.otherKeys.contains { meta?[$0] != nil }
    guard isMarked || isModern else { return nil }
    guard let requested = version?.stringValue else {
      throw .invalidParams(
        "params._meta needs \"\(Self.versionKey)\", such as \"\(ProtocolVersion.july2026.rawValue)\".")
    }
    guard let known = ProtocolVersion(rawValue: requested), known.isStateless else {
      throw Self.unsupportedVersion(requested)
    }
    guard capabilities?.objectValue != nil else {
      throw .invalidParams("params._meta needs \"\(Self.capabilitiesKey)\", an object, such as {}.")
    }
    self.version = known
    self.capabilities = ClientCapabilities(capabilities)
  }

  /// The supported versions, newest first; those with a handshake are for clients that know no newer one.
  static let supportedVersions = JSONValue.array(
    ProtocolVersion.allCases.sorted(by: >).map { .string($0.rawValue) })

  /// Schema `UnsupportedProtocolVersionError`.
  private static func unsupportedVersion(_ requested: String) -> RPCError {
    RPCError(
      code: -32022,
      message: "Protocol version \"\(Quotation.shortened(requested))\" is not served without a handshake; "
        + "\"\(ProtocolVersion.july2026.rawValue)\" is.",
      data: ["supported": supportedVersions, "requested": .string(requested)])
  }
}
