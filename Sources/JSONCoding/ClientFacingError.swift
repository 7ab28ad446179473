/// An error whose description is a sentence for the server's users: what happened and what to do next.
///
/// Only these errors are quoted to clients, because other errors may contain anything.
package protocol ClientFacingError: Error, CustomStringConvertible {}

/// A client-facing error that rejects a request, because it asks for something missing or impossible.
///
/// The server itself works, so other requests can succeed.
package protocol RequestRefusal: ClientFacingError {}

extension Error {
  /// The error's text for a client: its own sentence if it is client-facing, otherwise only its type.
  package var clientSentence: String {
    (self as? any ClientFacingError)?.description ?? "an internal error (\(type(of: self)))"
  }
}
