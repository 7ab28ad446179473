import Evaluation
import JSONCoding

extension ReportBlock {
  /// The size limits in characters of a row's text, and of a prompt.
  static let rowTextLimit = 1500
  static let promptTextLimit = 12_000

  /// One row of a run with its texts.
  struct Item: Sendable {
    let heading: String
    /// `better` or `worse` for a changed row.
    var word: String?
    /// Texts by name, whole or clipped.
    var texts: [(name: String, text: String)] = []
    /// Two texts of which the page shows the differing words.
    var changes: [Change] = []

    fileprivate var json: JSONValue {
      [
        "heading": .string(heading), "word": .optional(word),
        "texts": .array(
          texts.map {
            ["name": .string($0.name), "text": .string(Clipping.clip($0.text, to: ReportBlock.rowTextLimit))]
          }),
        "changes": .array(changes.map { .object($0.object(limit: ReportBlock.rowTextLimit)) }),
      ]
    }
  }

  /// Two texts, the later one described by what changed.
  struct Change: Sendable {
    let name: String
    let before: String
    let after: String
    /// Where the texts come from.
    let names: (before: String, after: String)

    /// Both texts, from a little before their first difference.
    fileprivate func texts(limit: Int) -> (before: String, after: String) {
      let clipped = Clipping.clip(before, after, to: limit)
      return (clipped.one, clipped.other)
    }

    fileprivate func object(limit: Int) -> JSONObject {
      let (before, after) = texts(limit: limit)
      return [
        "name": .string(name), "before": .string(before), "after": .string(after),
        "from": .string(names.before), "to": .string(names.after),
      ]
    }
  }

  static func texts(_ title: String, _ items: [Item]) -> ReportBlock? {
    if items.isEmpty { return nil }
    var block = ReportBlock(.texts, title, nil, ["items": .array(items.map(\.json))])
    block.items = items
    return block
  }

  /// What changed between two long texts; nil if they are the same.
  static func change(
    _ name: String, _ before: String?, _ after: String?, _ names: (before: String, after: String)
  ) -> ReportBlock? {
    if before == after { return nil }
    let change = Change(name: name, before: before ?? "", after: after ?? "", names: names)
    var block = ReportBlock(.difference, name, nil, change.object(limit: promptTextLimit))
    block.change = change
    return block
  }

  /// Its table, or that of two texts of which one replaced the other; nil for other texts.
  var textTable: ReportTable? {
    guard let change else { return table }
    // Those of the page are cut already, and texts that are cut twice do not say how much is missing.
    let (before, after) = change.texts(limit: Self.changeTextLimit)
    return ReportTable([change.names.before, change.names.after], [[before, after]])
  }

  /// The texts of a table or paragraph show this much of two texts, from a little before their first difference.
  private static let changeTextLimit = 600

  /// Its rows with their texts, as headings with paragraphs; empty for other blocks.
  var itemTexts: [(heading: String, texts: [(name: String, text: String)])] {
    items.map { item in
      let texts = item.texts.map { ($0.name, Clipping.clip($0.text, to: Self.changeTextLimit)) }
      let changes = item.changes.flatMap { change in
        let (before, after) = change.texts(limit: Self.changeTextLimit)
        return [
          ("\(change.name) of \(change.names.before)", before), ("\(change.name) of \(change.names.after)", after),
        ]
      }
      return (item.heading, texts + changes)
    }
  }

  /// Numbers that are read first, each with its name and what it means.
  static func figures(_ items: [(name: String, value: String, note: String)]) -> ReportBlock? {
    if items.isEmpty { return nil }
    return ReportBlock(
      .figures, "Key figures", ReportTable(["", "", ""], items.map { [$0.name, $0.value, $0.note] }))
  }
}
