package import Providers
package import Store

/// Finds models by the credentials of the store, with retries.
package struct StoredModels: ModelDirectory {
  private let store: Store
  private let client: ProviderClient
  private let onlyFree: Bool

  /// - Parameter onlyFree: whether models that may cost money are refused.
  package init(store: Store, client: ProviderClient, onlyFree: Bool = false) {
    self.store = store
    self.client = client
    self.onlyFree = onlyFree
  }

  package func binding(for model: String, credentialID: Int?) async throws -> ModelBinding {
    let records = try await store.read { $0.providerCredentials.newestFirst }
    let resolved = try client.model(
      named: model, credentialID: credentialID, credentials: records.compactMap(ProviderCredential.init))
    if onlyFree, !resolved.route.isFree {
      throw RunError(
        "\(model) may cost money, and the server was started with --no-spend. Use echo or a model of ollama, or start the "
          + "server without that option.")
    }
    return ModelBinding(
      model: resolved.name, provider: resolved.route.providerName,
      answer: { request, retries in
        let retrying = RetryingModel(
          resolved.model, sleep: retries.sleep, willRetry: { error, _ in retries.willRetry(error) })
        let outcome = await retrying.outcome(of: request)
        return ModelBinding.Answer(result: outcome.result, attempts: outcome.attempts, wasted: outcome.wasted)
      },
      stream: { request, retries, onText in
        let retrying = RetryingModel(
          resolved.model, sleep: retries.sleep, willRetry: { error, _ in retries.willRetry(error) })
        let outcome = await retrying.streamedOutcome(of: request, onText: onText)
        return ModelBinding.Answer(result: outcome.result, attempts: outcome.attempts, wasted: outcome.wasted)
      },
      cost: { call in call.reportedCost ?? call.usage.flatMap(resolved.cost(of:)) })
  }
}

extension ModelRoute {
  fileprivate var isFree: Bool {
    switch self {
    case .echo: true
    case .provider(let provider, _, _): provider == .ollama
    }
  }

  fileprivate var providerName: String {
    switch self {
    case .echo: EchoModel.name
    case .provider(let provider, _, _): provider.rawValue
    }
  }
}

extension ProviderCredential {
  /// Nil for a provider that this version does not know.
  package init?(_ record: ProviderCredentialRecord) {
    guard let provider = ProviderKind(rawValue: record.provider) else { return nil }
    let key: Key =
      if let stored = record.apiKey { .stored(Secret(stored)) } else if let variable = record.keyVariable {
        .environment(variable: variable)
      } else { .none }
    self.init(id: record.id, provider: provider, name: record.name ?? "", endpoint: record.apiEndpoint, key: key)
  }
}
