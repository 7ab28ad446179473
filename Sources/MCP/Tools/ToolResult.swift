import JSONCoding

/// What a call gave, as the protocol shows it (schema `CallToolResult`).
enum ToolResult {
  /// The most characters of a result's text that clients take without complaint.
  private static let limit = 40_000

  /// The structured content, and the same as text for clients that read only that.
  static func success(_ content: JSONObject, for version: ProtocolVersion) -> JSONObject {
    let text = String(decoding: content.encoded, as: UTF8.self)
    if text.utf8.count > limit, text.count > limit {
      return failure(
        "The result has \(text.count) characters, more than the \(limit) that clients take. "
          + "Ask for less: a smaller limit, or only some fields.")
    }
    var result: JSONObject = ["content": [["type": "text", "text": .string(text)]]]
    if version.hasStructuredContent { result["structuredContent"] = .object(content) }
    result["isError"] = false
    return result
  }

  static func failure(_ sentence: String) -> JSONObject {
    ["content": [["type": "text", "text": .string(sentence)]], "isError": true]
  }
}
