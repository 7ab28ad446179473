/// Searches by code points.
///
/// A mark such as U+0600 makes one character with the brace behind it, so a search by characters does not find the brace.
extension StringProtocol {
  /// Whether the code points of a text are in this one.
  package func containsScalars(of text: String) -> Bool { firstRangeOfScalars(of: text) != nil }

  /// Where the code points of a text are for the first time.
  package func firstRangeOfScalars(of text: String) -> Range<Index>? { utf8.firstRange(of: text.utf8) }
}
