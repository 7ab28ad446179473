import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// One URLSession for the life of its owner, made at its first request, because a session that nobody needs costs memory
/// and threads.
///
/// Connections are kept alive, up to 128 to a host. There are no cookies and no cache.
final class LazySession: Sendable {
  private static let connectionsPerHost = 128

  private let session = Mutex<URLSession?>(nil)
  private let delegate: any URLSessionDataDelegate & Sendable
  private let callbacks: SessionQueue
  private let userAgent: String

  /// - Parameter userAgent: how the program names itself (RFC 9110, section 10.1.5).
  init(delegate: any URLSessionDataDelegate & Sendable, callbacks: SessionQueue, userAgent: String) {
    self.delegate = delegate
    self.userAgent = userAgent
    self.callbacks = callbacks
  }

  deinit {
    // A session holds its delegate until it is told to end. Nothing is under way: whoever sends holds the owner.
    session.withLock { $0?.finishTasksAndInvalidate() }
  }

  /// Sends a request and waits for what becomes of it.
  ///
  /// - Parameters:
  ///   - add: takes care of the task, and calls back exactly once.
  ///   - cancel: ends a task that was added.
  func perform<Value: Sendable>(
    _ request: @autoclosure () -> URLRequest,
    add: (URLSessionTask, @escaping @Sendable (Result<Value, HTTPError>) -> Void) -> Void,
    cancel: @escaping @Sendable (URLSessionTask) -> Void
  ) async throws(HTTPError) -> Value {
    if Task.isCancelled { throw .cancelled }
    let task = made().dataTask(with: request())
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        add(task) { continuation.resume(returning: $0) }
        task.resume()
        // A cancellation before the task was added found nothing to end.
        if Task.isCancelled { cancel(task) }
      }
    } onCancel: {
      cancel(task)
    }
    return try result.get()
  }

  private func made() -> URLSession {
    session.withLock { session in
      if let session { return session }
      let configuration = URLSessionConfiguration.ephemeral
      configuration.httpMaximumConnectionsPerHost = Self.connectionsPerHost
      configuration.urlCache = nil
      configuration.httpAdditionalHeaders = ["User-Agent": userAgent]
      configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
      configuration.httpCookieStorage = nil
      configuration.httpShouldSetCookies = false
      configuration.urlCredentialStorage = nil
      let made = URLSession(configuration: configuration, delegate: delegate, delegateQueue: callbacks.delegateQueue)
      session = made
      return made
    }
  }
}
