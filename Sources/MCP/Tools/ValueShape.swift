import JSONCoding

/// The form of a value, for both the schema and the validation of an argument.
package indirect enum ValueShape: Sendable, Equatable {
  /// A text with a largest number of code points; nil for any length.
  case text(longest: Int?)
  /// A text of any length, or an object with any members.
  case textOrObject
  /// One of several words, with advice for any other.
  case word(of: [String], advice: String?)
  /// One of several words, or a number of at least 1, both as text.
  case wordOrCount([String])
  case integer(minimum: Int?, maximum: Int?)
  /// The id of a record, at least 1, which the schema does not repeat for every id.
  case id
  case number(minimum: Double?, maximum: Double?)
  case boolean
  case object([FieldDeclaration])
  case freeObject
  case array(ValueShape)

  /// A text of any length.
  package static let string = text(longest: nil)
  /// One of several words.
  package static func choice(_ words: [String]) -> ValueShape { word(of: words, advice: nil) }

  /// The JSON Schema of the shape, without a description.
  var schema: JSONObject {
    switch self {
    case .text, .textOrObject, .wordOrCount: return ["type": "string"]
    case .word(let words, _): return ["type": "string", "enum": .array(words.map(JSONValue.string))]
    case .integer(let minimum, let maximum):
      return Self.schema("integer", minimum.map(Double.init), maximum.map(Double.init))
    case .id: return ["type": "integer"]
    case .number(let minimum, let maximum):
      return Self.schema("number", minimum, maximum)
    case .boolean: return ["type": "boolean"]
    case .object(let fields): return FieldDeclaration.objectSchema(fields)
    case .freeObject: return ["type": "object"]
    case .array(let element): return ["type": "array", "items": .object(element.schema)]
    }
  }

  var isString: Bool {
    switch self {
    case .text, .textOrObject: true
    default: false
    }
  }

  /// The name of the shape in messages.
  var name: String {
    switch self {
    case .text: "a string"
    case .textOrObject: "a string or an object"
    case .word(let words, _): "one of \(words.map { "\"\($0)\"" }.joined(separator: ", "))"
    case .wordOrCount(let words): "\(Self.choice(words).name), or a number of at least 1"
    case .integer(let minimum, let maximum):
      "an integer" + Self.bounds(minimum.map(JSONValue.int), maximum.map(JSONValue.int))
    case .id: Self.integer(minimum: 1, maximum: nil).name
    case .number(let minimum, let maximum):
      "a number" + Self.bounds(minimum.map(JSONValue.number), maximum.map(JSONValue.number))
    case .boolean: "true or false"
    case .object, .freeObject: "an object"
    case .array(let element): "a list, each \(element.name)"
    }
  }

  /// The schema of a number, without bounds that nobody crosses in good faith.
  ///
  /// Every client reads the list of tools before its first call, so it is kept short. The validation applies all bounds.
  private static func schema(_ type: JSONValue, _ minimum: Double?, _ maximum: Double?) -> JSONObject {
    var schema: JSONObject = ["type": type]
    if let minimum, !(0...1).contains(minimum) { schema["minimum"] = .number(minimum) }
    if let maximum, maximum < 1_000_000 { schema["maximum"] = .number(maximum) }
    return schema
  }

  private static func bounds(_ minimum: JSONValue?, _ maximum: JSONValue?) -> String {
    switch (minimum?.text, maximum?.text) {
    case (let minimum?, let maximum?): " from \(minimum) to \(maximum)"
    case (let minimum?, nil): " of at least \(minimum)"
    case (nil, let maximum?): " of at most \(maximum)"
    case (nil, nil): ""
    }
  }
}

extension JSONValue {
  /// A number, without a fraction if it is whole.
  static func number(_ value: Double) -> JSONValue {
    Int64(exactly: value).map(JSONValue.integer) ?? .double(value)
  }
}
