/// A model that a provider offers.
package struct ModelInfo: Sendable, Equatable {
  /// The name to ask for, without a provider prefix.
  package var id: String
  package var provider: Vendor
  /// US dollars per million tokens; nil where not known.
  package var promptPrice: Double?
  package var completionPrice: Double?
  /// `2027-01-14`, where the model's end is announced.
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

  /// What its tokens cost; nil where that is not known.
  package var price: ModelPrice? {
    guard let promptPrice, let completionPrice else { return nil }
    return ModelPrice(promptPrice, cached: promptPrice, output: completionPrice)
  }
}
