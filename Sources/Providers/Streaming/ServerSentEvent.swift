import JSONCoding

/// One event of an event stream.
struct ServerSentEvent: Sendable, Equatable {
  /// The value of its `event` field; empty where it has none.
  var type = ""
  /// The values of its `data` fields, joined by line feeds.
  var data = ""
  /// The last `id` of the stream up to here.
  var id = ""

  /// Whether the data is the end marker of a stream, ignoring case and surrounding white space.
  static func isEnd(_ data: some Collection<UInt8>) -> Bool {
    // Most data is a long JSON text, which must not be copied for this check.
    guard let first = data.first(where: { $0 > ASCII.space }), first == ASCII.openBracket else { return false }
    return data.lazy.filter { $0 > ASCII.space }.map { $0 | 0x20 }.elementsEqual("[done]".utf8.map { $0 | 0x20 })
  }

  /// The meaning of the event in a format of JSON objects.
  ///
  /// Data that is not an object is no part of an answer; servers and gateways send it as a keep-alive.
  func step(_ read: (JSONValue) -> StreamStep) -> StreamStep {
    guard let first = data.utf8.first(where: { $0 > ASCII.space }) else { return .nothing }
    if Self.isEnd(data.utf8) { return .end }
    guard first == ASCII.openBrace else {
      // Some servers give the reason of a failure in plain text.
      return type == "error" ? .error(ProviderErrorBody(text: data)) : .words(data)
    }
    do {
      return read(try JSONValue(parsing: data, .lenient))
    } catch {
      if type == "error" { return .error(ProviderErrorBody(text: data)) }
      return .unreadable("sent an event that is not JSON: \(error).")
    }
  }
}

extension ServerSentEvent {
  /// Whether a body is an event stream; nil if too little has arrived to decide.
  ///
  /// The body decides, because servers mislabel both: JSON begins with a bracket, a stream with a field name. The label
  /// only decides for any other beginning.
  /// - Parameter isAll: whether the body is complete.
  static func isStream(_ body: some Collection<UInt8>, labelled type: String?, isAll: Bool) -> Bool? {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let start = body.drop { $0 <= ASCII.space || mark.contains($0) }.prefix(6)
    guard let first = start.first else { return isAll ? false : nil }
    if [ASCII.openBrace, ASCII.openBracket, ASCII.quote, UInt8(ascii: "<")].contains(first) { return false }
    if (type ?? "").lowercased().hasPrefix("text/event-stream") { return true }
    for field in [":", "data:", "event:", "id:", "retry:"] {
      if start.starts(with: field.utf8) { return true }
      if !isAll, field.utf8.starts(with: start) { return nil }
    }
    return false
  }
}
