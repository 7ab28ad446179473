import Store
import Synchronization

/// The keys of the requests of responses, kept because a store may hold hundreds of thousands of responses.
///
/// They are computed when a run with `reuse` looks for answers, so that a store without such runs pays nothing. An
/// answer that is there stays as it is, and so does its key; ids are never given again.
final class KnownRequestKeys: Sendable {
  /// The keys by response; nil for a response that cannot be copied.
  private let known = Mutex<[Int: String?]>([:])
  /// The largest number of keys that are kept, about 30 MB.
  private static let most = 250_000

  /// The keys of answers, in their order.
  ///
  /// - Parameter make: computes a key that is not known.
  func keys(
    of entries: [ResponseEntry], _ make: @escaping @Sendable (ResponseEntry) throws -> String?
  ) async throws -> [String?] {
    let found = known.withLock { known in entries.map { known[$0.id] } }
    let unknown = zip(entries, found).filter { $0.1 == nil }.map(\.0)
    let made = try await mapConcurrently(unknown, make)
    known.withLock { known in
      if known.count + made.count > Self.most { known = [:] }
      for (entry, key) in zip(unknown, made) { known[entry.id] = .some(key) }
    }
    var next = made.makeIterator()
    return found.map { key in if let key { key } else { next.next() ?? nil } }
  }
}
