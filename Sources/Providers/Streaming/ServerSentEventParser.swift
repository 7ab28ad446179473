import JSONCoding

/// Parses events from the bytes of a stream, split at any places.
///
/// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation, with two differences for
/// servers that omit blank lines. An event whose data is a whole JSON object, or `[DONE]`, ends where the next one
/// begins. ``finish()`` returns the event at the stream's end, whose contents show whether it was truncated.
struct ServerSentEventParser: Sendable {
  /// An event exceeds the size limit.
  struct TooLarge: Error, Equatable {
    let limit: Int
  }

  static let defaultLimit = 4 * 1_048_576

  private let limit: Int
  private var line: [UInt8] = []
  private var isFirstLine = true
  /// Whether the last byte was a carriage return, which a line feed may complete.
  private var skipsLineFeed = false
  private var data: [UInt8] = []
  private var object = ObjectScanner()
  private var hasData = false
  private var type = ""
  private var id = ""
  /// The reconnection time in milliseconds, if the stream set one.
  private(set) var retry: Int?

  /// - Parameter limit: the size limit of an event in bytes.
  init(limit: Int = ServerSentEventParser.defaultLimit) {
    self.limit = limit
  }

  /// The events that end within these bytes.
  mutating func parse(_ bytes: Span<UInt8>) throws(TooLarge) -> [ServerSentEvent] {
    var events: [ServerSentEvent] = []
    for index in bytes.indices {
      let byte = bytes[index]
      if skipsLineFeed {
        skipsLineFeed = false
        if byte == UInt8(ascii: "\n") { continue }
      }
      switch byte {
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        skipsLineFeed = byte == UInt8(ascii: "\r")
        if let event = endLine() { events.append(event) }
      default:
        guard line.count + data.count < limit else { throw TooLarge(limit: limit) }
        line.append(byte)
      }
    }
    return events
  }

  /// The unfinished events at the end of the stream: none, one, or the one before a last line that begins another.
  mutating func finish() -> [ServerSentEvent] {
    let before = line.isEmpty ? nil : endLine()
    return [before, dispatch()].compactMap(\.self)
  }

  // MARK: Lines

  private mutating func endLine() -> ServerSentEvent? {
    var start = 0
    if isFirstLine {
      isFirstLine = false
      if line.starts(with: [0xef, 0xbb, 0xbf]) { start = 3 }
    }
    defer { line.removeAll(keepingCapacity: true) }
    let rest = line[start...]
    if rest.isEmpty { return dispatch() }
    let name = rest.prefix { $0 != UInt8(ascii: ":") }
    // A comment has an empty name; servers send comments as keep-alives.
    guard !name.isEmpty else { return nil }
    var value = rest[name.endIndex...].dropFirst()
    if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
    let field = String(decoding: name, as: UTF8.self)
    let last = isEnded(by: field, value) ? dispatch() : nil
    take(field, value)
    return last
  }

  /// Whether the field begins a new event.
  private func isEnded(by field: String, _ value: ArraySlice<UInt8>) -> Bool {
    guard hasData, field == "data" || field == "event" else { return false }
    let beginsObject = field == "data" && value.first == ASCII.openBrace
    return object.isWhole || beginsObject && !object.hasBegun || ServerSentEvent.isEnd(data)
  }

  private mutating func take(_ field: String, _ value: ArraySlice<UInt8>) {
    switch field {
    case "data":
      if hasData { data.append(UInt8(ascii: "\n")) }
      data.append(contentsOf: value)
      object.read(value)
      hasData = true
    case "event": type = String(decoding: value, as: UTF8.self)
    case "id": if !value.contains(0) { id = String(decoding: value, as: UTF8.self) }
    case "retry":
      let isNumber = !value.isEmpty && value.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      if isNumber, let number = Int(String(decoding: value, as: UTF8.self)) { retry = number }
    default: break
    }
  }

  private mutating func dispatch() -> ServerSentEvent? {
    defer {
      data.removeAll(keepingCapacity: true)
      object = ObjectScanner()
      hasData = false
      type = ""
    }
    guard hasData else { return nil }
    return ServerSentEvent(type: type, data: String(decoding: data, as: UTF8.self), id: id)
  }
}

/// Finds the end of a JSON object in bytes that arrive in pieces, without parsing it.
private struct ObjectScanner: Sendable {
  private var depth = 0
  private var isInString = false
  private var isEscaped = false
  private(set) var hasBegun = false

  /// Whether the bytes so far are exactly one object.
  private(set) var isWhole = false

  mutating func read(_ bytes: ArraySlice<UInt8>) {
    for byte in bytes where byte > ASCII.space {
      guard hasBegun || byte == ASCII.openBrace else { return }
      hasBegun = true
      if isInString {
        if !isEscaped, byte == ASCII.quote { isInString = false }
        isEscaped = !isEscaped && byte == ASCII.backslash
        continue
      }
      switch byte {
      case ASCII.quote: isInString = true
      case ASCII.openBrace: depth += 1
      case ASCII.closeBrace: depth -= 1
      default: break
      }
      isWhole = depth == 0
    }
  }
}
