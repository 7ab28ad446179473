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
    let (answers, waiter) = AsyncStream.makeStream(of: [IPAddress].self)
    switch join(host, waiter, remembersUnknown: remembersUnknown) {
    case .known(let addresses): return addresses
    case .first: lookUp(host)
    case .later: break
    }
    let timer = Task {
      try await Task.sleep(for: .seconds(seconds))
      waiter.finish()
    }
    defer { timer.cancel() }
    // A cancelled task gets no answer.
    let answer = await answers.first { _ in true }
    if Task.isCancelled { throw .cancelled }
    if answer == nil, remembersUnknown { rememberAsUnknown(host) }
    return answer
  }

  /// Removes a name from the cache.
  func forget(_ host: String) {
    state.withLock { $0.entries[host] = nil }
  }

  /// How a caller gets the addresses of a name.
  private enum Joining {
    case known([IPAddress])
    /// It waits, and has to start the lookup.
    case first
    /// It waits for a lookup in progress.
    case later
  }

  /// Adds a waiter unless the name is known.
  ///
  /// One lock for both: a lookup that ends between them would be made again.
  private func join(
    _ host: String, _ waiter: AsyncStream<[IPAddress]>.Continuation, remembersUnknown: Bool
  ) -> Joining {
    let now = now()
    return state.withLock { state in
      if let entry = state.entries[host], now < entry.until, remembersUnknown || !entry.addresses.isEmpty {
        return .known(entry.addresses)
      }
      state.waiting[host, default: []].append(waiter)
      return state.waiting[host]?.count == 1 ? .first : .later
    }
  }

  private func lookUp(_ host: String) {
    Task {
      let addresses = await resolve(host)
      let until = now() + Self.lifetime
      let waiting = state.withLock { state in
        state.entries[host] = Entry(addresses: addresses, until: until)
        return state.waiting.removeValue(forKey: host) ?? []
      }
      for waiter in waiting {
        waiter.yield(addresses)
        waiter.finish()
      }
    }
  }

  /// Keeps a name as one without addresses while its lookup takes too long.
  private func rememberAsUnknown(_ host: String) {
    let until = now() + Self.lifetime
    state.withLock { state in
      guard state.waiting[host] != nil else { return }
      state.entries[host] = Entry(addresses: [], until: until)
    }
  }
}
