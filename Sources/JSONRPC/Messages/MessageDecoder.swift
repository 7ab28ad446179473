import JSONCoding

/// Reads messages from lines (JSON-RPC 2.0, sections 4 to 6).
enum MessageDecoder {
  /// Decodes a line; a fault is returned as an invalid message.
  static func decode(_ line: Span<UInt8>) -> IncomingLine {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue(parsing: line)
    } catch {
      return .single(.invalid(.parseError("Parse error: \(error)."), id: nil))
    }
    guard case .array(let elements) = value else { return .single(message(value)) }
    if elements.isEmpty { return .single(.invalid(.invalidRequest("An empty batch."), id: nil)) }
    return .batch(elements.map(message))
  }

  private static func message(_ value: JSONValue) -> IncomingMessage {
    guard case .object(let object) = value else {
      return .invalid(.invalidRequest("A message is an object, not \(value.kindName)."), id: nil)
    }
    let method = object["method"]
    // Two peers could otherwise answer each other's errors forever, so anything like a response gets no response.
    let id = object["id"].flatMap(RequestID.init)
    if method == nil, object["result"] != nil || object["error"] != nil {
      return .response(ClientResponse(object), id: id)
    }
    do throws(RPCError) {
      return try call(object, method: method, id: id)
    } catch {
      return .invalid(error, id: id)
    }
  }

  private static func call(
    _ object: JSONObject, method: JSONValue?, id: RequestID?
  ) throws(RPCError) -> IncomingMessage {
    guard object["jsonrpc"] == "2.0" else { throw .invalidRequest("\"jsonrpc\" must be \"2.0\".") }
    guard let method else { throw .invalidRequest("\"method\" is missing.") }
    guard case .string(let name) = method else {
      throw .invalidRequest("\"method\" must be a string, not \(method.kindName).")
    }
    if let value = object["id"], id == nil {
      throw .invalidRequest("\"id\" must be a string or an integer, not \(value.kindName).")
    }
    let params = try params(object["params"], isRequest: id != nil)
    guard let id else { return .notification(Notification(method: name, params: params)) }
    return .request(Request(id: id, method: name, params: params))
  }

  private static func params(_ value: JSONValue?, isRequest: Bool) throws(RPCError) -> JSONObject? {
    switch value {
    case nil, .null: return nil
    case .object(let object): return object
    // Positional parameters are valid JSON-RPC, but no MCP method takes them.
    case .array where isRequest: throw .invalidParams("\"params\" must be an object, not an array.")
    case let other?: throw .invalidRequest("\"params\" must be an object, not \(other.kindName).")
    }
  }
}
