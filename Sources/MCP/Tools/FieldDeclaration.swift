package import JSONCoding

/// One input of a tool without its Swift type: its schema and validation.
package struct FieldDeclaration: Sendable, Equatable {
  package let name: String
  package let shape: ValueShape
  package fileprivate(set) var description: String
  package let isRequired: Bool
  /// The default value shown in the schema.
  package let defaultValue: JSONValue?
  /// Alternative names; `config.model` is the member `model` of an object `config`.
  package var aliases: [String] = []
  /// A sentence on the form of a valid value, added to what is wrong with another.
  package var form: String?
  /// Whether another tool, which the description names, lists the words that it takes.
  package fileprivate(set) var isListedElsewhere = false
  /// Whether the name says enough in a list of tools, which then leaves out the description; errors still have it.
  package var isSelfExplaining = false

  /// The schema of an object with exactly these members.
  package static func objectSchema(_ fields: [FieldDeclaration]) -> JSONObject {
    var properties = JSONObject()
    for field in fields {
      var schema = field.isListedElsewhere ? ["type": "string"] : field.shape.schema
      if !field.isSelfExplaining { schema["description"] = .string(field.description) }
      // An optional switch is off unless it says otherwise.
      if field.defaultValue != false { schema["default"] = field.defaultValue }
      properties.append(field.name, .object(schema))
    }
    var schema: JSONObject = ["type": "object", "properties": .object(properties)]
    let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
    if !required.isEmpty { schema["required"] = .array(required) }
    schema["additionalProperties"] = false
    return schema
  }

  /// Whether a value counts as absent.
  func isAbsent(_ value: JSONValue?) -> Bool { value.map(shape.isAbsent) ?? true }

  /// Sentences about the faults of an object's members.
  static func problems(with object: JSONObject, fields: [FieldDeclaration], at path: String = "") -> [String] {
    let prefix = path.isEmpty ? "" : "\(path)."
    var problems: [String] = []
    for field in fields {
      let value = object[field.name]
      if field.isAbsent(value) {
        if field.isRequired { problems.append("\(prefix)\(field.name) is missing: \(field.description)") }
      } else if let value {
        let faults = field.shape.problems(with: value, at: prefix + field.name)
        problems += faults + (faults.isEmpty ? [] : [field.form].compactMap(\.self))
      }
    }
    let names = fields.map(\.name)
    let unknown = object.keys.filter { !names.contains($0) }
    problems += UnknownNames.problems(unknown, among: names, nothing: "There are none.", prefix: prefix)
    return problems
  }
}

extension [any ToolField] {
  /// The same inputs, with a reference to another tool in place of long descriptions.
  ///
  /// Every client reads the list of tools before the first call, so it is kept short.
  package func described(by tool: String) -> [any ToolField] {
    map { field in
      var declaration = field.declaration
      if case .word(let words, _) = declaration.shape { declaration.isListedElsewhere = words.count > 3 }
      guard declaration.isListedElsewhere || declaration.description.count > 40 else { return field }
      declaration.description = "As in \(tool)."
      return ReferringField(declaration: declaration)
    }
  }
}

private struct ReferringField: ToolField {
  let declaration: FieldDeclaration
}
