import JSONCoding
import JSONRPC

extension RPCError {
  /// What a source of prompts, resources or tasks threw, as the answer to a request.
  ///
  /// A ``RequestRefusal`` says what is wrong with the parameters. Other errors are internal ones. Those that have a sentence
  /// for clients are quoted; of the rest only the type is told, because they may hold anything.
  /// - Parameter method: the method that was asked for.
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
