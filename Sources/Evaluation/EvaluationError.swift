import JSONCoding

/// Why the domain rejects a request, as a sentence for clients with the remedy.
///
/// An error whose cases callers distinguish has a type of its own, such as ``RowSelectionError``.
package struct EvaluationError: RequestRefusal, Sendable, Equatable {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
