import JSONCoding

/// The form of a value, as a schema describes it and an argument must have it.
package indirect enum ValueShape: Sendable, Equatable {
  case string
  case choice([String])
  case integer(minimum: Int?, maximum: Int?)
  case number(minimum: Double?, maximum: Double?)
  case boolean
  case object([FieldDeclaration])
  case freeObject
  case array(ValueShape)

  /// The shape in JSON Schema's words, without a description.
  var schema: JSONObject {
    switch self {
    case .string: return ["type": "string"]
    case .choice(let words): return ["type": "string", "enum": .array(words.map(JSONValue.string))]
    case .integer(let minimum, let maximum):
      var schema: JSONObject = ["type": "integer"]
      schema["minimum"] = minimum.map(JSONValue.int)
      schema["maximum"] = maximum.map(JSONValue.int)
      return schema
    case .number(let minimum, let maximum):
      var schema: JSONObject = ["type": "number"]
      schema["minimum"] = minimum.map(JSONValue.number)
      schema["maximum"] = maximum.map(JSONValue.number)
      return schema
    case .boolean: return ["type": "boolean"]
    case .object(let fields): return FieldDeclaration.objectSchema(fields)
    case .freeObject: return ["type": "object"]
    case .array(let element): return ["type": "array", "items": .object(element.schema)]
    }
  }

  /// What a message calls a value of this shape.
  var name: String {
    switch self {
    case .string: "a string"
    case .choice(let words): "one of \(words.map { "\"\($0)\"" }.joined(separator: ", "))"
    case .integer(let minimum, let maximum):
      "an integer" + Self.bounds(minimum.map(JSONValue.int), maximum.map(JSONValue.int))
    case .number(let minimum, let maximum):
      "a number" + Self.bounds(minimum.map(JSONValue.number), maximum.map(JSONValue.number))
    case .boolean: "true or false"
    case .object, .freeObject: "an object"
    case .array(let element): "a list, each \(element.name)"
    }
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
  /// A number, written without a fraction where it has none.
  static func number(_ value: Double) -> JSONValue {
    Int64(exactly: value).map(JSONValue.integer) ?? .double(value)
  }
}
