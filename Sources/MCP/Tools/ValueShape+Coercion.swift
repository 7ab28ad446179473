import JSONCoding

extension ValueShape {
  /// The value converted to the shape, if a client merely wrapped it: numbers, booleans, lists and objects as strings,
  /// `5.0` for 5, a single item for a list of one.
  ///
  /// Other values are never converted to strings; a value that does not fit is left for ``problems(with:at:)``.
  func coerced(_ value: JSONValue) -> JSONValue {
    switch self {
    case .text, .word: value
    case .wordOrCount: (Self.integer(value) ?? value).intValue.map { .string("\($0)") } ?? value
    case .integer, .id: Self.integer(value) ?? value
    case .number: Self.number(value) ?? value
    case .boolean: value.stringValue.flatMap { ["true": .bool(true), "false": .bool(false)][$0.lowercased()] } ?? value
    case .freeObject, .textOrObject: Self.freeObject(value) ?? value
    case .object(let fields): Self.object(value, fields)
    case .array(let element): Self.array(value, of: element)
    }
  }

  private static func integer(_ value: JSONValue) -> JSONValue? {
    switch value {
    case .double(let number): Int64(exactly: number).map(JSONValue.integer)
    case .string: number(value).map { integer($0) ?? $0 }
    default: nil
    }
  }

  private static func number(_ value: JSONValue) -> JSONValue? {
    guard let parsed = value.stringValue.flatMap(parsed), parsed.doubleValue != nil else { return .none }
    return parsed
  }

  private static func freeObject(_ value: JSONValue) -> JSONValue? {
    value.stringValue.flatMap(parsed)?.objectValue.map(JSONValue.object)
  }

  private static func object(_ value: JSONValue, _ fields: [FieldDeclaration]) -> JSONValue {
    let value = freeObject(value) ?? value
    guard let object = value.objectValue else { return value }
    return .object(
      JSONObject(
        object.members.map { member in
          let field = fields.first { $0.name == member.key }
          return JSONObject.Member(key: member.key, value: field?.shape.coerced(member.value) ?? member.value)
        }))
  }

  private static func array(_ value: JSONValue, of element: ValueShape) -> JSONValue {
    let elements: [JSONValue]
    switch value {
    case .array(let given): elements = given
    case .null: return value
    case .string(let text): elements = parsed(text)?.arrayValue ?? [value]
    default: elements = [value]
    }
    return .array(elements.map(element.coerced))
  }

  /// The JSON value in a string; nil if it is not JSON.
  private static func parsed(_ text: String) -> JSONValue? {
    do { return try JSONValue(parsing: text) } catch { return nil }
  }

  // MARK: Checking

  /// Whether a value counts as absent: null, and for anything except a string also its text forms.
  func isAbsent(_ value: JSONValue) -> Bool {
    switch value {
    case .null: true
    case .string(""), .string("null"): !isString
    default: false
    }
  }

  /// Sentences about the faults of a value at a path of the arguments; empty if it is valid.
  func problems(with value: JSONValue, at path: String) -> [String] {
    switch (self == .id ? Self.integer(minimum: 1, maximum: nil) : self, value) {
    case (.boolean, .bool), (.freeObject, .object), (.textOrObject, .string), (.textOrObject, .object): return []
    case (.text(let longest), .string(let text)): return Self.problems(with: text, longest: longest, at: path)
    case (.word(let words, let advice), .string(let word)):
      if words.contains(word) { return [] }
      let hint = NearestName.of(word, among: words).map { "Did you mean \"\($0)\"?" } ?? advice
      return ["\(path) must be \(name), not \"\(Quotation.shortened(word))\".\(hint.map { " \($0)" } ?? "")"]
    case (.wordOrCount(let words), .string(let text)):
      if words.contains(text) || Int(text).map({ $0 >= 1 }) == true { return [] }
      return ["\(path) must be \(name), not \"\(Quotation.shortened(text))\"."]
    case (.integer(let minimum, let maximum), .integer(let number)):
      let isInside = minimum.map { number >= $0 } ?? true && maximum.map { number <= $0 } ?? true
      return isInside && Int(exactly: number) != nil ? [] : ["\(path) must be \(name), not \(number)."]
    case (.integer, .double(let number)): return ["\(path) must be \(name), not \(number)."]
    case (.integer, .numeral(let digits)): return ["\(path) must be \(name), not \(Quotation.shortened(digits))."]
    case (.number(let minimum, let maximum), .integer), (.number(let minimum, let maximum), .double),
      (.number(let minimum, let maximum), .numeral):
      let number = value.doubleValue ?? .infinity
      guard number.isFinite else { return ["\(path) must be \(name), not \(Quotation.shortened(value.text))."] }
      let isInside = minimum.map { number >= $0 } ?? true && maximum.map { number <= $0 } ?? true
      return isInside ? [] : ["\(path) must be \(name), not \(Quotation.shortened(value.text))."]
    case (.object(let fields), .object(let object)):
      return FieldDeclaration.problems(with: object, fields: fields, at: path)
    case (.array(let element), .array(let elements)):
      return Self.problems(with: elements, of: element, at: path)
    default:
      let shown = value.stringValue.map { "the string \"\(Quotation.shortened($0))\"" } ?? value.kindName
      return ["\(path) must be \(name), not \(shown)."]
    }
  }

  private static func problems(with text: String, longest: Int?, at path: String) -> [String] {
    // The number of bytes is an upper bound of the number of code points and costs nothing to get.
    guard let longest, text.utf8.count > longest else { return [] }
    let count = text.unicodeScalars.count
    return count > longest ? ["\(path) must have at most \(longest) characters, not \(count)."] : []
  }

  /// The largest number of faults reported for a list or an object.
  static let problemLimit = 20

  private static func problems(with items: [JSONValue], of element: ValueShape, at path: String) -> [String] {
    var problems: [String] = []
    for (index, item) in items.enumerated() {
      problems += element.problems(with: item, at: "\(path)[\(index)]")
      if problems.count >= problemLimit && index + 1 < items.count {
        return problems + ["The items of \(path) after that were not checked."]
      }
    }
    return problems
  }
}
