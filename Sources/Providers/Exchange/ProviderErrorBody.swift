import JSONCoding

/// A provider's error message, parsed from any of the known forms.
///
/// The forms are `{"error": {message, type, param, code}}` (OpenAI, OpenRouter, Anthropic, each with other types of
/// code), `{"error": "..."}` (Ollama), `{"detail": ...}` (servers on FastAPI), `{"message": "..."}`, a validator's list
/// within the message, an array around any of these, and plain text.
struct ProviderErrorBody: Sendable, Equatable {
  var message: String?
  var type: String?
  var code: String?
  /// The path of the parameter at fault: `response_format.type`.
  var parameter: String?
  /// A status in the body, as from OpenRouter.
  var status: Int?
  /// Whether moderation rejected the input.
  var isModeration = false
  /// Whether the model's answer is at fault, not the request: Groq quotes what the model wrote instead of JSON or a call.
  var isFailedGeneration = false
  /// Whether the body is a web page, so that something in front of the API has answered.
  var isPage = false
  /// Seconds to wait, if the body asks for a pause (`google.rpc.RetryInfo`, or in words).
  var retryAfter: Double?

  /// The longest body that is parsed as JSON; no provider's error is longer.
  private static let longestJSON = 1_048_576

  init(body: [UInt8]) {
    let body = Self.firstData(ofStream: body) ?? body
    // Any other first character of JSON may also begin a sentence.
    let holdsValue = body.first { $0 > ASCII.space }.map { $0 == ASCII.openBrace || $0 == ASCII.openBracket } ?? false
    if holdsValue, body.count <= Self.longestJSON, let value = try? JSONValue(parsing: body, .lenient) {
      self.init(value)
    } else {
      self.init(text: String(decoding: body.prefix(4_096), as: UTF8.self))
    }
  }

  /// The data of the first event, if the server sent the error as an event stream; nil for any other body.
  private static func firstData(ofStream body: [UInt8]) -> [UInt8]? {
    guard body.count <= longestJSON, ServerSentEvent.isStream(body, labelled: nil, isAll: true) == true else {
      return nil
    }
    var parser = ServerSentEventParser()
    let first = try? parser.parse(body.span).first { !$0.data.isEmpty }
    return (first ?? parser.finish().first).map { Array($0.data.utf8) }
  }

  init(text: String) {
    self.init(.null)
    message = Self.sentence(ofText: text)
    isPage = WebPage.isOne(text)
    retryAfter = message.flatMap(RetryHint.delay(inWords:))
  }

  /// The error in a successful answer or in a choice; nil if there is none.
  ///
  /// Some servers always send a member `error`, usually empty.
  init?(besideChoices value: JSONValue) {
    let error = value["error"] ?? .null
    guard !error.isNull, error != false, error != "", error.objectValue?.isEmpty != true else { return nil }
    self.init(value)
  }

  /// The error in an answer with a successful status; nil if it has none.
  init?(inAnswer value: JSONValue) {
    let hasError = value["error"].map { !$0.isNull && $0 != false } ?? false
    let saysError = value["object"] == "error" || value["type"] == "error" || value["status"] == "error"
    let hasCode = value["code"].map { !$0.isNull } ?? false
    guard hasError || (value["message"] != nil && (saysError || hasCode)) || value["detail"]?.stringValue != nil else {
      return nil
    }
    self.init(value)
  }

  init(_ value: JSONValue) {
    let value = value.arrayValue?.first ?? value
    let error = value["error"] ?? .null
    let said = error["message"] ?? value["message"] ?? .null
    message = error.stringValue ?? said.stringValue
    type = error["type"]?.stringValue ?? value["type"]?.stringValue
    code = error["code"]?.stringValue ?? value["code"]?.stringValue
    parameter = error["param"]?.stringValue ?? value["param"]?.stringValue
    let statuses = [error["code"], error["status"], value["code"], value["status"]]
    status = statuses.lazy.compactMap { $0?.count }.first { (400...599).contains($0) }
    isModeration = error["metadata"]?["reasons"] != nil || code == "content_filter"
    isFailedGeneration = error["failed_generation"] != nil
    retryAfter = RetryHint.delay(inDetails: error["details"] ?? .null)
    if let raw = error["metadata"]?["raw"]?.stringValue {
      // OpenRouter's own message is only "Provider returned error"; the provider's message is inside.
      let inner = ProviderErrorBody(body: Array(raw.utf8))
      message = inner.message ?? raw
      retryAfter = retryAfter ?? inner.retryAfter
    }
    if message == nil { readDetail(said["detail"] ?? value["detail"] ?? value["errors"] ?? .null) }
    retryAfter = retryAfter ?? message.flatMap(RetryHint.delay(inWords:))
  }

  private mutating func readDetail(_ detail: JSONValue) {
    guard let items = detail.arrayValue else {
      message = detail.stringValue ?? detail["message"]?.stringValue
      return
    }
    parameter = items.first.flatMap(Self.path)
    let sentences = items.prefix(3).compactMap { item -> String? in
      guard let text = item["msg"]?.stringValue ?? item["message"]?.stringValue else { return item.stringValue }
      return Self.path(item).map { "\($0): \(text)" } ?? text
    }
    message = sentences.isEmpty ? nil : sentences.joined(separator: "; ")
  }

  /// The path to the fault that a validator found: `response_format.type`.
  private static func path(_ item: JSONValue) -> String? {
    let steps = (item["loc"]?.arrayValue ?? []).compactMap { $0.stringValue ?? $0.intValue.map { "\($0)" } }
    let path = (steps.first == "body" && steps.count > 1 ? steps.dropFirst() : steps[...]).joined(separator: ".")
    return path.isEmpty ? nil : path
  }

  /// The title of a page, or the beginning of a text in one line.
  static func sentence(ofText text: String) -> String? {
    if let title = WebPage.title(of: text) { return oneLine(title) }
    return WebPage.isOne(text) ? "an HTML page" : oneLine(text[...])
  }

  private static func oneLine(_ text: Substring) -> String? {
    let line = text.split { $0.isWhitespace }.joined(separator: " ")
    return line.isEmpty ? nil : String(line.prefix(200))
  }
}
