/// The random order in which the rows of a run are asked.
struct RowOrder: Sendable {
  private let seed: Int

  init(seed: Int) { self.seed = seed }

  /// The seed of a run that starts.
  static func seed(ofRun id: Int) -> Int {
    var random = SeededGenerator(seed: UInt64(id) ^ RowSplit.seed)
    return Int(random.next() >> 11)
  }

  /// Rows in their order; rows of a group follow one another.
  ///
  /// The place of a group depends on nothing but the seed and its number, so rows that are added leave the others in
  /// their order.
  func sorted(_ rows: some Sequence<Int>, group: (Int) -> Int) -> [Int] {
    rows.map { (draw: draw(group($0)), group: group($0), row: $0) }
      .sorted { ($0.draw, $0.group, $0.row) < ($1.draw, $1.group, $1.row) }.map(\.row)
  }

  /// The number of a group in the sequence of random numbers.
  private func draw(_ group: Int) -> UInt64 {
    var random = SeededGenerator(seed: UInt64(seed), skipping: group)
    return random.next()
  }
}
