import JSONCoding

/// What a provider says about a failure, whatever its shape.
///
/// Known are `{"error": {message, type, param, code}}` (OpenAI, OpenRouter, Anthropic, each with other types of code),
/// `{"error": "..."}` (Ollama), `{"detail": ...}` (servers on FastAPI), `{"message": "..."}`, an array around any of
/// these, and texts that are no JSON.
struct ProviderErrorBody: Sendable, Equatable {
  var message: String?
  var type: String?
  var code: String?
  var parameter: String?
  /// A status within the body, as OpenRouter gives it.
  var status: Int?
  /// The classes that a moderation found in the input.
  var isModeration = false

  init(body: [UInt8]) {
    do {
      self.init(try JSONValue(parsing: body))
    } catch {
      self.init(.null)
      message = Self.sentence(ofText: String(decoding: body.prefix(4_096), as: UTF8.self))
    }
  }

  init(_ value: JSONValue) {
    let value = value.arrayValue?.first ?? value
    let error = value["error"] ?? .null
    message = error.stringValue ?? error["message"]?.stringValue ?? value["message"]?.stringValue
    type = error["type"]?.stringValue
    code = error["code"]?.stringValue
    parameter = error["param"]?.stringValue
    status = error["code"]?.intValue
    isModeration = error["metadata"]?["reasons"] != nil || code == "content_filter"
    if let raw = error["metadata"]?["raw"]?.stringValue {
      // OpenRouter's own message is only "Provider returned error"; the provider's is inside.
      message = ProviderErrorBody(body: Array(raw.utf8)).message ?? raw
    }
    if message == nil { readDetail(value["detail"] ?? value["errors"] ?? .null) }
  }

  private mutating func readDetail(_ detail: JSONValue) {
    guard let items = detail.arrayValue else {
      message = detail.stringValue ?? detail["message"]?.stringValue
      return
    }
    parameter = items.first?["loc"]?.arrayValue?.last?.stringValue
    let sentences = items.prefix(3).compactMap { item -> String? in
      guard let text = item["msg"]?.stringValue ?? item["message"]?.stringValue else { return item.stringValue }
      return (item["loc"]?.arrayValue?.last?.stringValue).map { "\($0): \(text)" } ?? text
    }
    message = sentences.isEmpty ? nil : sentences.joined(separator: "; ")
  }

  /// A page's title, or the beginning of a text in one line.
  static func sentence(ofText text: String) -> String? {
    let lower = text.lowercased()
    if let open = lower.firstRange(of: "<title"), let start = text[open.upperBound...].firstIndex(of: ">") {
      let title = text[text.index(after: start)...].prefix { $0 != "<" }
      return oneLine(title)
    }
    if lower.contains("<html") || lower.contains("<!doctype") { return "an HTML page" }
    return oneLine(text[...])
  }

  private static func oneLine(_ text: Substring) -> String? {
    let line = text.split { $0.isWhitespace }.joined(separator: " ")
    return line.isEmpty ? nil : String(line.prefix(200))
  }

  /// The parameters among those sent that this error says the model does not take.
  ///
  /// Empty when the error is about something else, or about a parameter's value only: a temperature out of range is the
  /// user's to mend.
  func refusedParameters(of request: CompletionRequest) -> [RequestParameter] {
    let text = (message ?? "").lowercased()
    let saysRefused = code == "unsupported_parameter" || code == "unsupported_value" || code == "unknown_parameter"
    let soundsRefused = Self.refusals.contains { text.contains($0) }
    guard saysRefused || soundsRefused else { return [] }
    let named = RequestParameter.allCases.filter { parameter in
      guard request.sets(parameter) else { return false }
      if let given = self.parameter { return parameter.names.contains { given == $0 || given.hasPrefix("\($0).") } }
      return parameter.names.contains { Self.contains(text, word: $0) }
    }
    // "temperature and top_p cannot both be specified": one of them may stay.
    if named.contains(.temperature), named.contains(.topP), text.contains("both") { return [.topP] }
    return named
  }

  /// Whether the message names this field of a request.
  func mentions(_ field: String) -> Bool {
    parameter == field || Self.contains((message ?? "").lowercased(), word: field)
  }

  private static let refusals = [
    "unsupported", "not supported", "n't support", "not support", "not permitted", "not allowed", "deprecated",
    "unrecognized", "unrecognised", "unknown", "unexpected", "extra input", "extra field", "cannot both",
    "not available", "unavailable", "removed", "not implemented",
  ]

  private static func contains(_ text: String, word: String) -> Bool {
    var rest = text[...]
    while let range = rest.firstRange(of: word) {
      let before = range.lowerBound == text.startIndex ? nil : text[text.index(before: range.lowerBound)]
      let after = range.upperBound == text.endIndex ? nil : text[range.upperBound]
      if !isWordCharacter(before), !isWordCharacter(after) { return true }
      rest = rest[range.upperBound...]
    }
    return false
  }

  private static func isWordCharacter(_ character: Character?) -> Bool {
    character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
  }
}
