import JSONCoding
import JSONRPC
import Synchronization

/// What a connection begins with: the version that both sides settle, and who the server is.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle
final class Handshake: Sendable {
  private let info: ServerInfo
  private let capabilities: [any ServerCapability]
  private let settled = Mutex<Settled?>(nil)

  /// What the last `initialize` settled.
  struct Settled: Sendable {
    let version: ProtocolVersion
    let client: ClientCapabilities
  }

  /// The method that begins it.
  static let opening = "initialize"

  init(info: ServerInfo, capabilities: [any ServerCapability]) {
    self.info = info
    self.capabilities = capabilities
  }

  /// Nil before the first `initialize`.
  var current: Settled? { settled.withLock { $0 } }

  /// `initialize`, which the protocol forbids to cancel, and `ping`, which is served before it too.
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
    settled.withLock { $0 = Settled(version: version, client: client) }
    return [
      "protocolVersion": .string(version.rawValue), "capabilities": .object(capabilities.declarations(for: version)),
      "serverInfo": .object(info.introduction(for: version)), "instructions": .string(info.instructions),
    ]
  }
}
