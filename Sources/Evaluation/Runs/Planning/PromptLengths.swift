/// The sizes of a run's prompts in ``TextSize``, by row.
///
/// A list, because a dictionary of a large run would take ten times as much memory.
struct PromptLengths: Sendable {
  /// By row index; -1 for a row without a prompt.
  private var sizes: [Int32] = []
  /// That of the longest prompt; 0 without one.
  private(set) var longest = 0

  init(_ prompts: some Sequence<(row: Int, size: Int)>) {
    for (row, size) in prompts {
      while sizes.count <= row { sizes.append(-1) }
      sizes[row] = Int32(clamping: size)
      longest = max(longest, size)
    }
  }

  /// Nil for a row without a prompt.
  subscript(row: Int) -> Int? {
    sizes.indices.contains(row) && sizes[row] >= 0 ? Int(sizes[row]) : nil
  }
}
