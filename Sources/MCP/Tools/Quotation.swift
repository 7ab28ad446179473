/// What a message repeats of what a client sent, which may be of any length.
enum Quotation {
  private static let limit = 40

  /// The beginning of a long text, with a mark; a short one as it is.
  static func shortened(_ text: String) -> String {
    let beginning = text.prefix(limit)
    // Marks without end may hang on one letter, and count for nothing as characters.
    if beginning.utf8.count > limit * 8 {
      return String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit))) + "…"
    }
    return beginning.endIndex < text.endIndex ? "\(beginning)…" : text
  }
}
