import Evaluation
import Store

extension RunReport {
  /// The answers by expected value, and how well each value was found; nil without few distinct ones.
  var classes: String? {
    guard let confusion else { return nil }
    let columns = confusion.columns.map(Markdown.line)
    let table = Markdown.table(
      ["expected"] + columns,
      zip(confusion.classes, columns).map { found, label in [label] + found.answers.map(String.init) })
    let rates = Markdown.table(
      ["", "rows", "precision", "recall", "F1", "near misses"],
      zip(confusion.classes, columns).map { found, label in
        [label, "\(found.rows)"] + [found.precision, found.recall, found.f1].map(Confusion.text)
          + [found.orderedNearMisses.map { "\($0.kind.name) \($0.count)" }.joined(separator: ", ")]
      })
    let note =
      "\(view.run.repeats > 1 ? "First answers" : "Answers") by \(Markdown.line(confusion.source)), a line for each expected value. Intervals are 95 %. Near misses are "
      + "answers outside of the classes that differ from the expected one only in form.\(confusion.leftOut)"
      + confusion.notes.map { " \($0)" }.joined()
    return [note, table, rates].joined(separator: "\n\n")
  }
}

extension Confusion {
  /// A sentence on the rows that are not in it, after a space; empty if all are.
  var leftOut: String {
    let parts = [
      withoutExpected > 0 ? "\(withoutExpected) rows without an expected output" : nil,
      unread > 0 ? "the last \(unread) rows" : nil,
    ].compactMap(\.self)
    return parts.isEmpty ? "" : " Left out: \(parts.joined(separator: ", "))."
  }

  /// `0.50 (0.10 to 0.90)`.
  static func text(_ rate: Rate?) -> String {
    rate.map { rate in
      ScoreEstimate.text(rate.value) + (rate.interval.map { " (\($0.text))" } ?? "")
    } ?? "no answer"
  }
}
