import Evaluation
import Foundation
import Providers
import Store
import Synchronization

/// Models that answer by a test's script; every call is counted.
final class ScriptedModels: ModelDirectory {
  /// The result of a call, by its prompt.
  typealias Script = @Sendable (_ prompt: String, _ call: Int) async throws(ProviderError) -> String
  /// The result of a call, by its whole request.
  typealias RequestScript = @Sendable (CompletionRequest) async throws(ProviderError) -> String

  private let script: @Sendable (CompletionRequest, Int) async throws(ProviderError) -> String
  private let price: Double?
  private let wasted: [TokenUsage]
  private let pause: Double?
  private let state = Mutex(State())

  struct State {
    var calls: [String] = []
    var underWay = 0
    var mostUnderWay = 0
    var beforeBinding: @Sendable () async throws -> Void = {}
    var change: @Sendable (ModelBinding.Answer) -> ModelBinding.Answer = { $0 }
    var address: String?
    var promptCache: PromptCache?
    var requests: [CompletionRequest] = []
    var batches: (any BatchService)?
    var tokenPrice: Double?
    var longestAnswer: Int?
    var refusal: (@Sendable (RequestParameters) -> String?)?
  }

  init(price: Double?, wasted: [TokenUsage], pause: Double?, _ script: @escaping Script) {
    self.price = price
    self.wasted = wasted
    self.pause = pause
    self.script = { request, call throws(ProviderError) in
      try await script(request.messages.last?.content ?? "", call)
    }
  }

  init(_ script: @escaping RequestScript) {
    price = 0.01
    wasted = []
    pause = nil
    self.script = { request, _ throws(ProviderError) in try await script(request) }
  }

  var calls: [String] { state.withLock { $0.calls } }
  var mostUnderWay: Int { state.withLock { $0.mostUnderWay } }

  /// Runs a function while a run is planned.
  func beforeBinding(_ body: @escaping @Sendable () async throws -> Void) { state.withLock { $0.beforeBinding = body } }

  /// Changes the address of the models.
  func moveTo(_ address: String) { state.withLock { $0.address = address } }

  /// Gives the models a cache of prompts.
  func keepPrompts(_ cache: PromptCache) { state.withLock { $0.promptCache = cache } }

  /// The requests in the order in which they began.
  var requests: [CompletionRequest] { state.withLock { $0.requests } }

  /// Gives the models a batch API, whose answers cost half.
  func offer(_ batches: any BatchService) { state.withLock { $0.batches = batches } }

  /// Prices calls by the tokens of their answers, in US dollars for each; batches cost half.
  ///
  /// - Parameter longest: the most tokens of an answer without max_tokens; nil if unknown.
  func price(perToken price: Double, longest: Int? = nil) {
    state.withLock { ($0.tokenPrice, $0.longestAnswer) = (price, longest) }
  }

  /// Has the models refuse parameters.
  func refuse(_ refusal: @escaping @Sendable (RequestParameters) -> String?) { state.withLock { $0.refusal = refusal } }

  /// Changes every answer before the engine receives it.
  func changeAnswers(_ change: @escaping @Sendable (ModelBinding.Answer) -> ModelBinding.Answer) {
    state.withLock { $0.change = change }
  }

  func binding(for model: String, credentialID: Int?) async throws -> ModelBinding {
    try await state.withLock(\.beforeBinding)()
    let (address, promptCache, batches) = state.withLock { ($0.address, $0.promptCache, $0.batches) }
    let (tokenPrice, longest, refusal) = state.withLock { ($0.tokenPrice, $0.longestAnswer, $0.refusal) }
    let answer: ModelBinding.Ask = { [wasted] request, retries in
      let prompt = request.messages.last?.content ?? ""
      let call = self.state.withLock { state in
        state.calls.append(prompt)
        state.requests.append(request)
        state.underWay += 1
        state.mostUnderWay = max(state.mostUnderWay, state.underWay)
        return state.calls.count
      }
      defer { self.state.withLock { $0.underWay -= 1 } }
      do throws(ProviderError) {
        let text = try await self.script(request, call)
        let usage = TokenUsage(promptTokens: 10, completionTokens: 2)
        return self.state.withLock(\.change)(
          .init(
            result: .success(Completion(text: text, model: model, finishReason: "stop", usage: usage, latency: 5)),
            attempts: 1, wasted: wasted))
      } catch {
        if error.kind == .transient, let pause = self.pause {
          let (lost, serverErrors) = (error.isUncounted ? 1 : 0, error.isServerError ? 1 : 0)
          retries.willRetry(error)
          do { try await retries.sleep(pause) } catch {
            return .init(
              result: .failure(.sample(.cancelled)), attempts: 1, uncounted: lost,
              serverErrors: serverErrors)
          }
        }
        return .init(
          result: .failure(error), attempts: 3, wasted: error.usage.map { [$0] } ?? [],
          uncounted: error.isUncounted ? 1 : 0)
      }
    }
    return ModelBinding(
      model: model, provider: "scripted", address: address, answer: answer, batches: batches,
      promptCache: promptCache, longestAnswer: { $0.maxTokens ?? longest },
      refusal: { refusal?($0) },
      cost: { [price] call in
        if let tokenPrice {
          return call.usage.map {
            Double($0.completionTokens) * tokenPrice * ($0.serviceTier == TokenUsage.batchTier ? 0.5 : 1)
          }
        }
        return call.reportedCost ?? price.map { call.usage?.serviceTier == "batch" ? $0 / 2 : $0 }
      })
  }
}
