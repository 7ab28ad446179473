import CCurl
import Dispatch
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Runs all transfers of a transport on one thread with libcurl's multi interface.
///
/// Other threads leave orders in its inbox. They wake it only if it sleeps, so that many requests at once cost one
/// system call.
@safe final class CurlLoop: @unchecked Sendable {
  enum Order {
    case begin(CurlTransfer)
    case cancel(CurlTransfer)
    /// Resumes a paused stream, which has room again.
    case unpause(CurlTransfer)
    /// Ends a stream that has delivered everything that matters.
    case linger(CurlTransfer)
    /// Announces that no more orders follow.
    case stop
  }

  private struct Server: Hashable {
    let host: String
    let port: Int

    init(_ request: HTTPRequest) {
      host = request.host
      port = request.port
    }
  }

  private struct Inbox {
    var orders: [Order] = []
    var isAsleep = false
  }

  private let inbox = Mutex(Inbox())
  private let multi: OpaquePointer
  private let settings: CurlSettings

  // The following state belongs to the thread.
  private var running: [ObjectIdentifier: CurlTransfer] = [:]
  private var idle: [CurlHandle] = []
  /// The time at which a transfer to a server was abandoned because nothing arrived.
  private var abandoned: [Server: UInt64] = [:]
  /// Until when requests to a server use fresh connections, because it closed a kept one.
  private var closing: [Server: UInt64] = [:]
  /// Nanoseconds of fresh connections after such a loss.
  private static let freshTime: UInt64 = 30_000_000_000
  /// The earliest deadline.
  private var nextDeadline = UInt64.max

  /// The largest number of idle handles that are kept.
  private static let idleLimit = 64
  /// Milliseconds without requests after which all idle handles are released.
  private static let idleTime: Int32 = 15_000

  /// - Returns: nil if memory is exhausted.
  init?(_ settings: CurlSettings) {
    guard let multi = unsafe ccurl_multi_make() else { return nil }
    unsafe self.multi = unsafe multi
    self.settings = settings
    _ = unsafe ccurl_multi_set_long(multi, Int32(CURLMOPT_MAX_HOST_CONNECTIONS), settings.connectionsPerHost)
    _ = unsafe ccurl_multi_set_long(multi, Int32(CURLMOPT_MAXCONNECTS), settings.connectionsPerHost)
    // A serial queue whose block never returns has its own thread.
    DispatchQueue(label: "completion-kit.http").async { [self] in run() }
  }

  /// Monotonic time in nanoseconds.
  static let now: @Sendable () -> UInt64 = { DispatchTime.now().uptimeNanoseconds }

  func submit(_ order: Order) {
    inbox.withLock { inbox in
      inbox.orders.append(order)
      // The wake-up is under the lock, because the thread may end after it has read the order.
      if inbox.isAsleep { _ = unsafe ccurl_multi_wakeup(multi) }
      inbox.isAsleep = false
    }
  }

  // MARK: The thread

  private func run() {
    Self.ignoreBrokenPipes()
    while true {
      let orders = inbox.withLock { inbox in
        defer { inbox.orders.removeAll(keepingCapacity: inbox.orders.count < 1_024) }
        return inbox.orders
      }
      for order in orders {
        if case .stop = order { return stop() }
        follow(order)
      }
      _ = unsafe ccurl_multi_perform(multi)
      endFinished()
      if Self.now() >= nextDeadline { endExpired() }
      sleep()
    }
  }

