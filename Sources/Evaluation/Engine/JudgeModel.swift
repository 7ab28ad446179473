import Providers
import Synchronization

/// The judging model of a row: a binding whose wasted calls are gathered.
final class JudgeModel: LanguageModel {
  private let binding: ModelBinding
  private let retries: ModelBinding.Retries
  private let wasted = Mutex<[ModelCall]>([])

  init(binding: ModelBinding, retries: ModelBinding.Retries) {
    self.binding = binding
    self.retries = retries
  }

  func complete(_ request: CompletionRequest) async throws(ProviderError) -> Completion {
    let answer = await binding.answer(request, retries)
    wasted.withLock { $0 += answer.wasted.map { ModelCall(model: binding.model, wasted: $0) } }
    return try answer.result.get()
  }

  /// The calls without an answer that were paid for, since the last time.
  func takeWasted() -> [ModelCall] {
    wasted.withLock { calls in
      defer { calls = [] }
      return calls
    }
  }
}
