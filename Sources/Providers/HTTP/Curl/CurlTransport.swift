import Synchronization

/// HTTP by the system's libcurl, for whole answers and streams alike.
///
/// One thread runs everything, connections are kept, and HTTP/2 is spoken where TLS offers it. Redirects are not followed, and connections go only where a request's route says.
package final class CurlTransport: HTTPTransport, HTTPStreamingTransport {
  private let settings: CurlSettings
  private let loop = Mutex<CurlLoop?>(nil)

  package init(_ settings: CurlSettings = CurlSettings()) {
    self.settings = settings
  }

  deinit {
    // Nothing is under way: whoever sends holds the transport.
    loop.withLock { $0?.submit(.stop) }
  }

  package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let loop = try ready(for: request)
    let answer = WholeAnswer()
    let transfer = CurlTransfer(request, settings: settings, sink: answer, now: CurlLoop.now)
    let result = await withTaskCancellationHandler {
      await answer.result { loop.submit(.begin(transfer)) }
    } onCancel: {
      // Before it has begun as well: then it ends as it begins.
      transfer.cancel()
      loop.submit(.cancel(transfer))
    }
    return try result.get()
  }

  package func stream(_ request: HTTPRequest, to receiver: any HTTPStreamReceiver) async throws(HTTPError) {
    let loop = try ready(for: request)
    let mailbox = StreamMailbox(limit: settings.streamBuffer)
    let transfer = CurlTransfer(request, settings: settings, sink: mailbox, now: CurlLoop.now)
    let result = await withTaskCancellationHandler {
      loop.submit(.begin(transfer))
      return await Self.read(mailbox, of: transfer, on: loop, to: receiver)
    } onCancel: {
      transfer.cancel()
      loop.submit(.cancel(transfer))
    }
    try result.get()
  }

  /// Hands on what comes, until the answer has ended or the receiver has had enough.
  private static func read(
    _ mailbox: StreamMailbox, of transfer: CurlTransfer, on loop: CurlLoop, to receiver: any HTTPStreamReceiver
  ) async -> Result<Void, HTTPError> {
    var appetite = HTTPStreamAppetite.more
    while true {
      let delivery = await mailbox.next()
      if let head = delivery.head { receiver.begin(status: head.status, headers: head.headers) }
      if !delivery.bytes.isEmpty, appetite == .more {
        appetite = receiver.receive(delivery.bytes)
        switch appetite {
        case .more: break
        case .end: loop.submit(.linger(transfer))
        case .nothing: loop.submit(.cancel(transfer))
        }
      }
      if let end = delivery.end { return appetite == .nothing ? .success(()) : end }
      if delivery.isPaused { loop.submit(.unpause(transfer)) }
    }
  }

  /// The loop, made at the first request.
  private func ready(for request: HTTPRequest) throws(HTTPError) -> CurlLoop {
    if Task.isCancelled { throw .cancelled }
    if let fault = CurlLibrary.fault { throw fault }
    guard request.hasAddress else { throw .unknownHost }
    let ready = loop.withLock { loop in
      loop = loop ?? CurlLoop(settings)
      return loop
    }
    guard let ready else { throw .unavailable("There is no memory left for connections.") }
    return ready
  }
}

extension HTTPRequest {
  /// Whether it is known where the request has to go.
  fileprivate var hasAddress: Bool {
    guard case .direct(let addresses) = route, addresses.isEmpty else { return true }
    return DestinationRule.isLoopbackName(host) || IPAddress(urlHost: host) != nil
  }
}
