import Providers
import Synchronization

/// The judging model of a row: a binding whose wasted calls are gathered.
final class JudgeModel: LanguageModel {
  private let binding: ModelBinding
  private let retries: ModelBinding.Retries
  private let wasted = Mutex<(calls: [ModelCall], uncounted: Int)>(([], 0))

  init(binding: ModelBinding, retries: ModelBinding.Retries) {
    self.binding = binding
    self.retries = retries
  }

  func complete(_ request: CompletionRequest) async throws(ProviderError) -> Completion {
    let answer = await binding.answer(request, retries)
    wasted.withLock { wasted in
      wasted.calls += answer.wasted.map { ModelCall(model: binding.model, wasted: $0) }
      wasted.uncounted += answer.uncounted
    }
    return try answer.result.get()
  }

  /// The calls without an answer that were paid for, since the last time, and how many others may have been.
  func takeWasted() -> (calls: [ModelCall], uncounted: Int) {
    wasted.withLock { wasted in
      defer { wasted = ([], 0) }
      return wasted
    }
  }
}
