/// A provider that the environment names: it can be asked for by the provider's name as a prefix.
package struct EnvironmentCredential: Sendable, Equatable {
  package let provider: Vendor
  /// Where the provider listens; nil for its own address.
  package let endpoint: String?
}

extension ProviderClient {
  /// What the environment names, without its keys, in the order of ``Vendor``.
  package var environmentCredentials: [EnvironmentCredential] {
    let variables = ProviderEnvironment(environment)
    return variables.providers.map { provider in
      EnvironmentCredential(provider: provider, endpoint: shownAddress(variables.address(of: provider)))
    }
  }

  /// Of an address that could hold anything only what an endpoint can be is shown.
  private func shownAddress(_ address: String?) -> String? {
    guard let address else { return nil }
    do { return try endpoint(address).text } catch { return nil }
  }
}
