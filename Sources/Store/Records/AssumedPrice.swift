import JSONCoding

/// A list price that a run assumed for the calls of one of its models: it may not be the price that its server has.
package struct AssumedPrice: Fields {
  /// The model's name in requests.
  package var model = ""
  /// The origin of the server, such as `http://127.0.0.1:4000`.
  package var origin = ""
  /// The vendor whose list has the price, by its name for people.
  package var list = ""
  /// The credential for the calls, whose prices replace the assumed one.
  package var credentialID = 1

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("model", &model)
    try fields.visit("origin", &origin)
    try fields.visit("list", &list)
    try fields.visit("credential_id", &credentialID, in: .id)
  }
}

extension AssumedPrice {
  /// Before format 14 a run had an assumed price in the form of a warning.
  ///
  /// Nil for other warnings.
  init?(warningOfFormat13 text: String) {
    guard let start = text.firstRange(of: "The cost of "), start.lowerBound == text.startIndex,
      let list = text.firstRange(of: " is estimated with "),
      let end = text.firstRange(of: "'s list price; input_price and output_price of credential "),
      let rest = text.firstRange(of: " replace it."), rest.upperBound == text.endIndex,
      start.upperBound <= list.lowerBound, list.upperBound <= end.lowerBound, end.upperBound <= rest.lowerBound,
      let id = Int(text[end.upperBound..<rest.lowerBound]),
      let place = text[start.upperBound..<list.lowerBound].ranges(of: " at ").last
    else { return nil }
    model = String(text[start.upperBound..<place.lowerBound])
    origin = String(text[place.upperBound..<list.lowerBound])
    self.list = String(text[list.upperBound..<end.lowerBound])
    credentialID = id
  }
}
