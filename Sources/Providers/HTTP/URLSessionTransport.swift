import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// HTTP by URLSession: one session for the process's life, made at its first request, because a session that nobody
/// needs costs memory and threads.
///
/// Connections are kept alive, up to 128 to a host. There are no cookies and no cache, and redirects are not followed.
/// The timeout is that of the whole exchange, so that an answer that comes byte by byte ends too.
package final class URLSessionTransport: HTTPTransport {
  /// The largest answer in bytes, after decompression.
  package static let defaultBodyLimit = 32 * 1_048_576
  private static let connectionsPerHost = 128

  /// The last request without its body: the requests of a run differ in nothing else.
  private struct Prototype {
    let request: HTTPRequest
    let result: URLRequest
  }

  private let session = Mutex<URLSession?>(nil)
  private let prototype = Mutex<Prototype?>(nil)
  private let exchanges: URLSessionExchanges

  package init(bodyLimit: Int = URLSessionTransport.defaultBodyLimit) {
    exchanges = URLSessionExchanges(bodyLimit: bodyLimit)
  }

  deinit {
    // A session holds its delegate until it is told to end. Nothing is under way: whoever sends holds the transport.
    session.withLock { $0?.finishTasksAndInvalidate() }
  }

  package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    if Task.isCancelled { throw .cancelled }
    let task = madeSession().dataTask(with: prepared(request))
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        exchanges.add(task, timeout: request.timeout) { continuation.resume(returning: $0) }
        task.resume()
        // A cancellation before the exchange was added found nothing to end.
        if Task.isCancelled { exchanges.cancel(task) }
      }
    } onCancel: {
      exchanges.cancel(task)
    }
    return try HTTPResponse(result.get())
  }

  private func madeSession() -> URLSession {
    session.withLock { session in
      if let session { return session }
      let made = URLSession(
        configuration: Self.configuration, delegate: exchanges, delegateQueue: exchanges.callbacks.delegateQueue)
      session = made
      return made
    }
  }

  static var configuration: URLSessionConfiguration {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpMaximumConnectionsPerHost = connectionsPerHost
    configuration.urlCache = nil
    configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
    configuration.httpCookieStorage = nil
    configuration.httpShouldSetCookies = false
    configuration.urlCredentialStorage = nil
    return configuration
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
