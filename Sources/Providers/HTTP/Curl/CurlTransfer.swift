import CCurl
import Synchronization

/// One request in progress: the answer so far, and its deadlines.
///
/// Once started, it is used only on the thread of its ``CurlLoop``.
final class CurlTransfer: @unchecked Sendable {
  let request: HTTPRequest
  let settings: CurlSettings
  private let sink: any BodyReceiver
  private var head: HTTPHeadReader
  private var bodyCount = 0
  /// Why this program ended the transfer; libcurl only knows that it was aborted.
  private(set) var verdict: HTTPError?
  /// The handle that runs the transfer.
  var handle: CurlHandle?
  /// Set when nobody waits for the transfer; any thread may set it.
  private let isCancelled = Atomic(false)
  /// Whether the sink is full; libcurl then keeps the rest until there is room.
  private(set) var isPaused = false

  /// The start in nanoseconds of the loop's clock; the loop sets it before libcurl calls back.
  private(set) var start: UInt64 = 0
  private var lastSign: UInt64 = 0
  /// The deadline for the end of an answer that has already delivered everything that matters.
  private var lingersUntil: UInt64?
  /// The loop's clock.
  private let now: () -> UInt64

  init(
    _ request: HTTPRequest, settings: CurlSettings, sink: any BodyReceiver, now: @escaping @Sendable () -> UInt64
  ) {
    self.request = request
    self.settings = settings
    self.sink = sink
    self.now = now
    head = HTTPHeadReader(limit: settings.headLimit)
  }

  /// The transfer behind a context pointer of libcurl.
  static func from(_ context: UnsafeMutableRawPointer) -> CurlTransfer {
    unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  }

  /// The context pointer for libcurl; it must not outlive the transfer.
  var context: UnsafeMutableRawPointer { unsafe Unmanaged.passUnretained(self).toOpaque() }

  // MARK: Life cycle

  func begin() {
    lastSign = now()
    start = lastSign - min(lastSign, Self.nanoseconds(request.elapsed))
  }

  /// Ends the transfer at libcurl's next callback, or when the loop reads the order.
  func cancel() { isCancelled.store(true, ordering: .relaxed) }

  /// Ends the transfer with an error that nothing overrides.
  func fail(_ error: HTTPError) {
    verdict = verdict ?? error
  }

  /// Reports the end to the sink, once.
  ///
  /// - Parameter failure: libcurl's error; nil for success.
  func end(_ failure: HTTPError?) {
    let error = verdict ?? failure ?? (head.isComplete ? nil : .connectionLost("it was closed within the head"))
    // A complete answer stays complete even if the connection fails; only a cancellation overrides it.
    sink.end(lingersUntil != nil && error != .cancelled ? nil : error)
  }

  /// Waits briefly for the end after everything that matters has arrived, so that the connection can be reused.
  func linger() {
    lingersUntil = now() + Self.nanoseconds(settings.lingering)
  }

  /// Lets libcurl deliver the data that it held.
  func unpause() {
    isPaused = false
    lastSign = now()
  }

  private var isOpenEnded: Bool { request.isOpenEnded && sink.isStream }

  // MARK: Deadlines

  /// The time at which the transfer ends if nothing more arrives.
  var deadline: UInt64 {
    if let lingersUntil { return lingersUntil }
    let total =
      isOpenEnded
      ? UInt64.max : start + Self.nanoseconds(request.timeout * (sink.isStream ? settings.streamFactor : 1))
    // A slow reader does not count as silence of the server.
    guard sink.isStream, !isPaused else { return total }
    return min(total, lastSign + Self.nanoseconds(request.timeout))
  }

  /// Ends the transfer because its deadline has passed.
  func expire() {
    let seconds = request.timeout
    if handle?.isConnected != true {
      fail(.cannotConnect(Self.noConnection(within: seconds, route: request.route)))
    } else if sink.isStream, head.isComplete {
      let isSilent = now() >= lastSign + Self.nanoseconds(seconds)
      fail(isSilent ? .stalled(seconds: seconds) : .timedOut(seconds: seconds * settings.streamFactor))
    } else {
      fail(.timedOut(seconds: seconds))
    }
  }

