/// Ids that were seen, to find one that is given twice.
///
/// Ids are counted from 1, so a bit for each takes less time and memory than a hash set; only ids far beyond any number of
/// records, as in a file edited by hand, are hashed.
struct IDSet {
  private static let mostBits = 1 << 26
  private var words: [UInt64] = []
  private var others: Set<Int> = []

  /// - Parameter id: a positive number.
  /// - Returns: whether it is new.
  mutating func insert(_ id: Int) -> Bool {
    guard (0..<Self.mostBits).contains(id) else { return others.insert(id).inserted }
    let (word, bit) = (id >> 6, UInt64(1) << UInt64(id & 63))
    if word >= words.count {
      // Doubled, so that growing costs no more than the ids that are there, if they are dense.
      words += [UInt64](repeating: 0, count: max(word + 1 - words.count, words.count, 64))
    }
    if words[word] & bit != 0 { return false }
    words[word] |= bit
    return true
  }
}
