import JSONCoding

@testable import JSONRPC

extension FuzzTarget {
  /// Messages: what is understood can be written and understood again, and a refusal is one of the protocol's.
  static let jsonRPC = FuzzTarget(name: "json-rpc") { bytes in
    switch MessageDecoder.decode(bytes.span) {
    case .single(let message): try requireUnderstood(message)
    case .batch(let messages):
      try require(!messages.isEmpty, "an empty batch")
      for message in messages { try requireUnderstood(message) }
    }
  }

  private static func requireUnderstood(_ message: IncomingMessage) throws {
    switch message {
    case .request(let request): try requireSame(MessageEncoder.request(request), message)
    case .notification(let notification): try requireSame(MessageEncoder.notification(notification), message)
    case .response(.result(let result), let id?): try requireSame(MessageEncoder.result(result, id: id), message)
    case .response(.error(let error), let id): try requireLine(MessageEncoder.error(error, id: id))
    case .response(.result, nil): break
    case .invalid(let error, let id):
      try require([-32700, -32600, -32602].contains(error.code), "an invalid message has the code \(error.code)")
      try require(!error.message.isEmpty, "an error without a message")
      try requireLine(MessageEncoder.error(error, id: id))
    }
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
