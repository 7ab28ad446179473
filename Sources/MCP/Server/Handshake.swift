import JSONCoding
import JSONRPC
import Synchronization

/// The handshake of a connection: it negotiates the version and introduces the server.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle
final class Handshake: Sendable {
  private let info: ServerInfo
  private let capabilities: [any ServerCapability]
  private let settled = Mutex<HandshakeResult?>(nil)

  /// The result of the last `initialize`.
  struct HandshakeResult: Sendable {
    let version: ProtocolVersion
    let client: ClientCapabilities
  }

  /// The method of the handshake.
  static let opening = "initialize"

  init(info: ServerInfo, capabilities: [any ServerCapability]) {
    self.info = info
    self.capabilities = capabilities
  }

  /// Nil before the first `initialize`.
  var current: HandshakeResult? { settled.withLock { $0 } }

  /// `initialize`, which must not be cancelled, and `ping`, which is also served before it.
  var methods: [String: Method] {
    [
      Self.opening: Method(isCancellable: false, era: .handshake) { [self] call throws(RPCError) in
        try initialize(call.request)
      },
      "ping": Method(era: .handshake) { _ throws(RPCError) in [:] },
    ]
  }

  private func initialize(_ request: Request) throws(RPCError) -> JSONObject {
    guard let requested = request.params?["protocolVersion"]?.stringValue else {
      throw .invalidParams("initialize needs protocolVersion, such as \"\(ProtocolVersion.latestHandshake.rawValue)\".")
    }
    let version = ProtocolVersion.negotiated(requested)
    let client = ClientCapabilities(request.params?["capabilities"])
    settled.withLock { $0 = HandshakeResult(version: version, client: client) }
    return [
      "protocolVersion": .string(version.rawValue), "capabilities": .object(capabilities.declarations(for: version)),
      "serverInfo": .object(info.introduction(for: version)), "instructions": .string(info.instructions),
    ]
  }
}
