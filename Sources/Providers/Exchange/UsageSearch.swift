import JSONCoding

/// Finds the counts of tokens in an answer that cannot be read as a whole: they are paid for all the same.
enum UsageSearch {
  /// The object under the key `usage`; nil unless there is exactly one.
  static func counts(in body: [UInt8]) -> JSONValue? {
    var found: JSONValue?
    var rest = body[...]
    while let key = rest.firstRange(of: Array(#""usage""#.utf8)) {
      rest = rest[key.upperBound...]
      guard let counts = object(in: body, behind: key.upperBound) else { continue }
      // Of two nobody knows which one counts.
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
