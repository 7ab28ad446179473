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
      schema["minimum"] = minimum.map(JSONValue.double)
      schema["maximum"] = maximum.map(JSONValue.double)
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
    case .integer(let minimum, let maximum): "an integer" + Self.bounds(minimum, maximum)
    case .number(let minimum, let maximum): "a number" + Self.bounds(minimum, maximum)
    case .boolean: "true or false"
    case .object, .freeObject: "an object"
    case .array(let element): "a list, each \(element.name)"
    }
  }

  private static func bounds<Number>(_ minimum: Number?, _ maximum: Number?) -> String {
    switch (minimum, maximum) {
    case (let minimum?, let maximum?): " from \(minimum) to \(maximum)"
    case (let minimum?, nil): " of at least \(minimum)"
    case (nil, let maximum?): " of at most \(maximum)"
    case (nil, nil): ""
    }
  }
}
