import JSONCoding

/// A `response_format` in OpenAI's form.
enum ResponseFormat {
  /// - Throws: ``EvaluationError`` that begins with the path of the value at fault.
  static func check(_ format: JSONValue) throws(EvaluationError) {
    switch format["type"] {
    case "text", "json_object": return
    case "json_schema": break
    case let type:
      throw EvaluationError(
        "response_format.type is \(type.map { $0.text.clipped(to: 40) } ?? "missing"). Give text, json_object or json_schema: \(form)."
      )
    }
    let field = "response_format.json_schema"
    guard let name = format["json_schema"]?["name"]?.stringValue, RequestName.isValid(name) else {
      throw EvaluationError("\(field).name is missing or no name. \(RequestName.rule) Give \(form).")
    }
    guard let schema = format["json_schema"]?["schema"]?.objectValue else {
      throw EvaluationError("\(field).schema is missing or no object. Give \(form).")
    }
    try JSONSchema.checkForm(of: schema, at: "\(field).schema")
  }

  private static let form =
    "{\"type\": \"json_schema\", \"json_schema\": {\"name\": \"answer\", \"schema\": {\"type\": \"object\", ...}}}"
}
