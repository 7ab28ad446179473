import JSONCoding

/// What a model's name leads to.
package enum ModelRoute: Sendable, Equatable {
  /// The built-in model that answers with what it is asked.
  case echo
  /// A provider, the model's name as that provider knows it, and the credential; nil means the environment's.
  ///
  /// `standsIn` tells whether a name that means the vendor itself goes to another server, the only one that is
  /// configured for the vendor.
  case provider(Vendor, model: String, credential: ProviderCredential?, standsIn: Bool = false)
}

/// Why a model's name leads nowhere, as a sentence that lists what could be meant.
package struct RoutingError: ClientFacingError, Sendable, Equatable {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
