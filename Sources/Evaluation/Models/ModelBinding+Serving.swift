import JSONCoding
import Providers
import Store

/// How the calls of a model are served: at which tier, and with what in the provider's cache.
extension ModelBinding {
  /// The same model, asked at a run's service tier for the answers of its rows.
  func serving(_ run: RunRecord) -> ModelBinding {
    var model = tiered(as: run)
    model.notes += [model.undiscountedBatch(of: run)].compactMap(\.self)
    return model
  }

  private func tiered(as run: RunRecord) -> ModelBinding {
    var model = self
    model.tier = run.serviceTier.flatMap(ServiceTier.init)
    model.notes += [model.unknownTier].compactMap(\.self)
    return model
  }

  /// That answers of a run's batches count at the full price; nil if they are known to cost less, or nothing.
  func undiscountedBatch(of run: RunRecord) -> String? {
    func cost(at tier: String?) -> Double? {
      self.cost(of: TokenUsage(promptTokens: 1_000, completionTokens: 1_000, serviceTier: tier))
    }
    guard run.batch, let usual = cost(at: nil), usual > 0, cost(at: TokenUsage.batchTier) == usual else { return nil }
    return
      "What \(providerName) takes for batches where \(model) is called is not known here, so their answers count at its full price."
  }

  private var providerName: String { Vendor.displayName(of: provider) }

  /// That nothing is known of the tier; nil if it is known whether the model has it.
  var unknownTier: String? {
    guard let tier, tier.billed != nil, !knowsTiers else { return nil }
    return
      "Whether \(model) has service tier \(tier.rawValue) where it is called (\(providerName)) is not known here, so its "
      + "calls are estimated at the usual price."
  }

  /// Why the model cannot be asked at the tier; nil if no objection is known.
  var tierRefusal: String? { tier == nil ? nil : refusal(served(RequestParameters())) }

  /// Why calls at the tier have no known price, although others have; nil if they have one.
  var unpricedTier: String? {
    func isPriced(at tier: String?) -> Bool {
      cost(of: TokenUsage(promptTokens: 1, completionTokens: 1, serviceTier: tier)) != nil
    }
    guard let tier, let billed = tier.billed, isPriced(at: nil), !isPriced(at: billed) else { return nil }
    let reason =
      tier == .scale
      ? "it is capacity that is bought in advance, whose tokens have no price of their own"
      : "\(providerName) publishes no price for it that is known here"
    return
      "What \(model) costs at service tier \(tier.rawValue) is not known: \(reason). So there is no estimate, and max_cost "
      + "cannot be kept. Leave service_tier out for both."
  }

  /// The same judge, asked at a run's service tier if it has that; a note says if it has not.
  ///
  /// It is never asked in batches.
  func judging(_ run: RunRecord) -> ModelBinding {
    let judge = tiered(as: run)
    guard let tier = judge.tier, let refusal = refusal(judge.served(RequestParameters())) else { return judge }
    var usual = self
    usual.notes.append("The judge is asked at its usual tier, not at \(tier.rawValue): \(refusal)")
    return usual
  }

  /// Parameters with the service tier.
  func served(_ parameters: RequestParameters) -> RequestParameters {
    var served = parameters
    served[.serviceTier] = tier.map { .string($0.rawValue) }
    return served
  }

  /// Completes a request by the tier, and by the mark or key of the cache.
  ///
  /// - Parameter requests: the number of requests that share the beginning of this one.
  func serve(_ request: inout CompletionRequest, among requests: Int) {
    request.parameters = served(request.parameters)
    request.usePromptCache(promptCache, requests: requests)
  }
}
