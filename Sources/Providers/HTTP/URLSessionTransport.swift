import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// HTTP by URLSession; redirects are not followed.
///
/// The timeout is that of the whole exchange, so that an answer that comes byte by byte ends too.
package final class URLSessionTransport: HTTPTransport {
  /// The largest answer in bytes, after decompression.
  package static let defaultBodyLimit = 32 * 1_048_576

  /// The last request without its body: the requests of a run differ in nothing else.
  private struct Prototype {
    let request: HTTPRequest
    let result: URLRequest
  }

  private let prototype = Mutex<Prototype?>(nil)
  private let exchanges: URLSessionExchanges
  private let session: LazySession

  /// - Parameter userAgent: how the program names itself to servers.
  package init(bodyLimit: Int = URLSessionTransport.defaultBodyLimit, userAgent: String = "completion-kit") {
    exchanges = URLSessionExchanges(bodyLimit: bodyLimit)
    session = LazySession(delegate: exchanges, callbacks: exchanges.callbacks, userAgent: userAgent)
  }

  package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let answer = try await session.perform(
      prepared(request), add: { [exchanges] in exchanges.add($0, timeout: request.timeout, complete: $1) },
      cancel: exchanges.cancel)
    return try HTTPResponse(answer)
  }

  private func prepared(_ request: HTTPRequest) -> URLRequest {
    var bare = request
    bare.body = []
    var result = prototype.withLock { prototype in
      if let prototype, prototype.request == bare { return prototype.result }
      let made = Self.urlRequest(bare)
      prototype = Prototype(request: bare, result: made)
      return made
    }
    if !request.body.isEmpty { result.httpBody = Data(request.body) }
    return result
  }

  static func urlRequest(_ request: HTTPRequest) -> URLRequest {
    // Ours is the deadline that counts; the session's own only watches for silence.
    var result = URLRequest(
      url: request.url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: request.timeout + 60)
    result.httpMethod = request.method.rawValue
    for field in request.headers.fields { result.addValue(field.value, forHTTPHeaderField: field.name) }
    if !request.body.isEmpty { result.httpBody = Data(request.body) }
    return result
  }
}
