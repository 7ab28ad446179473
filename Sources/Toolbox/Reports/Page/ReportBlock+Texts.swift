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

    fileprivate func object(limit: Int) -> JSONObject {
      [
        "name": .string(name), "before": .string(Clipping.clip(before, to: limit)),
        "after": .string(Clipping.clip(after, to: limit)),
        "from": .string(names.before), "to": .string(names.after),
      ]
    }
  }

  static func texts(_ title: String, _ items: [Item]) -> ReportBlock? {
    items.isEmpty ? nil : ReportBlock(.texts, title, nil, ["items": .array(items.map(\.json))])
  }

  /// What changed between two long texts; nil if they are the same.
  static func change(
    _ name: String, _ before: String?, _ after: String?, _ names: (before: String, after: String)
  ) -> ReportBlock? {
    if before == after { return nil }
    let change = Change(name: name, before: before ?? "", after: after ?? "", names: names)
    return ReportBlock(.difference, name, nil, change.object(limit: promptTextLimit))
  }

  /// Its table, or that of two texts of which one replaced the other; nil for other texts.
  var textTable: ReportTable? {
    guard kind == .difference else { return table }
    func texts(_ names: [String]) -> [String] { names.map { drawing[$0]?.stringValue ?? "" } }
    return ReportTable(texts(["from", "to"]), [texts(["before", "after"])])
  }

  /// Numbers that are read first, each with its name and what it means.
  static func figures(_ items: [(name: String, value: String, note: String)]) -> ReportBlock? {
    if items.isEmpty { return nil }
    return ReportBlock(
      .figures, "Key figures", ReportTable(["", "", ""], items.map { [$0.name, $0.value, $0.note] }))
  }
}
