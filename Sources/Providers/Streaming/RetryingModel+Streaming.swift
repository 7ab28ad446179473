import Synchronization

extension RetryingModel {
  package func stream(
    _ request: CompletionRequest, onText: @escaping @Sendable (String) -> Void
  ) async throws(ProviderError) -> Completion {
    try await streamedOutcome(of: request, onText: onText).result.get()
  }

  /// Streams, and retries by the policy until the first text is forwarded.
  ///
  /// After that, a second answer would follow the beginning of the first.
  package func streamedOutcome(
    of request: CompletionRequest, onText: @escaping @Sendable (String) -> Void
  ) async -> Outcome {
    let hasBegun = Flag()
    return await outcome(unless: hasBegun) { model throws(ProviderError) in
      try await model.stream(request) { part in
        hasBegun.set()
        onText(part)
      }
    }
  }

  /// A flag that any thread can set, once.
  final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
  }
}
