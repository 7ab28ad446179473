/// The destination of a model's name.
package enum ModelRoute: Sendable, Equatable {
  /// The built-in model that repeats its input.
  case echo
  /// A provider, the model's name at that provider, and the credential; nil means the environment's.
  ///
  /// `isStandIn` is true if a name that means the vendor itself goes to another server, the only one configured for the
  /// vendor.
  case provider(Vendor, model: String, credential: ProviderCredential?, isStandIn: Bool = false)
}
