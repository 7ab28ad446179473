import JSONCoding

/// Joins the halves of a character that a server has split between two events.
///
/// A model's token can be half an emoji. Servers that write ASCII JSON then end one event's text with the first
/// surrogate and begin the next with the second. Each decodes to U+FFFD alone; the event's source shows which half it
/// was.
struct SurrogateJoiner: Sendable {
  /// The first half, held back until the second arrives.
  private var high: UInt16?

  /// Adds the next part of a text and returns the complete characters.
  mutating func take(_ part: String, of event: ServerSentEvent) -> String {
    var scalars = part.unicodeScalars[...]
    var joined = String.UnicodeScalarView()
    if let high {
      self.high = nil
      let low = scalars.first == Self.replacement ? event.lowAtStart : nil
      if low != nil { scalars.removeFirst() }
      joined.append(low.flatMap { Self.scalar(high, $0) } ?? Self.replacement)
    }
    if scalars.last == Self.replacement, let high = event.highAtEnd {
      self.high = high
      scalars.removeLast()
    }
    return joined.isEmpty ? String(scalars) : String(joined + scalars)
  }

  /// The replacement for a half whose other half never arrived.
  mutating func finish() -> String {
    defer { high = nil }
    return high == nil ? "" : String(Self.replacement)
  }

  private static let replacement: Unicode.Scalar = "\u{fffd}"

  private static func scalar(_ high: UInt16, _ low: UInt16) -> Unicode.Scalar? {
    Unicode.Scalar(0x10000 + (UInt32(high) - 0xd800) << 10 + (UInt32(low) - 0xdc00))
  }
}

extension ServerSentEvent {
  /// The first half at the end of a string in its JSON; nil if there is none, or different ones.
  fileprivate var highAtEnd: UInt16? {
    half(0xd800...0xdbff) { bytes, place in bytes[(place + 6)...].first == ASCII.quote }
  }

  /// The second half at the beginning of a string in its JSON; nil if there is none, or different ones.
  fileprivate var lowAtStart: UInt16? {
    half(0xdc00...0xdfff) { bytes, place in bytes[..<place].last == ASCII.quote }
  }

  private func half(_ range: ClosedRange<UInt16>, where isAtEdge: ([UInt8], Int) -> Bool) -> UInt16? {
    let bytes = Array(data.utf8)
    var found: Set<UInt16> = []
    for place in bytes.indices.dropLast(5) where bytes[place...].starts(with: #"\u"#.utf8) {
      let digits = String(decoding: bytes[(place + 2)..<(place + 6)], as: UTF8.self)
      guard let unit = UInt16(digits, radix: 16), range.contains(unit), isAtEdge(bytes, place) else { continue }
      found.insert(unit)
    }
    return found.count == 1 ? found.first : nil
  }
}
