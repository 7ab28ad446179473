/// One event of an event stream.
struct ServerSentEvent: Sendable, Equatable {
  /// The value of its `event` field; empty where it has none.
  var type = ""
  /// The values of its `data` fields, joined by line feeds.
  var data = ""
  /// The last `id` of the stream up to here.
  var id = ""
}

/// Reads events from the bytes of a stream, however they are split.
///
/// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation, with one difference: an
/// event at the stream's end that lacks its blank line is handed out by ``finish()``, because some servers leave it away.
/// What it holds tells whether it was cut off.
struct ServerSentEventParser: Sendable {
  /// An event is larger than the limit in bytes.
  struct TooLarge: Error, Equatable {
    let limit: Int
  }

  static let defaultLimit = 4 * 1_048_576

  private let limit: Int
  private var line: [UInt8] = []
  private var isFirstLine = true
  /// The last byte was a carriage return: a line feed that follows it belongs to it.
  private var skipsLineFeed = false
  private var data: [UInt8] = []
  private var hasData = false
  private var type = ""
  private var id = ""
  /// Milliseconds to wait before connecting again, as the stream asked for.
  private(set) var retry: Int?

  /// - Parameter limit: bytes that one event may have.
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

  /// The event that the stream ended in, if it had begun one.
  mutating func finish() -> ServerSentEvent? {
    if !line.isEmpty, let event = endLine() { return event }
    return dispatch()
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
    // Empty for a comment, which servers send to keep a connection alive.
    guard !name.isEmpty else { return nil }
    var value = rest[name.endIndex...].dropFirst()
    if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
    take(String(decoding: name, as: UTF8.self), value)
    return nil
  }

  private mutating func take(_ field: String, _ value: ArraySlice<UInt8>) {
    switch field {
    case "data":
      if hasData { data.append(UInt8(ascii: "\n")) }
      data.append(contentsOf: value)
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
      hasData = false
      type = ""
    }
    guard hasData else { return nil }
    return ServerSentEvent(type: type, data: String(decoding: data, as: UTF8.self), id: id)
  }
}
