/// An error whose description is a sentence for whoever uses the server: what happened and what to do next.
///
/// Only errors that declare themselves so are quoted to clients. What another error holds may be anything.
package protocol ClientFacingError: Error, CustomStringConvertible {}

/// A client-facing error by which a request is refused: it asks for what is not there or cannot be done.
///
/// The server itself works; asked for something else, it would answer.
package protocol RequestRefusal: ClientFacingError {}

extension Error {
  /// What may be said of the error to a client: its own sentence if it has one for clients, else no more than its type.
  package var clientSentence: String {
    (self as? any ClientFacingError)?.description ?? "an internal error (\(type(of: self)))"
  }
}
