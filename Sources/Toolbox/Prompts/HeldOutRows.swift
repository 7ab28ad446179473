import Evaluation
import Store

/// The rows of a run from which a better prompt may be written, and the rows held out to test it.
enum HeldOutRows: Sendable {
  /// The visible rows, and the power of those held out.
  case split(shown: Set<Int>, HeldOutPower)
  /// No rows can be held out, for this reason.
  case impossible(String)

  init(_ view: RunView) throws {
    guard let dataset = view.dataset else {
      self = .impossible("The run has no dataset.")
      return
    }
    // Rows that were appended count for the next run, which could not be compared with this one.
    guard dataset.isData(of: view.run) else {
      self = .impossible("The dataset has changed since the run.")
      return
    }
    let table = try dataset.table()
    let shown: Set<Int>
    do throws(RowSelectionError) {
      for part in DatasetPart.allCases { _ = try RowSelection.part(part).rows(of: table) }
      shown = Set(try RowSelection.part(.train).rows(of: table))
    } catch .tooFewRows(let count) {
      self = .impossible("The dataset has \(count) rows, fewer than the \(RowSplit.fewestRows) that a split needs.")
      return
    } catch {
      self = .impossible("\(error)")
      return
    }
    self = .split(shown: shown, try HeldOutPower(view, table))
  }

  /// The visible rows; nil for all.
  var shown: Set<Int>? {
    if case .split(let shown, _) = self { shown } else { nil }
  }

  /// The power of the held-out rows; nil if there are none.
  var decisive: HeldOutPower? {
    if case .split(_, let rows) = self { rows } else { nil }
  }

  /// The rule about words of rows in a draft, as the end of a sentence.
  var copying: String {
    switch self {
    case .split:
      """
      five words in a row that stand in a row of the dataset, and not in the version before, are refused when the draft is \
      run on validation or test rows. Say the rule instead. If the user wants examples, take them from train rows and put \
      them into messages, not into the template.
      """
    case .impossible: "no row of the dataset and no answer to one may stand in it, as an example neither."
    }
  }

  /// The explanation for the client's model.
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
