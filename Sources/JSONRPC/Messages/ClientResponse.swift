package import JSONCoding

/// The client's response to a request of the server.
package enum ClientResponse: Equatable, Sendable {
  case result(JSONObject)
  case error(RPCError)

  /// Reads the members of a response (JSON-RPC 2.0, section 5).
  init(_ message: JSONObject) {
    if let result = message["result"] {
      self = .result(result.objectValue ?? [:])
    } else {
      let error = message["error"]
      self = .error(
        RPCError(
          code: error?["code"]?.intValue ?? RPCError.internalError("").code,
          message: error?["message"]?.stringValue ?? "", data: error?["data"]))
    }
  }
}
