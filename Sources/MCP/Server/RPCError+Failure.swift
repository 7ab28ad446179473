import JSONCoding
import JSONRPC

extension RPCError {
  /// What a source of prompts or resources threw, as the answer to a request.
  ///
  /// A ``ToolError`` is the client's fault and says so itself. Of other errors those that have a sentence for
  /// clients are quoted, and of the rest only the type is told: what else they hold may be anything.
  /// - Parameter method: the method that was asked for.
  init(_ error: any Error, of method: String) {
    if let fault = error as? ToolError {
      self = .invalidParams(fault.description)
    } else if let error = error as? any ClientFacingError {
      self = .internalError(error.description)
    } else {
      self = .internalError(
        "\(method) failed for an internal reason (\(type(of: error))). Nothing is known to be wrong with the request.")
    }
  }
}
