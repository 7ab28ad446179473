import Synchronization

/// The addresses of names; each name is looked up once for all waiters and kept for a minute.
///
/// A lookup cannot be cancelled, but waiting for one can; the lookup then continues for the other waiters and the
/// cache.
final class ResolverCache: Sendable {
  private struct Entry {
    let addresses: [IPAddress]
    let until: Double
  }

  private struct State {
    var entries: [String: Entry] = [:]
    /// The waiters for the lookups in progress.
    var waiting: [String: [AsyncStream<[IPAddress]>.Continuation]] = [:]
  }

  private let state = Mutex(State())
  private let resolve: GuardedTransport.Resolver
  private let now: @Sendable () -> Double
  private static let lifetime = 60_000.0

  /// - Parameter now: monotonic time in milliseconds.
  init(resolve: @escaping GuardedTransport.Resolver, now: @escaping @Sendable () -> Double) {
    self.resolve = resolve
    self.now = now
  }

  /// All addresses of a name, empty if it has none; nil if the lookup takes too long.
  ///
  /// - Parameter remembersUnknown: whether a name without addresses is cached for a minute too.
  func addresses(
    of host: String, within seconds: Double, remembersUnknown: Bool = false
  ) async throws(HTTPError) -> [IPAddress]? {
    if let known = known(host), remembersUnknown || !known.isEmpty { return known }
    let (answers, waiter) = AsyncStream.makeStream(of: [IPAddress].self)
    if join(host, waiter) { lookUp(host) }
    let timer = Task {
      try await Task.sleep(for: .seconds(seconds))
      waiter.finish()
    }
    defer { timer.cancel() }
    // A cancelled task gets no answer.
    let answer = await answers.first { _ in true }
    if Task.isCancelled { throw .cancelled }
    if answer == nil, remembersUnknown { keep([], of: host) }
    return answer
  }

  /// Removes a name from the cache.
  func forget(_ host: String) {
    state.withLock { $0.entries[host] = nil }
  }

  private func known(_ host: String) -> [IPAddress]? {
    guard let entry = state.withLock({ $0.entries[host] }), now() < entry.until else { return nil }
    return entry.addresses
  }

  /// Adds a waiter; true if it is the first, so that the lookup must start.
  private func join(_ host: String, _ waiter: AsyncStream<[IPAddress]>.Continuation) -> Bool {
    state.withLock { state in
      state.waiting[host, default: []].append(waiter)
      return state.waiting[host]?.count == 1
    }
  }

  private func lookUp(_ host: String) {
    Task {
      let addresses = await resolve(host)
      keep(addresses, of: host)
      let waiting = state.withLock { $0.waiting.removeValue(forKey: host) ?? [] }
      for waiter in waiting {
        waiter.yield(addresses)
        waiter.finish()
      }
    }
  }

  private func keep(_ addresses: [IPAddress], of host: String) {
    let until = now() + Self.lifetime
    state.withLock { $0.entries[host] = Entry(addresses: addresses, until: until) }
  }
}
