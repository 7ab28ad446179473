/// Finds the model for a name.
package protocol ModelDirectory: Sendable {
  /// - Parameters:
  ///   - model: the name as the user wrote it, with or without a provider prefix.
  ///   - credentialID: the credential to use; nil to find the provider by the name.
  /// - Throws: an error whose description suggests alternatives.
  func binding(for model: String, credentialID: Int?) async throws -> ModelBinding
}
