import Providers
import Store

/// What a run needs to have its rows answered in batches.
struct BatchPlan: Sendable {
  let service: any BatchService
  /// The model with the credentials as they are now, whose key may have changed.
  let renewed: Renewal
  /// The name of the provider for people.
  let providerName: String
  /// Whether its answers were at the provider already, so that nothing that a provider has left out is asked again.
  let isResumed: Bool
  let places: AnswerPlaces

  typealias Renewal = @Sendable () async throws -> ModelBinding

  /// Nil for a run that makes its own calls.
  ///
  /// - Throws: ``EvaluationError`` if the model has no batch API.
  init?(
    of run: RunRecord, _ generator: ModelBinding, _ rows: RunRows, renewed: @escaping Renewal
  ) throws(EvaluationError) {
    guard run.batch else { return nil }
    guard let service = generator.batches else {
      throw EvaluationError(BatchSetting.refusal(of: generator.model, at: generator.provider))
    }
    self.service = service
    self.renewed = renewed
    providerName = Vendor.displayName(of: generator.provider)
    isResumed = run.status == .waiting
    places = AnswerPlaces(rows, repeats: run.repeats)
  }
}