  /// TLS writes to sockets directly, and a broken connection must not end the process.
  private static func ignoreBrokenPipes() {
    var signals = sigset_t()
    _ = unsafe sigemptyset(&signals)
    _ = unsafe sigaddset(&signals, SIGPIPE)
    _ = unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  private func sleep() {
    let maySleep = inbox.withLock { inbox in
      inbox.isAsleep = inbox.orders.isEmpty
      return inbox.isAsleep
    }
    guard maySleep else { return }
    let now = Self.now()
    var time = nextDeadline <= now ? 0 : Int32(min((nextDeadline - now) / 1_000_000 + 1, 600_000))
    if running.isEmpty, !idle.isEmpty { time = Self.idleTime }
    let start = now
    _ = unsafe ccurl_multi_poll(multi, time)
    inbox.withLock { $0.isAsleep = false }
    if running.isEmpty, (Self.now() - start) / 1_000_000 >= UInt64(Self.idleTime) { idle = [] }
  }

  private func follow(_ order: Order) {
    switch order {
    case .begin(let transfer): begin(transfer)
    case .cancel(let transfer):
      transfer.fail(.cancelled)
      if transfer.handle != nil { end(transfer, nil) }
    case .unpause(let transfer):
      guard let handle = transfer.handle, transfer.isPaused else { return }
      transfer.unpause()
      // Resuming delivers the data that libcurl held; a failure means that the transfer rejected it.
      if unsafe ccurl_unpause(handle.easy) != CURLE_OK { end(transfer, .connectionLost("it was given up")) }
      nextDeadline = min(nextDeadline, transfer.deadline)
    case .linger(let transfer):
      guard transfer.handle != nil else { return }
      transfer.linger()
      nextDeadline = min(nextDeadline, transfer.deadline)
    case .stop: break
    }
  }

  private func begin(_ transfer: CurlTransfer) {
    if transfer.verdict != nil { return transfer.end(nil) }
    transfer.begin()
    let file = transfer.request.certificateFile
    if idle.last?.certificateFile != file { idle.removeAll() }
    guard let handle = idle.popLast() ?? CurlHandle(settings, certificateFile: file) else {
      return transfer.end(.connectionLost("there is no memory left"))
    }
    handle.prepare(transfer, isFresh: needsFreshConnection(transfer))
    transfer.handle = handle
    running[ObjectIdentifier(transfer)] = transfer
    nextDeadline = min(nextDeadline, transfer.deadline)
    if unsafe ccurl_multi_add(multi, handle.easy) != CURLE_OK {
      end(transfer, .connectionLost("libcurl did not take the request"))
    }
  }

  /// Whether an existing connection may be dead.
  ///
  /// libcurl keeps an HTTP/2 connection after one of its streams fails, and reuses it while others use it.
  private func needsFreshConnection(_ transfer: CurlTransfer) -> Bool {
    if abandoned.isEmpty, closing.isEmpty { return false }
    let server = Server(transfer.request)
    if let end = closing[server] {
      if Self.now() < end { return true }
      closing[server] = nil
    }
    guard abandoned[server] != nil else { return false }
    if !running.values.contains(where: { Server($0.request) == server && mayBeOnDeadConnection($0) }) {
      abandoned[server] = nil
    }
    return true
  }

  private func mayBeOnDeadConnection(_ transfer: CurlTransfer) -> Bool {
    if abandoned.isEmpty { return false }
    return abandoned[Server(transfer.request)].map { transfer.start <= $0 } ?? false
  }

  private func endFinished() {
    var code: Int32 = 0
    while let easy = unsafe ccurl_multi_next_ended(multi, &code) {
      guard let context = unsafe ccurl_get_pointer(easy, Int32(CURLINFO_PRIVATE)) else { continue }
      let transfer = unsafe CurlTransfer.from(context)
      if transfer.wasDropped { closing[Server(transfer.request)] = Self.now() + Self.freshTime }
      end(transfer, CurlFailure.error(of: transfer, code: Int(code)))
    }
  }

  private func endExpired() {
    let now = Self.now()
    nextDeadline = .max
    for transfer in Array(running.values) {
      let deadline = transfer.deadline
      if deadline > now {
        nextDeadline = min(nextDeadline, deadline)
      } else {
        transfer.expire()
        end(transfer, nil)
      }
    }
  }

  /// Removes a transfer; an unfinished one loses its connection.
  private func end(_ transfer: CurlTransfer, _ failure: HTTPError?) {
    guard let handle = transfer.handle else { return }
    transfer.handle = nil
    running[ObjectIdentifier(transfer)] = nil
    if transfer.isAbandoned { abandoned[Server(transfer.request)] = Self.now() }
    if mayBeOnDeadConnection(transfer) { handle.forbidReuse() }
    _ = unsafe ccurl_multi_remove(multi, handle.easy)
    handle.rest(after: transfer.request)
    if idle.count < Self.idleLimit { idle.append(handle) }
    transfer.end(failure)
  }

  private func stop() {
    for transfer in Array(running.values) {
      transfer.fail(.cancelled)
      end(transfer, nil)
    }
    idle = []
    unsafe ccurl_multi_free(multi)
  }
}
