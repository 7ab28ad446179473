package import JSONCoding

/// A JSON Schema (draft 2020-12) for checking answers: the subset that vendors enforce too.
package struct JSONSchema: Sendable {
  /// The requirement on a value at one place.
  indirect enum Rule: Sendable {
    /// Accepts everything, or nothing.
    case constant(Bool)
    case words(Words)
  }

  /// The keywords of a schema; absent ones are nil.
  struct Words: Sendable {
    var types: [Kind]?
    var properties: [Property] = []
    var required: [String] = []
    var otherProperties: Rule?
    var items: Rule?
    var itemCount = 0...Int.max
    var values: [JSONValue]?
    var length = 0...Int.max
    var pattern: LinearPattern?
    var bounds: [Bound] = []
    var choices: [Rule]?
    /// The name of another rule, such as `#/$defs/address`.
    var reference: String?
  }

  struct Property: Sendable {
    let key: String
    let rule: Rule
  }

  enum Bound: Sendable {
    case minimum(Double)
    case maximum(Double)
    case above(Double)
    case below(Double)

    func allows(_ number: Double) -> Bool {
      switch self {
      case .minimum(let bound): number >= bound
      case .maximum(let bound): number <= bound
      case .above(let bound): number > bound
      case .below(let bound): number < bound
      }
    }
  }

  /// A type, by its name in schemas.
  enum Kind: String, Sendable, CaseIterable {
    case object, array, string, number, integer, boolean, null

    func includes(_ value: JSONValue) -> Bool {
      switch (self, value) {
      case (.object, .object), (.array, .array), (.string, .string), (.boolean, .bool), (.null, .null): true
      case (.number, .integer), (.number, .numeral), (.number, .double): true
      case (.integer, .integer): true
      // 1.0 is an integer in any notation.
      case (.integer, .double), (.integer, .numeral): value.doubleValue.map { $0 == $0.rounded() } ?? false
      default: false
      }
    }
  }

  let root: Rule
  /// Rules that other rules refer to, by name.
  let definitions: [String: Rule]

  /// - Parameter field: the path of the schema, for errors.
  /// - Throws: ``EvaluationError`` for an unknown keyword, and for one without effect.
  package init(_ schema: JSONObject, at field: String = "response_schema") throws(EvaluationError) {
    var reader = SchemaReader(field)
    root = try reader.rule(.object(schema), at: "")
    definitions = try reader.definitions(with: root)
  }

  /// Checks a schema that no answer is checked against: it may have words that are not known here.
  ///
  /// - Throws: ``EvaluationError`` for a word that is known and says nothing.
  static func checkForm(of schema: JSONObject, at field: String) throws(EvaluationError) {
    var reader = SchemaReader(field, takesUnknown: true)
    _ = try reader.rule(.object(schema), at: "")
  }
}
