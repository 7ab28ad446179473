import JSONCoding

/// Texts in rows under headings.
struct ReportTable: Sendable, Equatable {
  /// What is shown where a value is not known.
  static let unknown = "not known"

  let head: [String]
  let rows: [[String]]

  init(_ head: [String], _ rows: [[String]]) {
    self.head = head
    self.rows = rows
  }

  /// A table of names and values, without the pairs that have no value.
  init(_ pairs: [(String, String?)]) {
    self.init(["", ""], pairs.compactMap { name, value in value.map { [name, $0] } })
  }

  /// A table of objects of a tool: a column for each, and a line for each of their members.
  ///
  /// - Parameter left: the members that are left out.
  init(columns: [(name: String, object: JSONObject)], without left: [String]) {
    let keys = columns.flatMap(\.object.keys).reduce(into: [String]()) { keys, key in
      if !left.contains(key), !keys.contains(key) { keys.append(key) }
    }
    self.init(
      [""] + columns.map(\.name),
      keys.map { key in
        [key.replacing("_", with: " ")] + columns.map { $0.object[key].map { Self.text($0, of: key) } ?? "" }
      })
  }

  var json: JSONValue {
    ["head": Self.strings(head), "rows": .array(rows.map(Self.strings))]
  }

  static func strings(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
}

extension ReportTable {
  /// A member of a tool's object.
  static func text(_ value: JSONValue, of key: String) -> String {
    switch value {
    case .null: unknown
    case .string(let text): text
    case .double(let number): Self.text(number)
    case .array(let values) where !values.contains { $0.objectValue != nil }:
      values.map { text($0, of: key) }.joined(
        separator: key.contains("interval") || key.contains("range") ? " to " : ", ")
    case .object(let object):
      object.members.map { "\($0.key.replacing("_", with: " ")) \(text($0.value, of: $0.key))" }.joined(separator: ", ")
    default: value.text
    }
  }

  /// A number without an exponent, and without a fraction if it is whole.
  private static func text(_ number: Double) -> String {
    let size = number.magnitude
    if size > 0, size < 1e-6 { return "\(number < 0 ? "above -" : "below ")0.000001" }
    if number == number.rounded(), size < 1e15 { return "\(Int(number))" }
    let text = "\(number)"
    guard text.contains("e"), size < 1 else { return text }
    return (number < 0 ? "-" : "") + Figure.fixed(size, places: 7).trimmingZeros
  }
}

extension String {
  /// Without zeros at the end.
  fileprivate var trimmingZeros: String {
    var text = self
    while text.hasSuffix("0") { text.removeLast() }
    return text
  }
}