  /// Whether its connection may be dead without notice.
  var isAbandoned: Bool {
    switch verdict {
    case .timedOut, .stalled: lingersUntil == nil
    default: false
    }
  }

  /// Whether the transfer must end now, checked while libcurl reads a proxy's answer.
  func mustEnd() -> Bool {
    guard let handle, !handle.isConnected else { return false }
    if isCancelled.load(ordering: .relaxed) {
      fail(.cancelled)
    } else if now() >= deadline {
      expire()
    }
    return verdict != nil || handle.proxyStatus >= 300
  }

  static func noConnection(within seconds: Double, route: HTTPRoute) -> String {
    let time = "within \(text(seconds)) seconds"
    return switch route {
    case .direct: "there was no connection \(time)"
    case .proxy: "there was no connection through the proxy \(time): check https_proxy"
    }
  }

  static func text(_ seconds: Double) -> String {
    seconds.rounded() == seconds ? String(Int(seconds)) : String(seconds)
  }

  private static func nanoseconds(_ seconds: Double) -> UInt64 { UInt64(min(max(seconds, 0), 1e8) * 1e9) }

  // MARK: Sending

  private var isSent = false
  /// Whether a kept connection closed before the answer, so that libcurl wanted to send the request again.
  private(set) var wasDropped = false

  /// Whether libcurl may send the request on the connection that it has.
  ///
  /// A POST is sent once, because the server may have processed it although it closed the connection.
  func maySend() -> Bool {
    wasDropped = isSent && request.method == .post
    if wasDropped { fail(.connectionLost("it was closed without an answer")) }
    isSent = true
    return !wasDropped
  }

  private var givenCount = 0

  /// Copies the next part of the request's body; returns the number of bytes.
  func giveBody(_ room: UnsafeMutableRawBufferPointer) -> Int {
    let part = request.body[givenCount...].prefix(room.count)
    unsafe room.copyBytes(from: part)
    givenCount += part.count
    return part.count
  }

  // MARK: What comes

  /// The answer's status; nil until its head has arrived.
  private(set) var status: Int?

  /// - Returns: false to end the transfer.
  func takeHeadLine(_ line: UnsafeRawBufferPointer) -> Bool {
    lastSign = now()
    switch unsafe head.read(line) {
    case .more: return true
    case .complete(let head):
      status = head.status
      // Some servers put the charset in Content-Encoding; an undecoded body is better than none.
      if head.headers.hasUnknownCoding { handle?.leaveCoded() }
      sink.begin(head)
      return true
    case .refused(let error):
      fail(error)
      return false
    }
  }

  enum Reception {
    case taken
    case paused
    case refused
  }

  func takeBody(_ bytes: UnsafeRawBufferPointer) -> Reception {
    guard verdict == nil else { return .refused }
    let limit = sink.isStream ? settings.streamLimit : settings.bodyLimit
    guard isOpenEnded || bodyCount + bytes.count <= limit else {
      fail(.tooLarge(limit: limit))
      return .refused
    }
    lastSign = now()
    guard unsafe sink.take(bytes) else {
      isPaused = true
      return .paused
    }
    bodyCount += bytes.count
    return .taken
  }

  /// The number of body bytes so far, after decompression.
  var received: Int { bodyCount }

  // MARK: Allowed addresses

  /// Whether the request's route allows a connection to the address.
  func mayConnect(to address: IPAddress) -> Bool {
    switch request.route {
    case .proxy: return true
    case .direct(let addresses):
      let host = request.host
      let isApproved =
        if DestinationRule.isLoopbackName(host) {
          address.scope == .loopback
        } else if let numeric = IPAddress(urlHost: host) {
          address == numeric
        } else {
          addresses.contains(address)
        }
      // The name may have moved; the next attempt checks its new addresses.
      if !isApproved { fail(.cannotConnect("\(host) leads to \(address.text), which was not checked")) }
      return isApproved
    }
  }
}

extension HTTPHeaders {
  fileprivate var hasUnknownCoding: Bool {
    let known = ["", "identity", "none", "gzip", "x-gzip", "deflate", "br", "zstd"]
    let codings = fields.filter { $0.isNamed("content-encoding") }.flatMap { $0.value.split(separator: ",") }
    return codings.contains { !known.contains($0.lowercased().filter { !$0.isWhitespace }) }
  }
}
