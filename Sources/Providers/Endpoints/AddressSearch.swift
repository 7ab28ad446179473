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

  fileprivate func note(_ address: URL, for model: String?) {
    candidates.withLock { $0[model] = [address] }
  }
}

/// Tries addresses in turn until one answers.
struct AddressSearch {
  private let addresses: MethodAddresses
  private let model: String?
  private var left: ArraySlice<URL>
  private(set) var tried: [URL]
  /// The error from an earlier address, if it was more than that nothing is there.
  private var told: ProviderError?

  fileprivate init(_ addresses: MethodAddresses, _ model: String?, _ candidates: [URL]) {
    self.addresses = addresses
    self.model = model
    left = candidates.dropFirst()
    tried = Array(candidates.prefix(1))
  }

  /// The address to try.
  var current: URL { tried[tried.count - 1] }

  /// Records that the current address has answered.
  func succeed() {
    addresses.note(current, for: model)
  }

  /// Moves on to the next address; false if there is none.
  mutating func goOn(after failure: ExchangeFailure) -> Bool {
    guard failure.isMisplaced, let next = left.popFirst() else { return false }
    if !failure.saysNothing { told = told ?? failure.error }
    tried.append(next)
    return true
  }

  /// The most informative error.
  func error(_ failure: ExchangeFailure) -> ProviderError {
    failure.isMisplaced && failure.saysNothing ? told ?? failure.error : failure.error
  }
}

/// A provider's error in place of a completion.
struct ExchangeFailure: Error {
  let body: ProviderErrorBody
  let error: ProviderError
  /// Whether it may be about a part of the request.
  let mayBeRefusal: Bool
  /// Whether the API may be at another address.
  let isMisplaced: Bool

  init(
    _ body: ProviderErrorBody, _ error: ProviderError, mayBeRefusal: Bool = false, isMisplaced: Bool = false
  ) {
    self.body = body
    self.error = error
    self.mayBeRefusal = mayBeRefusal
    self.isMisplaced = isMisplaced
  }

  /// Whether it only says that nothing is at the address.
  var saysNothing: Bool { body.isPlainNotFound }
}
