package import JSONCoding

/// The parameters set in a request, in order, with values in the form of Chat Completions.
package struct RequestParameters: Sendable, Equatable {
  /// The values by Chat Completions name; none is null.
  package private(set) var object = JSONObject()

  package init() {}

  /// - Parameter object: values by name; null means not set.
  package init(_ object: JSONObject) {
    for member in object.members { self[RequestParameter(rawValue: member.key)] = member.value }
  }

  /// The set parameters, in order.
  package var all: [RequestParameter] { object.keys.map { RequestParameter(rawValue: $0) } }

  /// The value of a parameter; setting nil or null removes it.
  ///
  /// Other members of a request, such as its messages, cannot be set.
  package subscript(parameter: RequestParameter) -> JSONValue? {
    get { object[parameter.rawValue] }
    set {
      guard !Self.others.contains(parameter.rawValue) else { return }
      object[parameter.rawValue] = newValue == .null ? nil : newValue
    }
  }

  private static let others: Set<String> = ["model", "messages", "stream", "stream_options"]
}

/// The reasoning effort of a model that reasons.
package enum ReasoningEffort: String, Sendable, CaseIterable {
  /// No reasoning.
  ///
  /// The case is not called `none`, because in an optional effort that would mean nil, the model's default.
  case off = "none"
  case minimal, low, medium, high, xhigh, max
}

/// A JSON Schema that an answer must satisfy.
package struct ResponseSchema: Sendable, Equatable {
  package var name: String
  package var schema: JSONObject

  package init(name: String, schema: JSONObject) {
    self.name = name
    self.schema = schema
  }

  /// The schema in a value of `response_format`; nil if there is none.
  init?(inFormat format: JSONValue?) {
    guard let json = format?["json_schema"], let schema = json["schema"]?.objectValue else { return nil }
    self.init(name: json["name"]?.stringValue ?? "answer", schema: schema)
  }

  var responseFormat: JSONValue {
    [
      "type": "json_schema",
      "json_schema": ["name": .string(name), "strict": .bool(Self.isStrict(schema)), "schema": .object(schema)],
    ]
  }

  /// Whether a schema satisfies the rules of strict schemas: every object lists all its properties as required and
  /// allows no others (platform.openai.com/docs/guides/structured-outputs, "Supported schemas").
  private static func isStrict(_ schema: JSONObject) -> Bool {
    if let properties = schema["properties"]?.objectValue {
      let required = Set(schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? [])
      guard schema["additionalProperties"] == false, properties.keys.allSatisfy(required.contains) else { return false }
      guard properties.members.allSatisfy({ isStrict($0.value) }) else { return false }
    } else if schema["type"] == "object" {
      return false
    }
    let nested = ["items", "anyOf", "$defs"].compactMap { schema[$0] }
    return nested.allSatisfy { value in
      switch value {
      case .array(let values): values.allSatisfy(isStrict)
      case .object(let object) where schema["$defs"] == value: object.members.allSatisfy { isStrict($0.value) }
      default: isStrict(value)
      }
    }
  }

  private static func isStrict(_ value: JSONValue) -> Bool { value.objectValue.map(isStrict) ?? true }
}

// MARK: Typed access

extension RequestParameters {
  package var temperature: Double? {
    get { self[.temperature]?.doubleValue }
    set { self[.temperature] = newValue.map(JSONValue.double) }
  }
  package var topP: Double? {
    get { self[.topP]?.doubleValue }
    set { self[.topP] = newValue.map(JSONValue.double) }
  }
  package var maxTokens: Int? {
    get { self[.maxTokens]?.count }
    set { self[.maxTokens] = newValue.map(JSONValue.int) }
  }
  package var stop: [String] {
    get { self[.stop].map { value in value.arrayValue?.compactMap(\.stringValue) ?? [value.stringValue ?? ""] } ?? [] }
    set { self[.stop] = newValue.isEmpty ? nil : .array(newValue.map(JSONValue.string)) }
  }
  package var seed: Int? {
    get { self[.seed]?.intValue }
    set { self[.seed] = newValue.map(JSONValue.int) }
  }
  /// The end user, for the provider's own records.
  package var user: String? {
    get { self[.user]?.stringValue }
    set { self[.user] = newValue.map(JSONValue.string) }
  }
  /// The number of likeliest tokens to report at each position of the raw answer, with their probabilities.
  package var logprobs: Int? {
    get { self[.logprobs]?.boolValue == true ? self[.topLogprobs]?.intValue ?? 0 : nil }
    set {
      self[.logprobs] = newValue.map { _ in true }
      self[.topLogprobs] = newValue.map(JSONValue.int)
    }
  }
  /// The text after the insertion point, for providers that can insert.
  package var suffix: String? {
    get { self[.suffix]?.stringValue }
    set { self[.suffix] = newValue.map(JSONValue.string) }
  }
  /// A JSON Schema for the answer, for providers that can enforce one.
  package var responseSchema: ResponseSchema? {
    get { ResponseSchema(inFormat: self[.responseFormat]) }
    set { self[.responseFormat] = newValue?.responseFormat }
  }
  package var reasoningEffort: ReasoningEffort? {
    get { self[.reasoningEffort]?.stringValue.flatMap(ReasoningEffort.init) }
    set { self[.reasoningEffort] = newValue.map { .string($0.rawValue) } }
  }
  /// The available tools, in OpenAI's form.
  package var tools: [JSONValue] {
    get { self[.tools]?.arrayValue ?? [] }
    set { self[.tools] = newValue.isEmpty ? nil : .array(newValue) }
  }
  /// The choice of a tool, in OpenAI's form: `auto`, `none`, `required`, or a function by name.
  package var toolChoice: JSONValue? {
    get { self[.toolChoice] }
    set { self[.toolChoice] = newValue }
  }
}
