import JSONCoding

/// What a provider says about a failure, whatever its shape.
///
/// Known are `{"error": {message, type, param, code}}` (OpenAI, OpenRouter, Anthropic, each with other types of code),
/// `{"error": "..."}` (Ollama), `{"detail": ...}` (servers on FastAPI), `{"message": "..."}`, a validator's list within
/// the message, an array around any of these, and texts that are no JSON.
struct ProviderErrorBody: Sendable, Equatable {
  var message: String?
  var type: String?
  var code: String?
  /// The parameter that it is about, as a path: `response_format.type`.
  var parameter: String?
  /// A status within the body, as OpenRouter gives it.
  var status: Int?
  /// The classes that a moderation found in the input.
  var isModeration = false
  /// Whether the model's answer is at fault, and not the request: Groq shows what it wrote in place of JSON or of a call.
  var isFailedGeneration = false
  /// Whether it is a web page: not the API has answered, but something in front of it.
  var isPage = false
  /// Seconds to wait, where the body asks for a pause (`google.rpc.RetryInfo`, or in words).
  var retryAfter: Double?

  /// No provider writes so much about an error; what is longer is read as a text.
  private static let longestJSON = 1_048_576

  init(body: [UInt8]) {
    let body = Self.firstData(ofStream: body) ?? body
    // Anything else that JSON begins with may begin a sentence as well.
    let holdsValue = body.first { $0 > ASCII.space }.map { $0 == ASCII.openBrace || $0 == ASCII.openBracket } ?? false
    if holdsValue, body.count <= Self.longestJSON, let value = try? JSONValue(parsing: body, .lenient) {
      self.init(value)
    } else {
      self.init(text: String(decoding: body.prefix(4_096), as: UTF8.self))
    }
  }

  /// What the first event says, where a server puts even its refusal into a stream; nil for any other body.
  private static func firstData(ofStream body: [UInt8]) -> [UInt8]? {
    guard body.count <= longestJSON, ServerSentEvent.isStream(body, labelled: nil, isAll: true) == true else {
      return nil
    }
    var parser = ServerSentEventParser()
    let first = try? parser.parse(body.span).first { !$0.data.isEmpty }
    return (first ?? parser.finish()).map { Array($0.data.utf8) }
  }

  init(text: String) {
    self.init(.null)
    message = Self.sentence(ofText: text)
    isPage = WebPage.isOne(text)
    retryAfter = message.flatMap(RetryHint.delay(inWords:))
  }

  /// The error that stands in an answer or a choice in place of, or beside, what was asked for; nil where there is none.
  ///
  /// Some servers always have the member `error` and leave it empty.
  init?(besideChoices value: JSONValue) {
    let error = value["error"] ?? .null
    guard !error.isNull, error != false, error != "", error.objectValue?.isEmpty != true else { return nil }
    self.init(value)
  }

  /// The error in an answer with a status of success; nil where it holds none.
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
      // OpenRouter's own message is only "Provider returned error"; the provider's is inside.
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

  /// Where in the request a validator found a fault: `response_format.type`.
  private static func path(_ item: JSONValue) -> String? {
    let steps = (item["loc"]?.arrayValue ?? []).compactMap { $0.stringValue ?? $0.intValue.map { "\($0)" } }
    let path = (steps.first == "body" && steps.count > 1 ? steps.dropFirst() : steps[...]).joined(separator: ".")
    return path.isEmpty ? nil : path
  }

  /// A page's title, or the beginning of a text in one line.
  static func sentence(ofText text: String) -> String? {
    if let title = WebPage.title(of: text) { return oneLine(title) }
    return WebPage.isOne(text) ? "an HTML page" : oneLine(text[...])
  }

  private static func oneLine(_ text: Substring) -> String? {
    let line = text.split { $0.isWhitespace }.joined(separator: " ")
    return line.isEmpty ? nil : String(line.prefix(200))
  }
}
