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
