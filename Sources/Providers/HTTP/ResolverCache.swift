import Synchronization

/// The addresses of names: each name is looked up once for all who wait for it, and kept for a minute.
///
/// A lookup cannot be stopped. Who waits for one can: it goes on for the others, and for whoever asks next.
final class ResolverCache: Sendable {
  private struct Entry {
    let addresses: [IPAddress]
    let until: Double
  }

  private struct State {
    var entries: [String: Entry] = [:]
    /// Who waits for the lookups that are under way.
    var waiting: [String: [AsyncStream<[IPAddress]>.Continuation]] = [:]
  }

  private let state = Mutex(State())
  private let resolve: GuardedTransport.Resolver
  private let now: @Sendable () -> Double
  private static let lifetime = 60_000.0

  /// - Parameter now: milliseconds that never go back.
  init(resolve: @escaping GuardedTransport.Resolver, now: @escaping @Sendable () -> Double) {
    self.resolve = resolve
    self.now = now
  }

  /// All addresses of a name, empty if it has none; nil if that is not known in time.
  ///
  /// - Parameter remembersUnknown: whether a name without addresses counts as known for a minute, too.
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
    // A cancelled task gets none.
    let answer = await answers.first { _ in true }
    if Task.isCancelled { throw .cancelled }
    if answer == nil, remembersUnknown { keep([], of: host) }
    return answer
  }

  /// Looks the name up the next time that it is asked for.
  func forget(_ host: String) {
    state.withLock { $0.entries[host] = nil }
  }

  private func known(_ host: String) -> [IPAddress]? {
    guard let entry = state.withLock({ $0.entries[host] }), now() < entry.until else { return nil }
    return entry.addresses
  }

  /// Whether the waiter is the first, so that the lookup has to begin.
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
