import JSONCoding
import JSONRPC

extension RPCError {
  /// The response to a request whose source of prompts, resources or tasks threw an error.
  ///
  /// A ``RequestRefusal`` becomes an error about the parameters, and any other error an internal one. A
  /// ``ClientFacingError`` is quoted; of all others only the type is named, because their contents may be confidential.
  /// - Parameter method: the requested method.
  init(_ error: any Error, of method: String) {
    if let refusal = error as? any RequestRefusal {
      self = .invalidParams(refusal.description)
    } else if let error = error as? any ClientFacingError {
      self = .internalError(error.description)
    } else {
      self = .internalError(
        "\(method) failed for an internal reason (\(type(of: error))). Nothing is known to be wrong with the request.")
    }
  }
}
