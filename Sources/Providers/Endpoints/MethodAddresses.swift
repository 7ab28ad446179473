import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The possible addresses of a method for a model, and the one that has answered.
final class MethodAddresses: Sendable {
  private let method: String
  private let connection: ProviderConnection
  /// The addresses still to be tried, by model; a single one has answered before.
  private let candidates = Mutex<[String?: [URL]]>([:])

  /// - Parameter method: the method, such as `chat/completions`.
  init(of method: String, at connection: ProviderConnection) {
    self.method = method
    self.connection = connection
  }

  /// A search for the right address, beginning with one that has answered before.
  ///
  /// - Parameter model: nil for a method without a model.
  func search(for model: String?) -> AddressSearch {
    let urls = candidates.withLock { candidates in
      if let known = candidates[model] { return known }
      let all = connection.provider.addresses(connection.endpoint, method, model)
      // A vendor's own address needs no search.
      let urls = connection.isOwnAddress ? Array(all.prefix(1)) : all
      candidates[model] = urls
      return urls
    }
    return AddressSearch(self, model, urls)
  }

  func note(_ address: URL, for model: String?) {
    candidates.withLock { $0[model] = [address] }
  }
}
