import JSONCoding

/// Why the domain refuses what it was asked, as a sentence for clients that says what to do next.
///
/// An error that callers tell apart by its cases has a type of its own, such as ``RowSelectionError``.
package struct EvaluationError: RequestRefusal, Sendable, Equatable {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
