import JSONCoding

@testable import JSONRPC

extension FuzzTarget {
  /// Messages: what the specification allows is understood, and no more; what is understood can be written and
  /// understood again, and a refusal is one of the protocol's.
  static let jsonRPC = FuzzTarget(name: "json-rpc") { bytes in
    let line = MessageDecoder.decode(bytes.span)
    guard let value = try? JSONValue(parsing: bytes) else {
      guard case .single(.invalid(let error, nil)) = line else { throw FuzzFinding("what is no JSON is understood") }
      return try require(error.code == -32700, "what is no JSON has the code \(error.code)")
    }
    switch line {
    case .single(let message):
      try require(value.arrayValue?.isEmpty != false, "the elements of a batch are one message")
      try requireUnderstood(message, value)
      guard value.arrayValue == nil else { return }
      // A message is the same in a batch.
      let batch = MessageDecoder.decode(([ASCII.openBracket] + bytes + [ASCII.closeBracket]).span)
      try require(batch == .batch([message]) || isDeep(bytes), "in a batch the message is another one")
    case .batch(let messages):
      guard let values = value.arrayValue else { throw FuzzFinding("a batch that is no array") }
      try require(!messages.isEmpty && messages.count == values.count, "\(messages.count) of \(values.count) messages")
      for (message, value) in zip(messages, values) { try requireUnderstood(message, value) }
    }
  }

  /// Whether one more level of nesting may be too much.
  private static func isDeep(_ bytes: [UInt8]) -> Bool { bytes.count >= 2 * JSONReader.depthLimit }

  private static func requireUnderstood(_ message: IncomingMessage, _ value: JSONValue) throws {
    let expected = kind(of: value)
    switch message {
    case .request(let request):
      try require(expected == .request, "\(value.text) is no request")
      let isSame = request.id.json == value["id"] && request.method == value["method"]?.stringValue
      try require(isSame && isParams(request.params, value), "\(value.text) is understood as \(request)")
      try requireSame(MessageEncoder.request(request), message)
    case .notification(let notification):
      try require(expected == .notification, "\(value.text) is no notification")
      let isSame = notification.method == value["method"]?.stringValue && isParams(notification.params, value)
      try require(isSame, "\(value.text) is understood as \(notification)")
      try requireSame(MessageEncoder.notification(notification), message)
    case .response(let response, let id):
      try require(expected == .response && id == usableID(of: value), "\(value.text) is no response to \(id as Any)")
      switch (response, id) {
      case (.result(let result), let id?):
        try require(.object(result) == value["result"] || result.isEmpty, "\(value.text) has another result")
        try requireSame(MessageEncoder.result(result, id: id), message)
      case (.error(let error), let id):
        try require(value["result"] == nil, "a result is understood as an error")
        try requireLine(MessageEncoder.error(error, id: id))
      case (.result, nil): break
      }
    case .invalid(let error, let id):
      try require(expected == .invalid, "\(value.text) is refused: \(error.message)")
      try require([-32600, -32602].contains(error.code), "an invalid message has the code \(error.code)")
      try require(!error.message.isEmpty, "an error without a message")
      // A client that cannot match the error with its request waits for ever.
      try require(id == usableID(of: value), "the refusal of \(value.text) has the id \(id as Any)")
      try requireLine(MessageEncoder.error(error, id: id))
    }
  }

  private enum Kind { case request, notification, response, invalid }

  /// What the specification says that a value is (sections 4 and 5).
  private static func kind(of value: JSONValue) -> Kind {
    if value.objectValue == nil { return .invalid }
    if value["method"] == nil, value["result"] != nil || value["error"] != nil { return .response }
    guard value["jsonrpc"]?.text == #""2.0""#, value["method"]?.stringValue != nil else { return .invalid }
    if let params = value["params"], params.objectValue == nil, !params.isNull { return .invalid }
    if value["id"] == nil { return .notification }
    return usableID(of: value) == nil ? .invalid : .request
  }

  private static func usableID(of value: JSONValue) -> RequestID? {
    guard let id = value["id"] else { return nil }
    // An integer, or a text.
    let isInteger =
      id.doubleValue != nil && id.text.utf8.allSatisfy { $0 == ASCII.minus || $0 >= ASCII.zero && $0 <= ASCII.nine }
    return isInteger && id.text != "-0" || id.stringValue != nil ? RequestID(id) : nil
  }

  private static func isParams(_ params: JSONObject?, _ value: JSONValue) -> Bool {
    params.map { .object($0) == value["params"] } ?? (value["params"]?.isNull != false)
  }

  private static func requireSame(_ line: [UInt8], _ message: IncomingMessage) throws {
    try requireLine(line)
    let again = MessageDecoder.decode(line.span)
    try require(again == .single(message), "\(message) is written as \(String(decoding: line, as: UTF8.self))")
  }

  private static func requireLine(_ line: [UInt8]) throws {
    try require(line.firstIndex(of: ASCII.lineFeed) == line.count - 1, "a message is not one line")
    try require(try JSONValue(parsing: line).objectValue != nil, "a message is not an object")
  }
}
