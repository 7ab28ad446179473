/// What a model's name leads to.
package enum ModelRoute: Sendable, Equatable {
  /// The built-in model that answers with what it is asked.
  case echo
  /// A provider, the model's name as that provider knows it, and the credential; nil means the environment's.
  case provider(ProviderKind, model: String, credential: ProviderCredential?)
}

/// Why a model's name leads nowhere, as a sentence that lists what could be meant.
package struct RoutingError: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
