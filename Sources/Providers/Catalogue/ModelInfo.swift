/// A model offered by a provider.
package struct ModelInfo: Sendable, Equatable {
  /// The model's name in requests, without a provider prefix.
  package var id: String
  package var provider: Vendor
  /// US dollars per million tokens; nil if unknown.
  package var promptPrice: Double?
  package var completionPrice: Double?
  /// The announced end, such as `2027-01-14`.
  package var shutdownDate: String?

  package init(
    id: String, provider: Vendor, promptPrice: Double? = nil, completionPrice: Double? = nil,
    shutdownDate: String? = nil
  ) {
    self.id = id
    self.provider = provider
    self.promptPrice = promptPrice
    self.completionPrice = completionPrice
    self.shutdownDate = shutdownDate
  }

  /// The prices of its tokens; nil if unknown.
  package var price: ModelPrice? {
    guard let promptPrice, let completionPrice else { return nil }
    return ModelPrice(promptPrice, cached: promptPrice, output: completionPrice)
  }
}
