import JSONCoding
import JSONRPC

/// The implementation of a method.
struct Method: Sendable {
  typealias Answer = @Sendable (MethodCall) async throws(RPCError) -> JSONObject

  /// The versions that have a method.
  enum ProtocolEra: Sendable {
    case handshake, stateless, both

    func includes(_ version: ProtocolVersion) -> Bool {
      switch self {
      case .handshake: !version.isStateless
      case .stateless: version.isStateless
      case .both: true
      }
    }
  }

  /// The time for which a client may reuse a result (schema `CacheableResult`).
  ///
  /// The scope is always the user's own, because everything comes from one user's store.
  struct Caching: Sendable, Equatable {
    let milliseconds: Int

    /// For the life of the process; an hour is long enough in practice.
    static let stable = Caching(milliseconds: 3_600_000)
    /// Not at all, because another process may change the store at any time.
    static let stale = Caching(milliseconds: 0)
  }

  /// The scheduling of a request; ordered by default.
  ///
  /// - Parameter client: the client's capabilities from the handshake.
  var ordering: @Sendable (_ request: Request, _ client: ClientCapabilities) -> RequestOrdering = { _, _ in .ordered }
  /// Whether a client may cancel the request.
  var isCancellable = true
  var era = ProtocolEra.both
  /// Nil for results that clients must not cache.
  var caching: Caching?
  let answer: Answer
}

/// A request with the version and client determined before its method runs.
struct MethodCall: Sendable {
  let request: Request
  let context: RequestContext
  /// The version of the response.
  let version: ProtocolVersion
  let client: ClientCapabilities
}
