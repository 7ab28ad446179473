extension String {
  /// The text with a full stop at its end, unless it has one.
  var asSentence: String { hasSuffix(".") ? self : "\(self)." }
}
