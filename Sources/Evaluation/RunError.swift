import JSONCoding

/// Why a run cannot be started, followed or cancelled, as a sentence that says what to do.
package struct RunError: ClientFacingError, Sendable, Equatable {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }

  static func notFound(_ id: Int) -> RunError { RunError("No run \(id). runs_list shows all.") }
}
