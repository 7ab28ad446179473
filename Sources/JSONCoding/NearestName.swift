/// Finds the name that was probably meant.
package enum NearestName {
  /// The length in bytes beyond which names are not compared, because the time grows with both lengths.
  static let lengthLimit = 500

  /// The candidate closest to the name, or nil if none is close.
  ///
  /// Case, spaces, `_` and `-` are ignored. A candidate is close if at most a third of its letters differ (Levenshtein
  /// distance); of equally close candidates the first counts. A name longer than ``lengthLimit`` is not a typing error,
  /// and nothing is close to it.
  package static func of(_ name: String, among candidates: [String]) -> String? {
    guard name.utf8.count <= lengthLimit else { return nil }
    let letters = folded(name)
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let other = folded(candidate)
      let limit = max(letters.count, other.count) / 3
      // The lengths alone differ by more than the limit.
      guard abs(letters.count - other.count) <= limit else { continue }
      let distance = Self.distance(letters, other)
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.candidate
  }

  /// Whether the name differs from one of the others by at most two letters.
  package static func isMisspelling(_ name: String, ofAnyOf others: [String]) -> Bool {
    guard name.utf8.count <= lengthLimit else { return false }
    let letters = folded(name)
    return others.contains { distance(letters, folded($0)) <= 2 }
  }

  private static func folded(_ name: String) -> [Character] {
    name.lowercased().filter { !$0.isWhitespace && $0 != "_" && $0 != "-" }
  }

  /// The number of letters to insert, delete or replace to turn one name into the other.
  static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var previous = Array(0...right.count)
    for (row, letter) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        let replaced = previous[column] + (letter == other ? 0 : 1)
        current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
      }
      previous = current
    }
    return previous[right.count]
  }
}
