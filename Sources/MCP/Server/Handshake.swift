import JSONCoding
import JSONRPC
import Synchronization

/// What a connection begins with: the version that both sides settle, and who the server is.
///
/// https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle
final class Handshake: Sendable {
  private let info: ServerInfo
  private let capabilities: [any ServerCapability]
  private let negotiated = Mutex<ProtocolVersion?>(nil)

  init(info: ServerInfo, capabilities: [any ServerCapability]) {
    self.info = info
    self.capabilities = capabilities
  }

  /// The version that was settled last; nil before the first `initialize`.
  var version: ProtocolVersion? { negotiated.withLock { $0 } }

  /// `initialize`, which the protocol forbids to cancel, and `ping`, which is served before it too.
  var methods: [String: Method] {
    [
      "initialize": Method(isCancellable: false) { [self] call throws(RPCError) in try initialize(call.request) },
      "ping": Method { _ throws(RPCError) in [:] },
    ]
  }

  private func initialize(_ request: Request) throws(RPCError) -> JSONObject {
    guard let requested = request.params?["protocolVersion"]?.stringValue else {
      throw .invalidParams("initialize needs protocolVersion, such as \"\(ProtocolVersion.latest.rawValue)\".")
    }
    let version = ProtocolVersion.negotiated(requested)
    negotiated.withLock { $0 = version }
    var declarations = JSONObject()
    for capability in capabilities where capability.declaredSince <= version {
      declarations.append(capability.name, .object(capability.declaration(for: version)))
    }
    return [
      "protocolVersion": .string(version.rawValue), "capabilities": .object(declarations),
      "serverInfo": .object(info.implementation(for: version)), "instructions": .string(info.instructions),
    ]
  }
}
