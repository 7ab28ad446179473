import JSONCoding

/// A value of a file that is imported, with the line on which it begins.
struct SourceValue: Sendable, Equatable {
  enum Content: Sendable, Equatable {
    /// A text, a number, a truth value or null.
    case scalar(JSONValue)
    case list([SourceValue])
    case map([Member])
  }

  struct Member: Sendable, Equatable {
    let key: String
    /// The line of the key.
    let line: Int
    let value: SourceValue
  }

  /// From 1.
  let line: Int
  let content: Content

  init(_ content: Content, line: Int) {
    self.content = content
    self.line = line
  }

  /// A JSON value whose parts are all on one line.
  init(_ json: JSONValue, line: Int) {
    self.line = line
    content =
      switch json {
      case .array(let values): .list(values.map { SourceValue($0, line: line) })
      case .object(let object):
        .map(object.members.map { Member(key: $0.key, line: line, value: SourceValue($0.value, line: line)) })
      default: .scalar(json)
      }
  }

  /// The members of a mapping; nil for any other value.
  var map: [Member]? { if case .map(let members) = content { members } else { nil } }
  var list: [SourceValue]? { if case .list(let values) = content { values } else { nil } }
  var scalar: JSONValue? { if case .scalar(let value) = content { value } else { nil } }
  var isNull: Bool { scalar == .some(.null) }
  /// A text; nil for any other value, also a number.
  var string: String? { scalar?.stringValue }
  /// A finite number; nil for any other value.
  var number: Double? { scalar?.doubleValue.flatMap { $0.isFinite ? $0 : nil } }

  /// The member of a mapping; nil for null, for a missing member and for a value that is no mapping.
  subscript(key: String) -> SourceValue? {
    guard let value = map?.first(where: { $0.key.utf8.elementsEqual(key.utf8) })?.value, !value.isNull else {
      return nil
    }
    return value
  }

  var json: JSONValue {
    switch content {
    case .scalar(let value): value
    case .list(let values): .array(values.map(\.json))
    case .map(let members): .object(JSONObject(members.map { .init(key: $0.key, value: $0.value.json) }))
    }
  }

  /// The same with numbers as JavaScript has them and writes them: `1.0` and `1e0` as `1`.
  var asJavaScript: SourceValue {
    switch content {
    case .scalar(let value):
      guard let number = value.doubleValue else { return self }
      let text = number.javaScriptText
      guard number.isFinite else { return SourceValue(.scalar(.string(text)), line: line) }
      if let whole = Int64(text) { return SourceValue(.scalar(.integer(whole)), line: line) }
      return SourceValue(.scalar(text == "\(number)" ? .double(number) : .numeral(text)), line: line)
    case .list(let values): return SourceValue(.list(values.map(\.asJavaScript)), line: line)
    case .map(let members):
      return SourceValue(
        .map(members.map { Member(key: $0.key, line: $0.line, value: $0.value.asJavaScript) }), line: line)
    }
  }

  /// A scalar as a text; null is empty; nil for lists and mappings.
  var text: String? {
    switch scalar {
    case .null?: ""
    case .string(let text)?: text
    case .double(let number)?: number.javaScriptText
    case let value?: value.text
    case nil: nil
    }
  }

  /// The elements of a list, or the value alone.
  var elements: [SourceValue] { list ?? [self] }
}
