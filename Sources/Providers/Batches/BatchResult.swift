/// The result of one request of a batch.
package struct BatchResult: Sendable {
  package enum Outcome: Sendable {
    /// The answer, or why the provider gave none; its usage is of the tier `batch`.
    case answered(Result<Completion, ProviderError>)
    /// Not asked before the batch expired; it costs nothing.
    case expired
    /// Not asked before the batch was cancelled; it costs nothing.
    case cancelled
  }

  /// The id from ``BatchService/line(for:id:)``.
  package let id: String
  package let outcome: Outcome

  package init(id: String, outcome: Outcome) {
    self.id = id
    self.outcome = outcome
  }
}
