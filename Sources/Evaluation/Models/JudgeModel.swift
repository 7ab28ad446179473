import Providers
import Synchronization

/// The judge's model for one row: a binding that collects wasted calls.
///
/// A judge that takes no images is asked without them, and the answer says so. A judge that takes images may refuse
/// those of a row, and such a row is not judged, because a review without its images is another measurement.
final class JudgeModel: LanguageModel {
  private let binding: ModelBinding
  private let retries: ModelBinding.Retries
  private let sight: Sight
  private let judgements: Int
  private let wasted = Mutex(Wasted())

  /// The calls that gave no judgement.
  struct Wasted: Sendable {
    /// Those that were paid for.
    var calls: [ModelCall] = []
    /// The number of those of unknown cost.
    var uncounted = 0
    /// The number of those that ended in an error of the server.
    var serverErrors = 0

    /// Whether any of them is to be recorded.
    var isAny: Bool { !calls.isEmpty || uncounted > 0 || serverErrors > 0 }
  }

  /// What is known of whether a judge takes images; the rows of a run share it.
  final class Sight: Sendable {
    enum State { case unknown, sees, blind }

    private let known = Mutex(State.unknown)

    var state: State { known.withLock { $0 } }

    func noteSight() { known.withLock { $0 = .sees } }

    /// Records that images were refused; one that was taken says more.
    func noteBlindness() { known.withLock { $0 = $0 == .sees ? .sees : .blind } }
  }

  /// - Parameter judgements: the number of calls by each criterion, which begin alike.
  init(binding: ModelBinding, retries: ModelBinding.Retries, sight: Sight, judgements: Int) {
    self.judgements = judgements
    self.binding = binding
    self.retries = retries
    self.sight = sight
  }

  func complete(_ request: CompletionRequest) async throws(ProviderError) -> Completion {
    guard request.hasImages else { return try await ask(request) }
    var refusal: ProviderError?
    if sight.state != .blind {
      do throws(ProviderError) { return try await show(request) } catch {
        guard error.isRefusal else { throw error }
        if try await takesImages(request) { throw .imagesRefused(error) }
        refusal = error
      }
    }
    var completion = try await ask(request.withoutImages)
    sight.noteBlindness()
    if let refusal, sight.state == .sees {
      wasted.withLock { $0.calls.append(ModelCall(completion)) }
      throw .imagesRefused(refusal)
    }
    completion.warnings.append(
      "The judge \(binding.model) does not take images: it has not seen those of the rows. Choose a judge_model that does."
    )
    return completion
  }

  /// Asks with images.
  private func show(_ request: CompletionRequest) async throws(ProviderError) -> Completion {
    do throws(ProviderError) {
      let completion = try await ask(request)
      sight.noteSight()
      return completion
    } catch {
      if error.kind == .unusableAnswer { sight.noteSight() }
      throw error
    }
  }

  /// Whether the judge takes images at all: if that is not known, it is shown a plain one in place of those refused.
  private func takesImages(_ request: CompletionRequest) async throws(ProviderError) -> Bool {
    switch sight.state {
    case .sees: return true
    case .blind: return false
    case .unknown: break
    }
    do throws(ProviderError) {
      let answer = try await show(request.withPlainImage)
      wasted.withLock { $0.calls.append(ModelCall(answer)) }
      return true
    } catch {
      if error.kind == .unusableAnswer { return true }
      guard error.isRefusal else { throw error }
      return false
    }
  }

  private func ask(_ request: CompletionRequest) async throws(ProviderError) -> Completion {
    var request = request
    binding.serve(&request, among: judgements)
    let answer = await binding.answer(request, retries)
    wasted.withLock { wasted in
      wasted.calls += answer.wasted.map { ModelCall(model: binding.model, wasted: $0) }
      wasted.uncounted += answer.uncounted
      wasted.serverErrors += answer.serverErrors
    }
    return try answer.result.get()
  }

  /// The calls that gave no judgement since the last time.
  func takeWasted() -> Wasted {
    wasted.withLock { wasted in
      defer { wasted = Wasted() }
      return wasted
    }
  }
}

extension ProviderError {
  /// Whether a request with images was rejected: nobody refuses images in the same words, and some say that there is no
  /// such model.
  fileprivate var isRefusal: Bool { kind == .invalidRequest || kind == .notFound }

  /// The error of one row, whatever the provider called it.
  fileprivate static func imagesRefused(_ error: ProviderError) -> ProviderError {
    ProviderError(
      .invalidRequest, "It takes images, but refused those of this row: \(error.message)", status: error.status)
  }
}

extension CompletionRequest {
  fileprivate var hasImages: Bool { messages.contains { !$0.images.isEmpty } }

  /// The request without images, and without the words that announce them.
  fileprivate var withoutImages: CompletionRequest { replacingImages(with: []) }

  /// The request with one image that every model with sight takes.
  fileprivate var withPlainImage: CompletionRequest { replacingImages(with: [.image(Self.plainImage)]) }

  private func replacingImages(with parts: [ContentPart]) -> CompletionRequest {
    var request = self
    request.messages = messages.map { message in
      var message = message
      if !message.images.isEmpty { message.parts = message.parts.prefix(1) + parts }
      return message
    }
    return request
  }

  /// A grey PNG of 64 by 64 pixels.
  private static let plainImage = ImageSource.data(
    mediaType: "image/png",
    base64: "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAAAAACPAi4CAAAAKklEQVR42u3MQREAAAwCIPsnM5Yh9ttBANKjCAQCgUAgEAgEAoFAIPge"
      + "DAQKgLWRjkNPAAAAAElFTkSuQmCC")
}
