import JSONCoding
import JSONRPC

/// The server's description for clients without a handshake: `server/discover`.
///
/// https://modelcontextprotocol.io/specification/2026-07-28/server/discover
struct Discovery: Sendable {
  let info: ServerInfo
  let capabilities: [any ServerCapability]

  /// The member of `_meta` with the server's identity.
  static let serverInfoKey = "io.modelcontextprotocol/serverInfo"

  var methods: [String: Method] {
    [
      // The result never changes during the life of a process.
      "server/discover": Method(isCancellable: false, era: .stateless, caching: .stable) { call throws(RPCError) in
        discover(call.version)
      }
    ]
  }

  private func discover(_ version: ProtocolVersion) -> JSONObject {
    [
      "supportedVersions": RequestEnvelope.supportedVersions,
      "capabilities": .object(capabilities.declarations(for: version)),
      "instructions": .string(info.instructions),
      "_meta": .object([Self.serverInfoKey: .object(info.introduction(for: version))]),
    ]
  }
}

extension [any ServerCapability] {
  /// The object `capabilities` for a client of this version.
  func declarations(for version: ProtocolVersion) -> JSONObject {
    var declarations = JSONObject()
    for capability in self where capability.declaredSince <= version {
      declarations.append(capability.name(for: version), .object(capability.declaration(for: version)))
    }
    return declarations
  }
}
