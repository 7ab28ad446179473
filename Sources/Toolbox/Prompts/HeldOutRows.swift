import Evaluation
import Store

/// Which rows of a run a better prompt may be written for, and which are held back to test it.
enum HeldOutRows: Sendable {
  /// The rows that may be seen; the others are held back.
  case split(shown: Set<Int>)
  /// Nothing can be held back, and why.
  case impossible(String)

  init(of run: RunRecord, _ dataset: DatasetRecord?) throws {
    guard let dataset else {
      self = .impossible("The run has no dataset.")
      return
    }
    guard let table = try dataset.table(of: run) else {
      self = .impossible("The dataset has changed since the run.")
      return
    }
    do throws(RowSelectionError) {
      self = .split(shown: Set(try RowSelection.part(.train).rows(of: table)))
    } catch .tooFewRows(let count) {
      self = .impossible("The dataset has \(count) rows, fewer than the \(RowSplit.fewestRows) that a split needs.")
    } catch {
      self = .impossible("\(error)")
    }
  }

  /// The rows that may be seen; nil for all.
  var shown: Set<Int>? {
    if case .split(let shown) = self { shown } else { nil }
  }

  /// What the client's model is told of it.
  var sentence: String {
    switch self {
    case .split:
      """
      Only rows of the part "train" are shown. The parts "validation" and "test" are held back to test the new version: \
      do not read their rows or responses.
      """
    case .impossible(let reason):
      """
      \(reason) So no row can be held back, and no claim on held-out rows is possible: the new version is tested on the \
      rows it was written for, where a better score proves little. Tell the user so.
      """
    }
  }
}
