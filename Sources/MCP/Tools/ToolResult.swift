import JSONCoding

/// What a call gave, as the protocol shows it (schema `CallToolResult`).
enum ToolResult {
  /// The most characters of a result's text that clients take without complaint.
  private static let limit = 40_000

  /// The structured content, the same as text for clients that read only that, and links to what it is about.
  static func success(_ content: JSONObject, links: [Resource] = [], for version: ProtocolVersion) -> JSONObject {
    let text = String(decoding: content.encoded, as: UTF8.self)
    // Some clients count as UTF-16 does, which finds most; bytes are at least as many, and counting them is free.
    if text.utf8.count > limit, text.utf16.count > limit {
      return failure(
        "The result has \(text.utf16.count) characters, more than the \(limit) that clients take. "
          + "Ask for less: a smaller limit, or only some fields.")
    }
    var result: JSONObject = [
      "content": .array([["type": "text", "text": .string(text)]] + links.map { .object($0.link) })
    ]
    if version.hasStructuredContent { result["structuredContent"] = .object(content) }
    result["isError"] = false
    return result
  }

  /// What a handler threw.
  ///
  /// Errors that have a sentence for clients are quoted, whatever layer they come from. Of others only the type is told:
  /// what else they hold may be anything.
  static func failure(_ error: any Error, of tool: String) -> JSONObject {
    if let error = error as? any ClientFacingError { return failure(error.description) }
    return failure(
      "\(tool) failed for an internal reason (\(type(of: error))). Nothing is known to be wrong with the call.")
  }

  /// The most characters of an error: what it quotes may be of any length.
  private static let sentenceLimit = 8000

  static func failure(_ sentence: String) -> JSONObject {
    var text = sentence
    if text.utf8.count > sentenceLimit, text.unicodeScalars.count > sentenceLimit {
      text = String(String.UnicodeScalarView(text.unicodeScalars.prefix(sentenceLimit))) + "…"
    }
    return ["content": [["type": "text", "text": .string(text)]], "isError": true]
  }
}
