package import JSONCoding
package import Providers

/// Tool calls as text: `[{"name":"weather","arguments":{"city":"Oslo","days":2}}]`.
///
/// Equal calls have equal text. The order of calls matters; the order of an argument's keys, white space and the
/// notation of numbers do not. The ids of calls are left out, because each call of a model has a new one.
package enum ToolCallText {
  static func text(of calls: [ToolCall]) -> String {
    JSONValue.array(calls.map { object($0.name, arguments(of: $0)) }).text
  }

  /// The calls in an answer that consists of one or more of them; nil for any other text.
  package static func calls(in text: String) -> [JSONValue]? {
    guard text.hasPrefix("["), text.contains("\"arguments\"") else { return nil }
    let values: [JSONValue]
    do { values = try JSONValue(parsing: text).arrayValue ?? [] } catch { return nil }
    let calls = values.compactMap { value -> JSONValue? in
      guard let call = value.objectValue, call.count == 2, let name = call["name"]?.stringValue,
        let arguments = call["arguments"]
      else { return nil }
      return object(name, arguments.canonical)
    }
    return calls.count == values.count ? calls.nonEmpty : nil
  }

  /// The text in canonical form if it consists of tool calls; any other text unchanged.
  static func comparable(_ text: String) -> String { calls(in: text).map { JSONValue.array($0).text } ?? text }

  private static func object(_ name: String, _ arguments: JSONValue) -> JSONValue {
    ["name": .string(name), "arguments": arguments]
  }

  /// Invalid JSON, such as arguments that were cut off, stays as text.
  private static func arguments(of call: ToolCall) -> JSONValue {
    do { return try JSONValue(parsing: call.arguments).canonical } catch { return .string(call.arguments) }
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
