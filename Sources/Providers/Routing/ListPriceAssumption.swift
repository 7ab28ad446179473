/// A vendor's list price that is assumed for a local server, whose own may be another.
package struct ListPriceAssumption: Sendable, Equatable {
  /// The model's name in requests.
  package let model: String
  /// The origin of the server.
  package let origin: String
  /// The vendor's name for people.
  package let list: String
  /// The credential whose prices would replace it.
  package let credentialID: Int

  package init(model: String, origin: String, list: String, credentialID: Int) {
    (self.model, self.origin, self.list, self.credentialID) = (model, origin, list, credentialID)
  }

  /// Where the cost comes from, and how another price takes its place.
  package var sentence: String {
    "The cost of \(model) at \(origin) is estimated with \(list)'s list price; input_price and output_price of credential "
      + "\(credentialID) replace it."
  }
}
