import JSONCoding
import JSONRPC

/// One part of the protocol that the server offers: what `initialize` and `server/discover` say of it, and the methods behind it.
protocol ServerCapability: Sendable {
  /// Its member of `capabilities` (schema `ServerCapabilities`).
  var name: String { get }
  /// Its name where a version has another.
  func name(for version: ProtocolVersion) -> String
  /// The first version whose `capabilities` have that member; to earlier ones it is offered undeclared.
  var declaredSince: ProtocolVersion { get }
  /// What that member says to a client of this version.
  func declaration(for version: ProtocolVersion) -> JSONObject
  /// What it answers, by the names of the methods.
  var methods: [String: Method] { get }
}

extension ServerCapability {
  var declaredSince: ProtocolVersion { .november2024 }
  func name(for version: ProtocolVersion) -> String { name }
}

/// What answers the requests of one name.
struct Method: Sendable {
  typealias Answer = @Sendable (MethodCall) async throws(RPCError) -> JSONObject

  /// The versions that know a method.
  enum Era: Sendable {
    case handshake, stateless, both

    func includes(_ version: ProtocolVersion) -> Bool {
      switch self {
      case .handshake: !version.isStateless
      case .stateless: version.isStateless
      case .both: true
      }
    }
  }

  /// How long a client may use a result again (schema `CacheableResult`).
  ///
  /// The scope is always the user's own: everything here comes from one user's store.
  struct Caching: Sendable, Equatable {
    let milliseconds: Int

    /// As long as the process lives; an hour is more than enough to say so.
    static let stable = Caching(milliseconds: 3_600_000)
    /// Not at all: another process may change it at any moment.
    static let stale = Caching(milliseconds: 0)
  }

  /// How a request is scheduled; in order, unless the method knows better.
  ///
  /// - Parameter client: what the client said of itself in its handshake.
  var ordering: @Sendable (_ request: Request, _ client: ClientCapabilities) -> RequestOrdering = { _, _ in .ordered }
  /// Whether a client may give the request up.
  var isCancellable = true
  var era = Era.both
  /// Nil for results that are no client's to keep.
  var caching: Caching?
  let answer: Answer
}

/// A request with what is settled before its method sees it.
struct MethodCall: Sendable {
  let request: Request
  let context: RequestContext
  /// The version that the answer must be written in.
  let version: ProtocolVersion
  let client: ClientCapabilities
}
