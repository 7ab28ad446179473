import Synchronization

/// HTTP through the system's libcurl, for whole answers and streams.
///
/// One thread runs everything. Connections are kept alive, and HTTP/2 is used where TLS offers it. Redirects are not
/// followed, and connections go only where a request's route allows.
package final class CurlTransport: HTTPTransport, HTTPStreamingTransport {
  private let settings: CurlSettings
  private let loop = Mutex<CurlLoop?>(nil)

  package init(_ settings: CurlSettings = CurlSettings()) {
    self.settings = settings
  }

  deinit {
    // No request is in progress, because every sender retains the transport.
    loop.withLock { $0?.submit(.stop) }
  }

  package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let loop = try ready(for: request)
    let answer = WholeAnswer()
    let transfer = CurlTransfer(request, settings: settings, sink: answer, now: CurlLoop.now)
    let result = await withTaskCancellationHandler {
      await answer.result { loop.submit(.begin(transfer)) }
    } onCancel: {
      // Cancelling before the start works too; the transfer then ends when it starts.
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

  /// Forwards data until the answer has ended or the receiver needs no more.
  private static func read(
    _ mailbox: StreamMailbox, of transfer: CurlTransfer, on loop: CurlLoop, to receiver: any HTTPStreamReceiver
  ) async -> Result<Void, HTTPError> {
    var appetite = HTTPStreamDemand.more
    while true {
      let delivery = await mailbox.next()
      if let head = delivery.head { receiver.begin(status: head.status, headers: head.headers) }
      if !delivery.bytes.isEmpty, appetite == .more {
        appetite = await receiver.receive(delivery.bytes)
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

  /// The loop, created at the first request.
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
  /// Whether the request's route has an address.
  fileprivate var hasAddress: Bool {
    guard case .direct(let addresses) = route, addresses.isEmpty else { return true }
    return DestinationRule.isLoopbackName(host) || IPAddress(urlHost: host) != nil
  }
}
