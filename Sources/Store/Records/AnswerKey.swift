/// The place of an answer in a run: its row, and which of the row's answers it is.
package struct AnswerKey: Sendable, Hashable, Comparable {
  /// The zero-based row index in the dataset.
  package let rowIndex: Int
  /// The zero-based number of the answer among those of its row.
  package let repeatIndex: Int

  package init(rowIndex: Int, repeatIndex: Int = 0) {
    self.rowIndex = rowIndex
    self.repeatIndex = repeatIndex
  }

  /// Orders answers row by row.
  package static func < (left: Self, right: Self) -> Bool {
    (left.rowIndex, left.repeatIndex) < (right.rowIndex, right.repeatIndex)
  }
}
