/// A provider configured in the environment; the provider's name is its model prefix.
package struct EnvironmentCredential: Sendable, Equatable {
  package let provider: Vendor
  /// The provider's address; nil for its own.
  package let endpoint: String?
}

extension ProviderClient {
  /// The providers configured in the environment, without their keys, in the order of ``Vendor``.
  package var environmentCredentials: [EnvironmentCredential] {
    let variables = ProviderEnvironment(environment)
    return variables.providers.map { provider in
      EnvironmentCredential(provider: provider, endpoint: shownAddress(variables.address(of: provider)))
    }
  }

  /// The displayable part of an address, which may contain anything.
  private func shownAddress(_ address: String?) -> String? {
    guard let address else { return nil }
    do { return try endpoint(address).text } catch { return nil }
  }
}
