import JSONCoding

/// A part of a report's section: a chart, a table or texts.
///
/// A chart has a table of the same figures, for readers without scripts and without sight.
struct ReportBlock: Sendable {
  /// The way the page draws it.
  enum Kind: String, Sendable {
    case table, figures, bars, intervals, scatter, confusion, shares, texts, difference
  }

  let kind: Kind
  let title: String
  var table: ReportTable?
  /// What the chart is drawn from.
  var drawing = JSONObject()
  /// The rows of a block of texts; empty for other blocks.
  var items: [Item] = []
  /// The two texts of a difference, uncut; nil for other blocks.
  var change: Change?

  /// A table without a chart.
  init?(_ title: String, _ table: ReportTable) {
    if table.rows.isEmpty { return nil }
    self.init(.table, title, table)
  }

  init(_ kind: Kind, _ title: String, _ table: ReportTable? = nil, _ drawing: JSONObject = [:]) {
    self.kind = kind
    self.title = title
    self.table = table
    self.drawing = drawing
  }

  var json: JSONValue {
    var object: JSONObject = ["kind": .string(kind.rawValue), "title": .string(title)]
    object["table"] = table?.json
    for member in drawing.members { object[member.key] = member.value }
    return .object(object)
  }
}
