package import JSONCoding

/// The result of a call in the form of the protocol (schema `CallToolResult`).
package enum ToolResult {
  /// The largest number of characters in a result that clients accept.
  static let limit = 40_000

  /// The structured content, the same as text for clients that read only text, and links to its subjects.
  static func success(_ content: JSONObject, links: [Resource] = [], for version: ProtocolVersion) -> JSONObject {
    let text = String(decoding: content.encoded, as: UTF8.self)
    // Some clients count UTF-16 units, the strictest count; the number of bytes is an upper bound and costs nothing to
    // get.
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

  /// The error of a handler.
  ///
  /// A ``ClientFacingError`` of any layer is quoted. Of all others only the type is named, because their contents may
  /// be confidential.
  static func failure(_ error: any Error, of tool: String) -> JSONObject {
    if let error = error as? any ClientFacingError { return failure(error.description) }
    return failure(
      "\(tool) failed for an internal reason (\(type(of: error))). Nothing is known to be wrong with the call.")
  }

  /// The largest number of characters of an error, because quotations can have any length.
  private static let sentenceLimit = 8000

  /// What a client reads in a result: the tool's object, or the sentence of an error; nil for the result of another
  /// method.
  package static func reading(_ result: JSONObject) throws(ToolError) -> JSONObject? {
    guard let text = result["content"]?.arrayValue?.first?["text"]?.stringValue else { return nil }
    if result["isError"] == true { throw ToolError(text) }
    if let object = result["structuredContent"]?.objectValue { return object }
    do { return try JSONValue(parsing: Array(text.utf8).span).objectValue } catch { return nil }
  }

  static func failure(_ sentence: String) -> JSONObject {
    var text = sentence
    if text.utf8.count > sentenceLimit, text.unicodeScalars.count > sentenceLimit {
      text = String(String.UnicodeScalarView(text.unicodeScalars.prefix(sentenceLimit))) + "…"
    }
    return ["content": [["type": "text", "text": .string(text)]], "isError": true]
  }
}
