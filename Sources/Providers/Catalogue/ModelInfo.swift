/// A model that a provider offers.
package struct ModelInfo: Sendable, Equatable {
  /// The name to ask for, without a provider prefix.
  package var id: String
  package var provider: ProviderKind
  /// US dollars per million tokens; nil where not known.
  package var promptPrice: Double?
  package var completionPrice: Double?

  package init(id: String, provider: ProviderKind, promptPrice: Double? = nil, completionPrice: Double? = nil) {
    self.id = id
    self.provider = provider
    self.promptPrice = promptPrice
    self.completionPrice = completionPrice
  }
}
