import JSONCoding
import JSONRPC

/// One part of the protocol that the server offers: what `initialize` says of it, and the methods behind it.
protocol ServerCapability: Sendable {
  /// Its member of `capabilities` (schema `ServerCapabilities`).
  var name: String { get }
  /// The first version whose `capabilities` have that member; to earlier ones it is offered undeclared.
  var declaredSince: ProtocolVersion { get }
  /// What that member says to a client of this version.
  func declaration(for version: ProtocolVersion) -> JSONObject
  /// What it answers, by the names of the methods.
  var methods: [String: Method] { get }
}

extension ServerCapability {
  var declaredSince: ProtocolVersion { .november2024 }
}

/// What answers the requests of one name.
struct Method: Sendable {
  typealias Answer = @Sendable (MethodCall) async throws(RPCError) -> JSONObject

  /// How a request is scheduled; in order, unless the method knows better.
  var ordering: @Sendable (Request) -> RequestOrdering = { _ in .ordered }
  /// Whether a client may give the request up.
  var isCancellable = true
  let answer: Answer
}

/// A request with what is settled before its method sees it.
struct MethodCall: Sendable {
  let request: Request
  let context: RequestContext
  /// The version that the answer must be written in.
  let version: ProtocolVersion
}
