extension Clipping {
  /// The number of characters before the first difference that show where it is.
  private static let lead = 40

  /// Two different texts, cut so that both show their first difference.
  ///
  /// A long beginning that they share is left out, and marked with the number of its characters.
  ///
  /// - Parameter limit: the most characters of either text, without the marks.
  static func clip(_ one: String, _ other: String, to limit: Int) -> (one: String, other: String) {
    let shared = zip(one, other).prefix { $0 == $1 }.count
    // The beginning may stay where all of the texts fits.
    guard shared > lead, max(one.count, other.count) > limit else {
      return (clip(one, to: limit), clip(other, to: limit))
    }
    let skipped = shared - lead
    func cut(_ text: String) -> String {
      "[\(skipped) characters alike] …" + clip(String(text.dropFirst(skipped)), to: limit)
    }
    return (cut(one), cut(other))
  }
}
