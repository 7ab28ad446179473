/// A provider that the environment names: it can be asked for by the provider's name as a prefix.
package struct EnvironmentCredential: Sendable, Equatable {
  package let provider: ProviderKind
  /// Where the provider listens; nil for its own address.
  package let endpoint: String?
}

extension ProviderClient {
  /// What the environment names, without its keys, in the order of ``ProviderKind``.
  package var environmentCredentials: [EnvironmentCredential] {
    let variables = ProviderEnvironment(environment)
    return variables.providers.map { provider in
      EnvironmentCredential(provider: provider, endpoint: provider == .ollama ? shownOllamaAddress(variables) : nil)
    }
  }

  /// Of an address that could hold anything only what an endpoint can be is shown.
  private func shownOllamaAddress(_ variables: ProviderEnvironment) -> String? {
    guard let address = variables.ollamaAddress else { return nil }
    do { return try endpoint(address).text } catch { return nil }
  }
}
