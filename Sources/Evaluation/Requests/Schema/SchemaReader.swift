import JSONCoding

/// Parses a schema and rejects keywords that would not be checked, so that no answer passes unchecked.
struct SchemaReader {
  /// The path of the schema, for errors.
  private let field: String
  /// Whether words that are not checked are passed over.
  private let takesUnknown: Bool
  private var definitions: [String: JSONSchema.Rule] = [:]
  /// The names that rules refer to, with the place of each reference.
  private var references: [(name: String, place: String)] = []

  private static let deepest = 50

  init(_ field: String, takesUnknown: Bool = false) {
    self.field = field
    self.takesUnknown = takesUnknown
  }

  /// The rules that others refer to.
  ///
  /// - Throws: ``EvaluationError`` for a reference without a definition.
  func definitions(with root: JSONSchema.Rule) throws(EvaluationError) -> [String: JSONSchema.Rule] {
    var all = definitions
    all["#"] = root
    if let missing = references.first(where: { all[$0.name] == nil }) {
      throw fault(
        "refers to \(missing.name), which it does not define: only rules in $defs and # itself can be referred to",
        at: missing.place)
    }
    return all
  }

  mutating func rule(
    _ value: JSONValue, at place: String, depth: Int = 0
  ) throws(EvaluationError) -> JSONSchema.Rule {
    guard depth <= Self.deepest else {
      throw EvaluationError("\(field) is nested more than \(Self.deepest) levels deep.")
    }
    if let isAllowed = value.boolValue { return .constant(isAllowed) }
    guard let object = value.objectValue else { throw fault("has \(value.text.prefix(40)) for a schema", at: place) }
    if let path = Self.wrapped(object) { throw fault("has a schema inside. Give what is in \(path) alone", at: place) }
    var words = JSONSchema.Words()
    for member in object.members {
      try read(member.key, member.value, into: &words, at: place, depth: depth)
    }
    return .words(words)
  }

  private func fault(_ what: String, at place: String) -> EvaluationError {
    EvaluationError("\(field) \(what)\(place.isEmpty ? "" : " (at \(place.prefix(200)))").")
  }

  // MARK: Words

  /// Keywords that only describe and check nothing.
  ///
  /// JSON Schema counts format among them.
  private static let remarks: Set<String> = [
    "title", "description", "default", "examples", "format", "deprecated", "readOnly", "writeOnly", "$schema", "$id",
    "$comment",
  ]

  /// The keywords that are checked, for the error about an unknown one.
  private static let known = [
    "type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "enum", "const",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "pattern", "anyOf", "$ref",
    "$defs",
  ]

  private mutating func read(
    _ word: String, _ value: JSONValue, into words: inout JSONSchema.Words, at place: String, depth: Int
  ) throws(EvaluationError) {
    let here = "\(place)/\(word)"
    switch word {
    case "type": words.types = try types(value, at: here)
    case "properties":
      for member in try object(value, at: here).members {
        let rule = try rule(member.value, at: "\(here)/\(member.key)", depth: depth + 1)
        words.properties.append(.init(key: member.key, rule: rule))
      }
    case "required": words.required = try texts(value, at: here)
    case "additionalProperties": words.otherProperties = try rule(value, at: here, depth: depth + 1)
    case "items": words.items = try rule(value, at: here, depth: depth + 1)
    case "minItems": words.itemCount = try range(from: value, of: words.itemCount, at: here)
    case "maxItems": words.itemCount = try range(to: value, of: words.itemCount, at: here)
    case "enum": words.allow(try list(value, at: here))
    case "const": words.allow([value])
    case "minimum": words.bounds.append(.minimum(try number(value, at: here)))
    case "maximum": words.bounds.append(.maximum(try number(value, at: here)))
    case "exclusiveMinimum": words.bounds.append(.above(try number(value, at: here)))
    case "exclusiveMaximum": words.bounds.append(.below(try number(value, at: here)))
    case "minLength": words.length = try range(from: value, of: words.length, at: here)
    case "maxLength": words.length = try range(to: value, of: words.length, at: here)
    case "pattern":
      let pattern = try text(value, at: here)
      if !takesUnknown { words.pattern = try LinearPattern(pattern) }
    case "anyOf": words.choices = try choices(value, at: here, depth: depth)
    case "$ref":
      let name = try text(value, at: here)
      references.append((name, here))
      words.reference = name
    case "$defs", "definitions":
      guard place.isEmpty || takesUnknown else {
        throw fault("has \(word) inside: rules are defined at its top", at: here)
      }
      for member in try object(value, at: here).members {
        definitions["#\(here)/\(member.key)"] = try rule(member.value, at: "\(here)/\(member.key)", depth: depth + 1)
      }
    case let word where Self.remarks.contains(word): break
    case _ where takesUnknown: break
    default:
      throw fault(
        "has the keyword \"\(word.prefix(40))\", which is not checked here. \(Self.advice(word, value))Keywords are "
          + Self.known.joined(separator: ", "),
        at: place)
    }
  }

