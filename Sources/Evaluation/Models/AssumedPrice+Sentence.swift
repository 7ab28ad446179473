import Providers
package import Store

extension AssumedPrice {
  init(_ price: ListPriceAssumption) {
    self.init {
      ($0.model, $0.origin) = (price.model, price.origin)
      ($0.list, $0.credentialID) = (price.list, price.credentialID)
    }
  }

  /// Where the cost comes from, and how another price takes its place.
  package var sentence: String {
    ListPriceAssumption(model: model, origin: origin, list: list, credentialID: credentialID).sentence
  }
}
