import JSONCoding

/// Finds the token counts of an answer that cannot be parsed, because the answer is paid for nonetheless.
enum UsageSearch {
  /// The object under the key `usage`; nil unless there is exactly one.
  static func counts(in body: [UInt8]) -> JSONValue? {
    var found: JSONValue?
    var rest = body[...]
    while let key = rest.firstRange(of: Array(#""usage""#.utf8)) {
      rest = rest[key.upperBound...]
      guard let counts = object(in: body, behind: key.upperBound) else { continue }
      // It is unclear which of two objects counts.
      if found != nil { return nil }
      found = counts
    }
    return found
  }

  private static func object(in body: [UInt8], behind key: Int) -> JSONValue? {
    var reader = JSONReader(position: key, .lenient)
    do throws(JSONError) {
      guard try reader.peek(in: body.span) == ASCII.colon else { return nil }
      reader.position += 1
      guard try reader.peek(in: body.span) == ASCII.openBrace else { return nil }
      return try reader.value(in: body.span)
    } catch {
      return nil
    }
  }
}
