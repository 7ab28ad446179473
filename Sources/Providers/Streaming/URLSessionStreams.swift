import Dispatch
import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The streams under way in a session: hands their pieces on and watches for silence.
///
/// A piece is handed on in the session's own callback, so that nothing of a stream is kept here.
final class URLSessionStreams: NSObject, Sendable {
  typealias Completion = @Sendable (Result<Void, HTTPError>) -> Void

  private struct Stream {
    let task: URLSessionTask
    let receiver: any HTTPStreamReceiver
    let timeout: Double
    let complete: Completion
    var hasBegun = false
    /// All that matters has come.
    var isWhole = false
    /// When the silence has lasted too long.
    var deadline: DispatchTime
  }

  /// How long the end of an answer is awaited after all that matters has come.
  private static let lingering = 0.25

  private let streams = Mutex<[Int: Stream]>([:])
  private let timers = DispatchQueue(label: "completion-kit.stream-deadlines")
  let callbacks = SessionQueue()

  /// Takes care of a task that is about to be resumed; `complete` is called exactly once.
  func add(
    _ task: URLSessionTask, timeout: Double, receiver: any HTTPStreamReceiver, complete: @escaping Completion
  ) {
    let deadline = DispatchTime.now() + timeout
    streams.withLock {
      $0[task.taskIdentifier] = Stream(
        task: task, receiver: receiver, timeout: timeout, complete: complete, deadline: deadline)
    }
    watch(task.taskIdentifier, until: deadline)
  }

  func cancel(_ task: URLSessionTask) {
    end(task, with: .failure(.cancelled))
  }

  /// Ends a stream at once and closes its connection.
  private func end(_ task: URLSessionTask, with verdict: Result<Void, HTTPError>) {
    let stream = streams.withLock { $0.removeValue(forKey: task.taskIdentifier) }
    callbacks.cancel(task)
    stream?.complete(verdict)
  }

  // MARK: Silence

  private func watch(_ id: Int, until deadline: DispatchTime) {
    timers.asyncAfter(deadline: deadline) { [weak self] in self?.check(id) }
  }

  private func check(_ id: Int) {
    guard let stream = streams.withLock({ $0[id] }) else { return }
    // Pieces that came meanwhile have moved the deadline.
    if stream.deadline > .now() { return watch(id, until: stream.deadline) }
    let seconds = stream.timeout
    let silence = stream.hasBegun ? HTTPError.stalled(seconds: seconds) : .timedOut(seconds: seconds)
    end(stream.task, with: stream.isWhole ? .success(()) : .failure(silence))
  }

  // MARK: Pieces

  /// The stream, its head handed on; nil for one that has ended, or whose answer is none.
  private func begun(_ task: URLSessionTask) -> Stream? {
    let (stream, isFirst): (Stream?, Bool) = streams.withLock { streams in
      guard let stream = streams[task.taskIdentifier] else { return (nil, false) }
      streams[task.taskIdentifier]?.hasBegun = true
      // What comes behind all that matters does not make its end more worth waiting for.
      if !stream.isWhole { streams[task.taskIdentifier]?.deadline = .now() + stream.timeout }
      return (stream, !stream.hasBegun)
    }
    guard let stream, isFirst else { return stream }
    guard let response = task.response as? HTTPURLResponse else {
      end(task, with: .failure(.malformed("no status line")))
      return nil
    }
    if let redirect = HTTPError.redirect(by: response) {
      end(task, with: .failure(redirect))
      return nil
    }
    stream.receiver.begin(status: response.statusCode, headers: HTTPHeaders(response))
    return stream
  }

  private func hand(_ data: Data, of task: URLSessionTask) {
    guard let stream = begun(task), !stream.isWhole else { return }
    switch stream.receiver.receive(Array(data)) {
    case .more: break
    case .nothing: end(task, with: .success(()))
    case .end:
      let deadline = DispatchTime.now() + Self.lingering
      streams.withLock {
        $0[task.taskIdentifier]?.isWhole = true
        $0[task.taskIdentifier]?.deadline = deadline
      }
      watch(task.taskIdentifier, until: deadline)
    }
  }

  private func finish(_ task: URLSessionTask, _ error: (any Error)?) {
    guard error != nil || begun(task) != nil else { return }
    guard let stream = streams.withLock({ $0.removeValue(forKey: task.taskIdentifier) }) else { return }
    if let error, !stream.isWhole {
      stream.complete(.failure(URLErrorTranslation.httpError(error, timeout: stream.timeout)))
    } else {
      stream.complete(.success(()))
    }
  }
}

extension URLSessionStreams: URLSessionDataDelegate {
  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    hand(data, of: dataTask)
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    finish(task, error)
  }

  #if canImport(FoundationNetworking)
    /// A kept connection turned out to be closed; the session cannot send a body again (see ``URLSessionExchanges``).
    func urlSession(
      _ session: URLSession, task: URLSessionTask, needNewBodyStream completionHandler: @escaping (InputStream?) -> Void
    ) {
      end(task, with: .failure(.connectionLost("it was closed without an answer")))
      completionHandler(nil)
    }
  #endif

  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    end(task, with: .failure(.redirected(by: response)))
    // On Linux the handler of a task that was cancelled meanwhile ends the process.
    #if canImport(Darwin)
      completionHandler(nil)
    #endif
  }
}
