/// Shortens quotations of a client's input in messages.
enum Quotation {
  private static let limit = 40

  /// The beginning of a long text, marked as shortened; a short text unchanged.
  static func shortened(_ text: String) -> String {
    let beginning = text.prefix(limit)
    // Any number of combining marks may follow one letter without counting as characters.
    if beginning.utf8.count > limit * 8 {
      return String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit))) + "…"
    }
    return beginning.endIndex < text.endIndex ? "\(beginning)…" : text
  }
}
