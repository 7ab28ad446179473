import JSONCoding

/// The models known by name, for suggestions about misspelt ones.
package enum KnownModels {
  /// A likely intended model, with the vendor's prefix of the name; nil for a known name or a possible newer model.
  ///
  /// A name that differs from a known one only in numbers is most likely that of a newer version.
  package static func suggestion(for name: String) -> String? {
    let prefix = ModelName.vendorPrefix(of: name)
    let bare = (prefix?.rest ?? name).lowercased()
    let vendors = prefix.map { [$0.provider] } ?? Vendor.allCases.filter { !$0.prices.models.isEmpty }
    let isKnown = vendors.contains { vendor in
      vendor.price(of: bare) != nil || vendor.shutdown(of: bare) != nil
    }
    guard !isKnown, !bare.hasPrefix("ft:") else { return nil }
    let names = vendors.flatMap(\.prices.models)
    let alike = names.filter { letters($0) == letters(bare) }
    guard alike.isEmpty || alike.contains(where: { digits($0) == digits(bare) }) else { return nil }
    let written = prefix.map { String(name.dropLast($0.rest.count)) } ?? ""
    return nearest(to: bare, among: names).map { written + $0 }
  }

  /// The closest of the names; nil if none is close, or if one is the name itself.
  package static func nearest(to name: String, among names: [String]) -> String? {
    names.contains(name) ? nil : NearestName.of(name, among: names)
  }

  private static func letters(_ name: String) -> String { name.filter(\.isLetter) }
  private static func digits(_ name: String) -> String { name.filter(\.isNumber) }
}
