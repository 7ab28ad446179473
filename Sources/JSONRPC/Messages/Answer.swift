package import JSONCoding

/// An answer to the client, for observers of a connection.
package struct Answer: Sendable {
  /// The id of what is answered; nil if none could be read.
  package let id: RequestID?
  /// The request; nil for the refusal of a message that is not one.
  package let request: Request?
  package let outcome: Result<JSONObject, RPCError>

  package init(id: RequestID?, request: Request?, outcome: Result<JSONObject, RPCError>) {
    self.id = id
    self.request = request
    self.outcome = outcome
  }
}
