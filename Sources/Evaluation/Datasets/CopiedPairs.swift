/// Rows with short cells that stand in a request: the whole input beside the expected output.
///
/// A pair that a tenth of the rows have belongs to none of them. A pair of two words in all, such as a name and its
/// class, may stand there by chance, so it counts only beside another one.
struct CopiedPairs: Sendable {
  private struct Pair {
    let row: Int
    let input: [UInt64]
    let output: [UInt64]

    var length: Int { input.count + output.count }
  }

  /// The largest number of words between an input and its expected output.
  private static let longestGap = 4
  /// The number of words of a pair that is no chance by itself.
  private static let fewestWords = 3

  private let pairs: [Pair]
  private let split: Result<RowSplit, RowSelectionError>

  init(earlier: [RequestTexts], table: CSVTable, expectedColumn: String?) {
    let known = WordSequences(earlier.flatMap { $0.instructions + $0.examples })
    var pairs: [Pair] = []
    var counts: [[UInt64]: Int] = [:]
    if let output = table.columns.firstIndex(of: expectedColumn ?? RunRows.standardExpectedColumn) {
      let inputs = table.columns.indices.filter { $0 != output && !RowColumn.isSetting(table.columns[$0]) }
      for row in 0..<table.rowCount {
        let cells = table.row(row)
        guard let expected = WordSequences.shortText(cells[output]) else { continue }
        for input in inputs {
          guard let words = WordSequences.shortText(cells[input]), words != expected else { continue }
          counts[words, default: 0] += 1
          pairs.append(Pair(row: row, input: words, output: expected))
        }
      }
    }
    let enough = CopiedRows.sharing(table)
    self.pairs = pairs.filter { pair in
      counts[pair.input, default: 0] < enough && Self.place(of: pair, in: known) == nil
    }
    split = Result { () throws(RowSelectionError) in try RowSplit(table) }
  }

  /// The pairs that stand in some texts.
  func passages(in texts: [String], isExample: Bool) throws(RowSelectionError) -> [CopiedRows.Passage] {
    if pairs.isEmpty { return [] }
    let request = WordSequences(texts)
    let found = pairs.compactMap { pair in Self.place(of: pair, in: request).map { (pair: pair, place: $0) } }
    let isChance = Set(found.map { $0.pair.input + $0.pair.output }).count < 2
    var passages: [CopiedRows.Passage] = []
    for (pair, place) in found where !isChance || pair.length >= Self.fewestWords {
      passages.append(
        CopiedRows.Passage(
          text: request.text(place), row: pair.row, part: try split.get().part(of: pair.row), isExample: isExample))
    }
    // A row that must never be read says more than one that may.
    return passages.filter { $0.part != .train } + passages.filter { $0.part == .train }
  }

  /// The words from an input to the expected output beside it, in either order.
  private static func place(of pair: Pair, in texts: WordSequences) -> Range<Int>? {
    let inputs = texts.starts(of: pair.input)
    if inputs.isEmpty { return nil }
    let outputs = texts.starts(of: pair.output)
    for start in inputs {
      let end = start + pair.input.count
      for other in outputs {
        let otherEnd = other + pair.output.count
        if other >= end, other - end <= longestGap { return start..<otherEnd }
        if otherEnd <= start, start - otherEnd <= longestGap { return other..<end }
      }
    }
    return nil
  }
}
