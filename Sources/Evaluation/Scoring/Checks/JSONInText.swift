import JSONCoding

/// The JSON value of an answer.
enum JSONInText {
  /// Why an answer has no JSON value.
  enum Fault: Error {
    case none, codeFence, notExtracted

    var sentence: String {
      switch self {
      case .none: "The answer is no JSON."
      case .codeFence: "The JSON is in a code fence; extract: true would take it from there."
      case .notExtracted: "The answer contains no JSON object or list."
      }
    }
  }

  /// - Parameter extracts: whether the value may be among other text.
  static func value(in text: String, extracts: Bool) -> Result<JSONValue, Fault> {
    let text = text.trimmed()
    if let value = whole(text) { return .success(value) }
    if extracts { return first(in: Array(text.utf8)).map { .success($0) } ?? .failure(.notExtracted) }
    let bare = text.withoutCodeFence
    return .failure(bare != text && whole(bare) != nil ? .codeFence : .none)
  }

  private static func whole(_ text: String) -> JSONValue? {
    do { return try JSONValue(parsing: text) } catch { return nil }
  }

  /// The most openings that are tried, because each can be as long as the answer.
  private static let mostTried = 50

  /// The first object or list that is valid.
  private static func first(in bytes: [UInt8]) -> JSONValue? {
    var tried = 0
    var position = 0
    while position < bytes.count, tried < mostTried {
      defer { position += 1 }
      guard bytes[position] == ASCII.openBrace || bytes[position] == ASCII.openBracket else { continue }
      tried += 1
      guard let end = end(of: bytes, from: position) else { continue }
      do { return try JSONValue(parsing: Array(bytes[position..<end])) } catch { continue }
    }
    return nil
  }

  /// The offset after the bracket that closes the one at `start`.
  private static func end(of bytes: [UInt8], from start: Int) -> Int? {
    var (depth, isInString, position) = (0, false, start)
    while position < bytes.count {
      switch bytes[position] {
      case ASCII.backslash where isInString: position += 1
      case ASCII.quote: isInString.toggle()
      case ASCII.openBrace where !isInString, ASCII.openBracket where !isInString: depth += 1
      case ASCII.closeBrace where !isInString, ASCII.closeBracket where !isInString:
        depth -= 1
        if depth == 0 { return position + 1 }
      default: break
      }
      position += 1
    }
    return nil
  }
}
