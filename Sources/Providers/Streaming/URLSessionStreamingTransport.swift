import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Streams by URLSession: a session beside the one for whole answers, made at the first stream.
package final class URLSessionStreamingTransport: HTTPStreamingTransport {
  private let session = Mutex<URLSession?>(nil)
  private let streams = URLSessionStreams()

  package init() {}

  deinit {
    // A session holds its delegate until it is told to end. Nothing is under way: whoever streams holds the transport.
    session.withLock { $0?.finishTasksAndInvalidate() }
  }

  package func stream(_ request: HTTPRequest, to receiver: any HTTPStreamReceiver) async throws(HTTPError) {
    if Task.isCancelled { throw .cancelled }
    let task = madeSession().dataTask(with: URLSessionTransport.urlRequest(request))
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        streams.add(task, timeout: request.timeout, receiver: receiver) { continuation.resume(returning: $0) }
        task.resume()
        // A cancellation before the stream was added found nothing to end.
        if Task.isCancelled { streams.cancel(task) }
      }
    } onCancel: {
      streams.cancel(task)
    }
    try result.get()
  }

  private func madeSession() -> URLSession {
    session.withLock { session in
      if let session { return session }
      let made = URLSession(
        configuration: URLSessionTransport.configuration, delegate: streams,
        delegateQueue: streams.callbacks.delegateQueue)
      session = made
      return made
    }
  }
}
