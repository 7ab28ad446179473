package import JSONCoding
package import Providers

/// Tool calls as text: `[{"name":"weather","arguments":{"city":"Oslo","days":2}}]`.
///
/// Equal calls have equal text, whatever the order of an argument's keys, white space and the notation of numbers. The
/// calls keep their order. Their ids are left out, because each call of a model has a new one.
package enum ToolCallText {
  static func text(of calls: [ToolCall]) -> String {
    JSONValue.array(calls.map { object($0.name, arguments($0.arguments)) }).text
  }

  /// The calls that a text consists of, without their ids; nil for any other text.
  ///
  /// A call is `{"name", "arguments"}`, the same under `function` as in Chat Completions, or `{"name", "input"}` as in the
  /// Messages API. There may be one of them, or a list. Other JSON can look like a call, so only texts of a run that
  /// offers tools are read this way.
  package static func calls(in text: String) -> [JSONValue]? {
    guard text.hasPrefix("[") || text.hasPrefix("{"), text.contains("\"name\"") else { return nil }
    let value: JSONValue
    do { value = try JSONValue(parsing: text) } catch { return nil }
    let values = value.arrayValue ?? [value]
    let calls = values.compactMap(call)
    return calls.count == values.count ? calls.nonEmpty : nil
  }

  /// The call without its id.
  private static func call(_ value: JSONValue) -> JSONValue? {
    guard let call = value.objectValue, call.keys.allSatisfy(members.contains) else { return nil }
    let function = call["function"] ?? value
    guard let name = function["name"]?.stringValue, let given = function["arguments"] ?? function["input"] else {
      return nil
    }
    guard let text = given.stringValue else { return object(name, given.canonical) }
    return object(name, arguments(text))
  }

  private static let members: Set<String> = [
    "id", "index", "type", "function", "name", "arguments", "input", "extra_content",
  ]

  private static func object(_ name: String, _ arguments: JSONValue) -> JSONValue {
    ["name": .string(name), "arguments": arguments]
  }

  /// What is no JSON, such as arguments that were cut off, stays the text that it is.
  private static func arguments(_ text: String) -> JSONValue {
    do { return try JSONValue(parsing: text).canonical } catch { return .string(text) }
  }
}

extension Completion {
  /// The answer as it is stored, compared and judged: its tool calls if it has any, otherwise its text.
  package var answerText: String { toolCalls.isEmpty ? text : ToolCallText.text(of: toolCalls) }

  /// The text that the model wrote besides its tool calls.
  ///
  /// It is kept and shown, but neither scored nor judged, because some models announce a call in words and others make
  /// the same call without.
  package var textBesideCalls: String? { toolCalls.isEmpty ? nil : text.nonEmpty }
}

extension Array {
  fileprivate var nonEmpty: Self? { isEmpty ? nil : self }
}