  /// The path of the schema in the wrapper of a `response_format`; nil for an object that is no such wrapper.
  private static func wrapped(_ object: JSONObject) -> String? {
    if object["type"] == "json_schema", object["json_schema"]?.objectValue != nil { return "json_schema.schema" }
    return object["name"]?.stringValue != nil && object["schema"]?.objectValue != nil ? "schema" : nil
  }

  /// What was meant by a keyword that is not checked, where that can be told.
  private static func advice(_ word: String, _ value: JSONValue) -> String {
    if word == "oneOf" { return "Use anyOf. " }
    let isType = value.stringValue.map { JSONSchema.Kind(rawValue: $0) != nil } ?? (value["type"] != nil)
    return isType ? "Is it a property? Put it under properties. " : ""
  }

  private mutating func choices(
    _ value: JSONValue, at place: String, depth: Int
  ) throws(EvaluationError) -> [JSONSchema.Rule] {
    var choices: [JSONSchema.Rule] = []
    for (index, choice) in try list(value, at: place).enumerated() {
      choices.append(try rule(choice, at: "\(place)/\(index)", depth: depth + 1))
    }
    return choices
  }

  private func types(_ value: JSONValue, at place: String) throws(EvaluationError) -> [JSONSchema.Kind] {
    let names = if let name = value.stringValue { [name] } else { try texts(value, at: place) }
    var types: [JSONSchema.Kind] = []
    for name in names {
      guard let type = JSONSchema.Kind(rawValue: name) else {
        let all = JSONSchema.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        throw fault("has the type \"\(name.prefix(40))\". Types are \(all)", at: place)
      }
      types.append(type)
    }
    return types
  }

  // MARK: Values

  private func object(_ value: JSONValue, at place: String) throws(EvaluationError) -> JSONObject {
    guard let object = value.objectValue else { throw fault("needs an object, not \(value.kindName)", at: place) }
    return object
  }

  private func list(_ value: JSONValue, at place: String) throws(EvaluationError) -> [JSONValue] {
    guard let list = value.arrayValue, !list.isEmpty else {
      throw fault("needs a non-empty list, not \(value.text.prefix(40))", at: place)
    }
    return list
  }

  private func text(_ value: JSONValue, at place: String) throws(EvaluationError) -> String {
    guard let text = value.stringValue else { throw fault("needs a string, not \(value.kindName)", at: place) }
    return text
  }

  private func texts(_ value: JSONValue, at place: String) throws(EvaluationError) -> [String] {
    let texts = (value.arrayValue ?? []).compactMap(\.stringValue)
    guard let count = value.arrayValue?.count, texts.count == count else {
      throw fault("needs a list of strings, not \(value.text.prefix(40))", at: place)
    }
    return texts
  }

  private func number(_ value: JSONValue, at place: String) throws(EvaluationError) -> Double {
    guard let number = value.doubleValue else { throw fault("needs a number, not \(value.kindName)", at: place) }
    return number
  }

  private func count(_ value: JSONValue, at place: String) throws(EvaluationError) -> Int {
    guard let count = value.intValue ?? value.doubleValue.flatMap(Int.init(exactly:)), count >= 0 else {
      throw fault("needs a whole number that is not negative, not \(value.text.prefix(40))", at: place)
    }
    return count
  }

  private func range(
    from value: JSONValue, of range: ClosedRange<Int>, at place: String
  ) throws(EvaluationError) -> ClosedRange<Int> {
    let least = try count(value, at: place)
    guard least <= range.upperBound else { throw fault("has a minimum above its maximum", at: place) }
    return least...range.upperBound
  }

  private func range(
    to value: JSONValue, of range: ClosedRange<Int>, at place: String
  ) throws(EvaluationError) -> ClosedRange<Int> {
    let most = try count(value, at: place)
    guard most >= range.lowerBound else { throw fault("has a minimum above its maximum", at: place) }
    return range.lowerBound...most
  }
}

extension JSONSchema.Words {
  /// Restricts the value to a list; a second list narrows the first.
  fileprivate mutating func allow(_ list: [JSONValue]) {
    let list = list.map(\.canonical)
    values = values.map { $0.filter(list.contains) } ?? list
  }
}
