extension String {
  /// The beginning of a text that is too long, with the number of missing characters.
  ///
  /// - Parameter limit: the largest number of code points to keep.
  package func clipped(to limit: Int) -> String {
    // The number of bytes is an upper bound of the number of code points and costs nothing to get.
    guard utf8.count > limit else { return self }
    let scalars = unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex) else { return self }
    let missing = scalars.distance(from: end, to: scalars.endIndex)
    return missing == 0 ? self : "\(self[..<end])… [\(missing) more characters]"
  }
}
