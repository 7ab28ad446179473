import CCurl
import Synchronization

/// One request under way: what has come of its answer, and when it has lasted too long.
///
/// Only the thread of its ``CurlLoop`` uses it once it has begun.
final class CurlTransfer: @unchecked Sendable {
  let request: HTTPRequest
  let settings: CurlSettings
  private let sink: any AnswerSink
  private var head: HTTPHeadReader
  private var bodyCount = 0
  /// Why the transfer was ended; libcurl only knows that it was.
  private(set) var verdict: HTTPError?
  /// The handle that it runs on, while it does.
  var handle: CurlHandle?
  /// Nobody waits for it any more; any thread may say so.
  private let isCancelled = Atomic(false)
  /// The sink is full: libcurl keeps the rest until there is room.
  private(set) var isPaused = false

  /// Nanoseconds of the loop's clock; the loop sets it before libcurl calls back.
  private(set) var start: UInt64 = 0
  private var lastSign: UInt64 = 0
  /// When to stop waiting for the end of an answer of which all that matters is there.
  private var lingersUntil: UInt64?
  /// The loop's clock.
  private let now: () -> UInt64

  init(
    _ request: HTTPRequest, settings: CurlSettings, sink: any AnswerSink, now: @escaping @Sendable () -> UInt64
  ) {
    self.request = request
    self.settings = settings
    self.sink = sink
    self.now = now
    head = HTTPHeadReader(limit: settings.headLimit)
  }

  /// The transfer that libcurl was given as a context.
  static func from(_ context: UnsafeMutableRawPointer) -> CurlTransfer {
    unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  }

  /// What libcurl is given as a context; it must not outlive the transfer.
  var context: UnsafeMutableRawPointer { unsafe Unmanaged.passUnretained(self).toOpaque() }

  // MARK: Its life

  func begin() {
    lastSign = now()
    start = lastSign - min(lastSign, Self.nanoseconds(request.elapsed))
  }

  /// Ends it as soon as libcurl asks or its thread reads the order.
  func cancel() { isCancelled.store(true, ordering: .relaxed) }

  /// Ends it with an error that nothing overrides.
  func fail(_ error: HTTPError) {
    verdict = verdict ?? error
  }

  /// Tells the sink, once.
  ///
  /// - Parameter failure: what libcurl says; nil for success.
  func end(_ failure: HTTPError?) {
    let error = verdict ?? failure ?? (head.isComplete ? nil : .connectionLost("it was closed within the head"))
    // What is whole stays so, whatever becomes of the connection; only a cancellation is somebody's wish.
    sink.end(lingersUntil != nil && error != .cancelled ? nil : error)
  }

  /// All that matters has come: waits a moment for the end, so that the connection can be used again.
  func linger() {
    lingersUntil = now() + Self.nanoseconds(settings.lingering)
  }

  /// Lets libcurl hand over what it kept.
  func unpause() {
    isPaused = false
    lastSign = now()
  }

  // MARK: Deadlines

  /// When it has to end if nothing more comes.
  var deadline: UInt64 {
    if let lingersUntil { return lingersUntil }
    let total = start + Self.nanoseconds(request.timeout * (sink.isStream ? settings.streamFactor : 1))
    // A reader that takes its time is not the server's silence.
    guard sink.isStream, !isPaused else { return total }
    return min(total, lastSign + Self.nanoseconds(request.timeout))
  }

  /// Ends it because its deadline has passed.
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

  /// Whether its connection may be dead without a word.
  var isAbandoned: Bool {
    switch verdict {
    case .timedOut, .stalled: lingersUntil == nil
    default: false
    }
  }

  /// Whether it has to end now, asked while libcurl reads a proxy's answer and does nothing else.
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

  // MARK: What is sent

  /// Bytes of the request's body that libcurl has taken.
  private var sentCount = 0

  /// Fills the buffer from the request's body.
  /// - Returns: the number of bytes; 0 at the end.
  func giveBody(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, request.body.count - sentCount)
    unsafe request.body.withUnsafeBytes { body in
      unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: body[sentCount..<sentCount + count]))
    }
    sentCount += count
    return count
  }

  // MARK: What comes

  /// The answer's status; nil until its head has come.
  private(set) var status: Int?

  /// - Returns: false to end the transfer.
  func takeHeadLine(_ line: UnsafeRawBufferPointer) -> Bool {
    lastSign = now()
    switch unsafe head.read(line) {
    case .more: return true
    case .complete(let head):
      status = head.status
      // Some servers name the charset there. A body that nobody can decode is better than none.
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
    guard bodyCount + bytes.count <= limit else {
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

  /// Bytes of the body so far, after decompression.
  var received: Int { bodyCount }

  // MARK: Where it may go

  /// Whether a connection to the address is what the request's route says.
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
      // The name may have moved meanwhile: the next attempt judges its new addresses.
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
