import JSONCoding

/// Writes messages as lines: compact JSON and one line feed (JSON-RPC 2.0, sections 4.1 and 5).
///
/// The only line feed is the last byte, because the writer escapes those in strings.
enum MessageEncoder {
  /// The response that carries the result of a request.
  static func result(_ result: JSONObject, id: RequestID) -> [UInt8] {
    line { output in
      member("id", id.json, to: &output)
      key("result", to: &output)
      JSONWriter.write(result, to: &output)
    }
  }

  /// The response that reports an error; the id is null if none could be read or used.
  static func error(_ error: RPCError, id: RequestID?) -> [UInt8] {
    line { output in
      var object: JSONObject = ["code": .int(error.code), "message": .string(error.message)]
      object["data"] = error.data
      member("id", id?.json ?? .null, to: &output)
      member("error", .object(object), to: &output)
    }
  }

  static func request(_ request: Request) -> [UInt8] {
    line { output in
      member("id", request.id.json, to: &output)
      member("method", .string(request.method), to: &output)
      if let params = request.params { member("params", .object(params), to: &output) }
    }
  }

  static func notification(_ notification: Notification) -> [UInt8] {
    line { output in
      member("method", .string(notification.method), to: &output)
      if let params = notification.params { member("params", .object(params), to: &output) }
    }
  }

  /// One line with an array of the messages of several.
  static func batch(_ lines: [[UInt8]]) -> [UInt8] {
    var output: [UInt8] = [ASCII.openBracket]
    output.append(contentsOf: lines.map { $0.dropLast() }.joined(separator: [ASCII.comma]))
    output.append(ASCII.closeBracket)
    output.append(ASCII.lineFeed)
    return output
  }

  private static func line(_ members: (inout [UInt8]) -> Void) -> [UInt8] {
    var output = Array(#"{"jsonrpc":"2.0""#.utf8)
    members(&output)
    output.append(ASCII.closeBrace)
    output.append(ASCII.lineFeed)
    return output
  }

  private static func member(_ name: StaticString, _ value: JSONValue, to output: inout [UInt8]) {
    key(name, to: &output)
    JSONWriter.write(value, to: &output)
  }

  private static func key(_ name: StaticString, to output: inout [UInt8]) {
    output.append(ASCII.comma)
    output.append(ASCII.quote)
    name.withUTF8Buffer { unsafe output.append(contentsOf: $0) }
    output.append(ASCII.quote)
    output.append(ASCII.colon)
  }
}
