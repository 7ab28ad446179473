import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The addresses that a method can have for a model, and which of them has answered.
final class MethodAddresses: Sendable {
  private let method: String
  private let connection: ProviderConnection
  /// By model, those still to be tried; one alone has answered before.
  private let candidates = Mutex<[String?: [URL]]>([:])

  /// - Parameter method: such as `chat/completions`.
  init(of method: String, at connection: ProviderConnection) {
    self.method = method
    self.connection = connection
  }

  /// A search for the right one, which begins with the one that has answered before.
  ///
  /// - Parameter model: nil for a method that asks no model.
  func search(for model: String?) -> AddressSearch {
    let urls = candidates.withLock { candidates in
      if let known = candidates[model] { return known }
      let all = connection.provider.addresses(connection.endpoint, method, model)
      // At a vendor's own address there is nothing to find out.
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

/// Tries one address after the other until one of them answers.
struct AddressSearch {
  private let addresses: MethodAddresses
  private let model: String?
  private var left: ArraySlice<URL>
  private(set) var tried: [URL]
  /// What an address that was left behind has said, if it said more than that nothing is there.
  private var told: ProviderError?

  fileprivate init(_ addresses: MethodAddresses, _ model: String?, _ candidates: [URL]) {
    self.addresses = addresses
    self.model = model
    left = candidates.dropFirst()
    tried = Array(candidates.prefix(1))
  }

  /// The address to ask.
  var current: URL { tried[tried.count - 1] }

  /// Remembers that the current address has answered.
  func succeed() {
    addresses.note(current, for: model)
  }

  /// Goes on to the next address; false if there is none.
  mutating func goOn(after failure: ExchangeFailure) -> Bool {
    guard failure.isMisplaced, let next = left.popFirst() else { return false }
    if !failure.saysNothing { told = told ?? failure.error }
    tried.append(next)
    return true
  }

  /// The error that tells most.
  func error(_ failure: ExchangeFailure) -> ProviderError {
    failure.isMisplaced && failure.saysNothing ? told ?? failure.error : failure.error
  }
}

/// What a provider answered in place of a completion.
struct ExchangeFailure: Error {
  let body: ProviderErrorBody
  let error: ProviderError
  /// Whether it may refuse a part of the request.
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

  /// Whether all it says is that nothing is there.
  var saysNothing: Bool { body.namesNoPlace }
}
