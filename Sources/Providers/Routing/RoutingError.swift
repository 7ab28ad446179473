import JSONCoding

/// Why a model's name has no destination, as a sentence that lists the alternatives.
package struct RoutingError: ClientFacingError, Sendable, Equatable {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
