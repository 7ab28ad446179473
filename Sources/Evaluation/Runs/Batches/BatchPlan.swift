import Providers
import Store

/// What a run needs to have its rows answered in batches.
struct BatchPlan: Sendable {
  let service: any BatchService
  /// The name of the provider for people.
  let providerName: String
  /// The run's batches when it was planned.
  let records: [BatchRecord]
  /// Whether its answers were at the provider already, so that nothing that a provider has left out is asked again.
  let isResumed: Bool
  let places: AnswerPlaces

  /// Nil for a run that makes its own calls.
  ///
  /// - Throws: ``EvaluationError`` if the model has no batch API.
  init?(of run: RunRecord, _ generator: ModelBinding, _ rows: RunRows) throws(EvaluationError) {
    guard run.batch else { return nil }
    guard let service = generator.batches else {
      throw EvaluationError(BatchSetting.refusal(of: generator.model, at: generator.provider))
    }
    self.service = service
    providerName = Vendor(rawValue: generator.provider)?.displayName ?? generator.provider
    records = run.batches
    isResumed = run.status == .waiting
    places = AnswerPlaces(rows, repeats: run.repeats)
  }

  /// Whether an answer is among the requests of a batch from which answers may come.
  func isOpen(_ key: AnswerKey) -> Bool {
    guard let place = places.place(of: key) else { return false }
    return records.contains { $0.isOpen && $0.ranges.holds(place) }
  }

  /// The places of the requests that need not be submitted: those of open batches, and of a resumed run all that were
  /// submitted since its start.
  func covered(since start: Timestamp) -> [ClosedRange<Int>] {
    records.filter { $0.isOpen || isResumed && $0.submittedAt >= start }.flatMap(\.ranges)
  }
}
