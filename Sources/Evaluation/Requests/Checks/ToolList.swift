import JSONCoding

/// The tools of a request, checked.
struct ToolList {
  /// What each tool is called, by its name; a vendor's own tool may have none.
  private var names: [String] = []
  private let isEmpty: Bool

  private static let form =
    "Tools have OpenAI's form: {\"type\": \"function\", \"function\": {\"name\": \"weather\", \"parameters\": {...}}}."

  /// - Throws: ``EvaluationError`` that begins with the path of the value at fault.
  init(_ tools: [JSONValue]) throws(EvaluationError) {
    isEmpty = tools.isEmpty
    for (index, tool) in tools.enumerated() {
      let place = "tools[\(index)]"
      guard let type = tool["type"]?.stringValue.nonEmpty else {
        throw EvaluationError("\(place).type is missing. \(Self.form)")
      }
      guard type == "function" || tool["function"] != nil else {
        // A vendor's own tool, such as a web search, is in that vendor's form.
        if let name = tool["name"]?.stringValue ?? tool[type]?["name"]?.stringValue { names.append(name) }
        continue
      }
      guard type == "function" else {
        throw EvaluationError("\(place).type is \"\(type.prefix(40))\" beside a function. \(Self.form)")
      }
      try add(function: tool["function"], at: "\(place).function")
    }
  }

  private mutating func add(function: JSONValue?, at place: String) throws(EvaluationError) {
    guard let name = function?["name"]?.stringValue.nonEmpty else {
      throw EvaluationError("\(place).name is missing. \(Self.form)")
    }
    guard RequestName.isValid(name) else {
      throw EvaluationError("\(place).name is \"\(name.prefix(80))\". \(RequestName.rule)")
    }
    guard !names.contains(name) else {
      throw EvaluationError("\(place).name is \"\(name)\", as that of another tool. Give each tool a name of its own.")
    }
    names.append(name)
    if let description = function?["description"], !description.isNull, description.stringValue == nil {
      throw EvaluationError("\(place).description is \(description.text.prefix(40)). Give a text, or leave it out.")
    }
    guard let parameters = function?["parameters"], !parameters.isNull else { return }
    guard let schema = parameters.objectValue else {
      throw EvaluationError(
        "\(place).parameters is \(parameters.text.prefix(40)). Give a JSON Schema of an object, or leave it out.")
    }
    if let type = schema["type"], type != "object" {
      throw EvaluationError(
        "\(place).parameters.type is \(type.text.prefix(40)). The arguments of a tool are an object: give \"object\".")
    }
  }

  /// Checks a `tool_choice` of these tools.
  ///
  /// - Throws: ``EvaluationError`` that begins with the path of the value at fault.
  func check(_ choice: JSONValue) throws(EvaluationError) {
    if choice == "auto" || choice == "none" { return }
    let name = choice["type"]?.stringValue.flatMap { choice[$0]?["name"]?.stringValue }
    guard choice == "required" || name != nil || choice["type"] == "allowed_tools" else {
      throw EvaluationError(
        "tool_choice is \(choice.text.prefix(80)). Give auto, none, required, or a function: "
          + "{\"type\": \"function\", \"function\": {\"name\": \"weather\"}}.")
    }
    guard !isEmpty else {
      throw EvaluationError("tool_choice asks for a tool, and there are none. Give tools, or leave tool_choice out.")
    }
    if let name, !names.contains(name) {
      throw EvaluationError(
        "tool_choice.\(choice["type"]?.stringValue ?? "function").name is \"\(name.prefix(80))\", which is none of the tools: "
          + "\(names.joined(separator: ", ")).")
    }
  }
}

/// The names of tools and schemas in a request.
enum RequestName {
  private static let longest = 128

  static let rule = "Names have letters of ASCII, digits, _ and -, and at most \(longest) characters."

  static func isValid(_ name: String) -> Bool {
    (1...longest).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        let character = Character(Unicode.Scalar(byte))
        return byte < 0x80 && (character.isLetter || character.isNumber || character == "_" || character == "-")
      }
  }
}
