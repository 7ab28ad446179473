import JSONCoding

/// The models known by name, for suggestions about misspelt ones.
package enum KnownModels {
  /// A likely intended model, with the vendor's prefix of the name; nil for a known name or a possible newer model.
  ///
  /// A name that differs from a known one only in numbers is most likely that of a newer version.
  package static func suggestion(for name: String) -> String? {
    let prefix = ModelName.vendorPrefix(of: name)
    let bare = (prefix?.rest ?? name).lowercased()
    let vendors = prefix.map { [$0.provider] } ?? listed
    guard !contains(name) else { return nil }
    let names = vendors.flatMap(\.prices.models)
    let alike = names.filter { letters($0) == letters(bare) }
    guard alike.isEmpty || alike.contains(where: { digits($0) == digits(bare) }) else { return nil }
    let written = prefix.map { String(name.dropLast($0.rest.count)) } ?? ""
    return nearest(to: bare, among: names).map { written + $0 }
  }

  /// Whether a name, with or without a vendor's prefix, is that of a fine-tuned model or of one with a price or an end.
  package static func contains(_ name: String) -> Bool {
    let prefix = ModelName.vendorPrefix(of: name)
    let bare = (prefix?.rest ?? name).lowercased()
    return (prefix.map { [$0.provider] } ?? listed).contains { knows(bare, of: $0) }
  }

  /// Whether a vendor whose prices are known has no model of this name.
  package static func lacks(_ name: String, of vendor: Vendor) -> Bool {
    !vendor.prices.models.isEmpty && !knows(name.lowercased(), of: vendor)
  }

  private static func knows(_ bare: String, of vendor: Vendor) -> Bool {
    bare.hasPrefix("ft:") || vendor.price(of: bare) != nil || vendor.shutdown(of: bare) != nil
  }

  /// The vendors whose prices are known.
  private static var listed: [Vendor] { Vendor.allCases.filter { !$0.prices.models.isEmpty } }

  /// The closest of names; nil if none is close, or one is the name itself.
  package static func nearest(to name: String, among names: [String]) -> String? {
    names.contains(name) ? nil : NearestName.of(name, among: names)
  }

  private static func letters(_ name: String) -> String { name.filter(\.isLetter) }
  private static func digits(_ name: String) -> String { name.filter(\.isNumber) }
}
