import Dispatch
import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The exchanges under way in a session: collects their answers and watches their deadlines.
///
/// One timer serves all deadlines and runs only while there are any, so that a request costs no timer of its own.
final class URLSessionExchanges: NSObject, Sendable {
  typealias Completion = @Sendable (Result<Answer, HTTPError>) -> Void

  /// A whole answer in the session's terms; turning it into ours is not the work of the session's one queue.
  struct Answer: Sendable {
    fileprivate let response: HTTPURLResponse
    fileprivate let body: [UInt8]
  }

  private struct Exchange {
    let task: URLSessionTask
    let deadline: DispatchTime
    let timeout: Double
    let complete: Completion
    var body: [UInt8] = []
  }

  private struct State {
    var exchanges: [Int: Exchange] = [:]
    /// When the timer fires next; nil while it rests.
    var wake: DispatchTime?
  }

  private let bodyLimit: Int
  private let state = Mutex(State())
  private let timers = DispatchQueue(label: "completion-kit.http-deadlines")
  let callbacks = SessionQueue()

  init(bodyLimit: Int) {
    self.bodyLimit = bodyLimit
  }

  /// Takes care of a task that is about to be resumed; `complete` is called exactly once.
  func add(_ task: URLSessionTask, timeout: Double, complete: @escaping Completion) {
    let deadline = DispatchTime.now() + timeout
    let exchange = Exchange(task: task, deadline: deadline, timeout: timeout, complete: complete)
    let mustWake = state.withLock { state in
      state.exchanges[task.taskIdentifier] = exchange
      return Self.advanceWake(&state, to: deadline)
    }
    if mustWake { wake(at: deadline) }
  }

  func cancel(_ task: URLSessionTask) {
    end(task, because: .cancelled)
  }

  /// Ends an exchange at once: what the session still has to say about the task may come much later.
  private func end(_ task: URLSessionTask, because verdict: HTTPError) {
    let exchange = state.withLock { $0.exchanges.removeValue(forKey: task.taskIdentifier) }
    callbacks.cancel(task)
    exchange?.complete(.failure(verdict))
  }

  // MARK: Deadlines

  private static func advanceWake(_ state: inout State, to deadline: DispatchTime) -> Bool {
    if let wake = state.wake, wake <= deadline { return false }
    state.wake = deadline
    return true
  }

  private func wake(at deadline: DispatchTime) {
    timers.asyncAfter(deadline: deadline) { [weak self] in self?.endExpired(wokenAt: deadline) }
  }

  private func endExpired(wokenAt wakeTime: DispatchTime) {
    let now = DispatchTime.now()
    let (expired, next) = state.withLock { state -> ([Exchange], DispatchTime?) in
      // An earlier deadline came after this one was set: its timer does the work.
      guard state.wake == wakeTime else { return ([], nil) }
      let expired = state.exchanges.values.filter { $0.deadline <= now }
      state.wake = state.exchanges.values.filter { $0.deadline > now }.map(\.deadline).min()
      return (expired, state.wake)
    }
    if let next { wake(at: next) }
    for exchange in expired { end(exchange.task, because: .timedOut(seconds: exchange.timeout)) }
  }

  // MARK: Answers

  private func append(_ data: Data, to task: URLSessionTask) {
    let isTooLarge = state.withLock { state in
      state.exchanges[task.taskIdentifier]?.body.append(contentsOf: data)
      return (state.exchanges[task.taskIdentifier]?.body.count ?? 0) > bodyLimit
    }
    if isTooLarge { end(task, because: .tooLarge(limit: bodyLimit)) }
  }

  private func finish(_ task: URLSessionTask, _ error: (any Error)?) {
    guard let exchange = state.withLock({ $0.exchanges.removeValue(forKey: task.taskIdentifier) }) else { return }
    exchange.complete(Self.result(of: exchange, task.response, error))
  }

  private static func result(
    of exchange: Exchange, _ response: URLResponse?, _ error: (any Error)?
  ) -> Result<Answer, HTTPError> {
    if let error { return .failure(URLErrorTranslation.httpError(error, timeout: exchange.timeout)) }
    guard let response = response as? HTTPURLResponse else { return .failure(.malformed("no status line")) }
    return .success(Answer(response: response, body: exchange.body))
  }
}

extension HTTPResponse {
  init(_ answer: URLSessionExchanges.Answer) throws(HTTPError) {
    let headers = HTTPHeaders(answer.response)
    let status = answer.response.statusCode
    if let redirect = HTTPError.redirect(by: answer.response) { throw redirect }
    self.init(status: status, headers: headers, body: answer.body)
  }
}

extension HTTPError {
  /// What an answer is that is a redirect; nil for all others.
  static func redirect(by response: HTTPURLResponse) -> HTTPError? {
    (300..<400).contains(response.statusCode) ? redirected(by: response) : nil
  }

  /// The verdict on a redirect, because none is followed.
  static func redirected(by response: HTTPURLResponse) -> HTTPError {
    let location = response.value(forHTTPHeaderField: "Location") ?? "an unknown address"
    return .redirected(status: response.statusCode, location: location)
  }
}

extension HTTPHeaders {
  init(_ response: HTTPURLResponse) {
    self.init()
    for (name, value) in response.allHeaderFields {
      if let name = name as? String, let value = value as? String { append(name, value) }
    }
  }
}

extension URLSessionExchanges: URLSessionDataDelegate {
  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    append(data, to: dataTask)
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    finish(task, error)
  }

  #if canImport(FoundationNetworking)
    /// A kept connection turned out to be closed after the body was sent, and the session wants to send it again.
    ///
    /// It cannot do that with a body in memory: it would announce the body, send nothing, and wait for ever.
    func urlSession(
      _ session: URLSession, task: URLSessionTask, needNewBodyStream completionHandler: @escaping (InputStream?) -> Void
    ) {
      end(task, because: .connectionLost("it was closed without an answer"))
      completionHandler(nil)
    }
  #endif

  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    end(task, because: .redirected(by: response))
    // On Linux the handler of a task that was cancelled meanwhile, by us or by a deadline, ends the process.
    #if canImport(Darwin)
      completionHandler(nil)
    #endif
  }
}
