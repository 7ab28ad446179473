extension String {
  /// The beginning of a text that is too long, and how much of it is missing.
  ///
  /// - Parameter limit: the most code points that are kept.
  package func clipped(to limit: Int) -> String {
    // Bytes are at least as many as code points, and counting them is free.
    guard utf8.count > limit else { return self }
    let scalars = unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex) else { return self }
    let missing = scalars.distance(from: end, to: scalars.endIndex)
    return missing == 0 ? self : "\(self[..<end])… [\(missing) more characters]"
  }
}
