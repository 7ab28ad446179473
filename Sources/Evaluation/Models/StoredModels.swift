package import Providers
package import Store

/// Finds models through the store's credentials, with retries.
package struct StoredModels: ModelDirectory {
  private let store: Store
  private let client: ProviderClient
  private let onlyFree: Bool

  /// - Parameter onlyFree: whether models that may cost money are rejected.
  package init(store: Store, client: ProviderClient, onlyFree: Bool = false) {
    self.store = store
    self.client = client
    self.onlyFree = onlyFree
  }

  package func binding(for model: String, credentialID: Int?) async throws -> ModelBinding {
    let records = try await store.read { $0.providerCredentials.newestFirst }
    let credentials = records.compactMap(ProviderCredential.init)
    let resolved = try client.model(named: model, credentialID: credentialID, credentials: credentials)
    if onlyFree, resolved.mayCost {
      throw EvaluationError(
        "\(model) may cost money, and the server was started with --no-spend. Use echo or a model on this machine that has "
          + "no price, or start the server without that option.")
    }
    return ModelBinding(
      model: resolved.name, provider: resolved.route.providerName, address: resolved.address,
      notes: resolved.shutdown.map { [$0.warning(for: resolved.name)] } ?? [],
      assumedPrice: resolved.assumedPrice, remarks: resolved.notes,
      answer: { request, retries in
        let retrying = RetryingModel(
          resolved.model, sleep: retries.sleep, willRetry: { error, _ in retries.willRetry(error) })
        return ModelBinding.Answer(await retrying.outcome(of: request), of: resolved).noting(resolved.cachedPriceNote)
      },
      stream: { request, retries, onText in
        let retrying = RetryingModel(
          resolved.model, sleep: retries.sleep, willRetry: { error, _ in retries.willRetry(error) })
        return ModelBinding.Answer(await retrying.streamedOutcome(of: request, onText: onText), of: resolved)
          .noting(resolved.cachedPriceNote)
      },
      batches: resolved.model.batches, promptCache: resolved.promptCache,
      knowsTiers: resolved.knowsTiers, longestAnswer: { resolved.longestAnswer(with: $0) },
      refusal: { resolved.refusal(of: $0) },
      listed: { [client] in await client.offered(beside: resolved) },
      spelling: { [client] in client.spelling(of: $0, like: resolved, among: credentials) },
      cost: { call in resolved.cost(of: call.usage, reported: call.reportedCost) })
  }
}

extension ModelBinding.Answer {
  fileprivate init(_ outcome: RetryingModel.Outcome, of model: ProviderClient.ResolvedModel) {
    self.init(
      result: outcome.result, attempts: outcome.attempts, wasted: outcome.wasted,
      uncounted: model.isBilled ? outcome.uncounted : 0, serverErrors: model.isBilled ? outcome.serverErrors : 0)
  }

  /// The same answer with a note, if tokens of it came from the provider's cache.
  fileprivate func noting(_ note: String?) -> Self {
    guard let note, case .success(var completion) = result, completion.usage?.cachedTokens ?? 0 > 0 else { return self }
    completion.warnings.append(note)
    return Self(
      result: .success(completion), attempts: attempts, wasted: wasted, uncounted: uncounted,
      serverErrors: serverErrors)
  }
}

extension ProviderClient.ResolvedModel {
  /// That cached input has the full price; nil where its price is known, or where there is no cost.
  fileprivate var cachedPriceNote: String? {
    guard case .price(let price) = pricing, price.input > 0, price.cachedInput == price.input else { return nil }
    return
      "Input that \(prefix)\(name) read from its provider's cache counts at the full input_price, because a credential has no "
      + "price for cached input: the real cost may be lower."
  }
}

extension ModelRoute {
  /// The provider's name in records; `echo` for the built-in model.
  package var providerName: String {
    switch self {
    case .echo: EchoModel.name
    case .provider(let provider, _, _, _): provider.rawValue
    }
  }
}

extension ProviderCredential {
  /// Nil for a provider unknown to this version.
  package init?(_ record: ProviderCredentialRecord) {
    guard let provider = Vendor(rawValue: record.provider) else { return nil }
    let key: Key =
      if let stored = record.apiKey { .stored(Secret(stored)) } else if let variable = record.keyVariable {
        .environment(variable: variable)
      } else { .none }
    let price = record.inputPrice.flatMap { input in
      record.outputPrice.map { ModelPrice(input, cached: input, output: $0) }
    }
    self.init(
      id: record.id, provider: provider, name: record.name ?? "", endpoint: record.apiEndpoint, key: key, price: price,
      certificateFile: record.certificateFile)
  }
}
