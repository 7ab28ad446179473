import Providers
import Synchronization

/// The judge's model for one row: a binding that collects wasted calls.
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

  /// The wasted calls that were paid for since the last time, and the number of others that may have been.
  func takeWasted() -> (calls: [ModelCall], uncounted: Int) {
    wasted.withLock { wasted in
      defer { wasted = ([], 0) }
      return wasted
    }
  }
}
