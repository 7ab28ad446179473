import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The addresses that a method can have at an endpoint, and which of them has answered.
final class MethodAddresses: Sendable {
  let candidates: [URL]
  private let known = Mutex<URL?>(nil)

  /// - Parameter method: such as `chat/completions`.
  init(of method: String, at connection: ProviderConnection) {
    let all = connection.endpoint.addresses(of: method)
    // At a vendor's own address there is nothing to find out.
    candidates = connection.isOwnAddress ? Array(all.prefix(1)) : all
  }

  /// A search for the right one, which begins with the one that has answered before.
  func search() -> AddressSearch {
    AddressSearch(self, known.withLock(\.self).map { [$0] } ?? candidates)
  }

  fileprivate func note(_ address: URL) {
    known.withLock { $0 = address }
  }
}

/// Tries one address after the other until one of them answers.
struct AddressSearch {
  private let addresses: MethodAddresses
  private var left: ArraySlice<URL>
  private(set) var tried: [URL]
  /// What an address that was left behind has said, if it said more than that nothing is there.
  private var told: ProviderError?

  fileprivate init(_ addresses: MethodAddresses, _ candidates: [URL]) {
    self.addresses = addresses
    left = candidates.dropFirst()
    tried = Array(candidates.prefix(1))
  }

  /// The address to ask.
  var current: URL { tried[tried.count - 1] }

  /// Remembers that the current address has answered.
  func succeed() {
    addresses.note(current)
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
