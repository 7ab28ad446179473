import Providers
import Synchronization

/// The judge's model for one row: a binding that collects wasted calls.
///
/// A model that refuses images is asked without them, and the answer says so.
final class JudgeModel: LanguageModel {
  private let binding: ModelBinding
  private let retries: ModelBinding.Retries
  private let sight: Sight
  private let wasted = Mutex<(calls: [ModelCall], uncounted: Int)>(([], 0))

  /// What is known of whether a judge takes images; the rows of a run share it.
  final class Sight: Sendable {
    private let state = Mutex(false)

    var isBlind: Bool { state.withLock { $0 } }

    func noteBlindness() { state.withLock { $0 = true } }
  }

  init(binding: ModelBinding, retries: ModelBinding.Retries, sight: Sight = Sight()) {
    self.binding = binding
    self.retries = retries
    self.sight = sight
  }

  func complete(_ request: CompletionRequest) async throws(ProviderError) -> Completion {
    guard request.hasImages else { return try await ask(request) }
    if !sight.isBlind {
      do throws(ProviderError) { return try await ask(request) } catch {
        // Nobody refuses images in the same words, and some say that there is no such model.
        guard error.kind == .invalidRequest || error.kind == .notFound else { throw error }
      }
    }
    var completion = try await ask(request.withoutImages)
    sight.noteBlindness()
    completion.warnings.append(
      "The judge \(binding.model) does not take images: it has not seen those of the rows. Choose a judge_model that does."
    )
    return completion
  }

  private func ask(_ request: CompletionRequest) async throws(ProviderError) -> Completion {
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

extension CompletionRequest {
  fileprivate var hasImages: Bool { messages.contains { !$0.images.isEmpty } }

  /// The request without images, and without the words that announce them.
  fileprivate var withoutImages: CompletionRequest {
    var request = self
    request.messages = messages.map { message in
      var message = message
      if !message.images.isEmpty { message.parts = Array(message.parts.prefix(1)) }
      return message
    }
    return request
  }
}
