#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Tries addresses in turn until one answers.
struct AddressSearch {
  private let addresses: MethodAddresses
  private let model: String?
  private var left: ArraySlice<URL>
  private(set) var tried: [URL]
  /// The error from an earlier address, if it was more than that nothing is there.
  private var told: ProviderError?

  init(_ addresses: MethodAddresses, _ model: String?, _ candidates: [URL]) {
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
