import JSONCoding
import Providers
import Store

/// How the calls of a model are served: at which tier, and with what in the provider's cache.
extension ModelBinding {
  /// The same model, asked at a run's service tier.
  func serving(_ run: RunRecord) -> ModelBinding {
    var model = self
    model.tier = run.serviceTier.flatMap(ServiceTier.init)
    return model
  }

  /// The same judge, asked at a run's service tier if it has that; a note says if it has not.
  func judging(_ run: RunRecord) -> ModelBinding {
    let judge = serving(run)
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
