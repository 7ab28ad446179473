/// Texts as sentences.
extension String {
  /// The text with a full stop at its end, unless it has one.
  package var asSentence: String { hasSuffix(".") ? self : "\(self)." }
}
