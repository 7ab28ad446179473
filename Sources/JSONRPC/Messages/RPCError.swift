package import JSONCoding

/// The error object of a JSON-RPC response (JSON-RPC 2.0, section 5.1).
package struct RPCError: Error, Equatable, Sendable {
  package var code: Int
  package var message: String
  package var data: JSONValue?

  package init(code: Int, message: String, data: JSONValue? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  package static func parseError(_ message: String) -> RPCError { RPCError(code: -32700, message: message) }
  package static func invalidRequest(_ message: String) -> RPCError { RPCError(code: -32600, message: message) }
  package static func methodNotFound(_ method: String) -> RPCError {
    RPCError(code: -32601, message: "No method \"\(method)\".")
  }
  package static func invalidParams(_ message: String) -> RPCError { RPCError(code: -32602, message: message) }
  package static func internalError(_ message: String) -> RPCError { RPCError(code: -32603, message: message) }
}
