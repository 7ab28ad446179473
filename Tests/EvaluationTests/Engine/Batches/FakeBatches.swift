import Evaluation
import Providers
import Synchronization

/// A provider's batch API that follows a test's script and remembers what it was told; its texts are the prompts.
final class FakeBatches: BatchService {
  struct Batch {
    let id: String
    let label: String
    /// The ids and the prompts of its requests.
    let requests: [(id: String, prompt: String)]
    var polls = 0
    var isCancelled = false
  }

  struct State {
    var limits = BatchLimits(requests: 1_000, bytes: 1_000_000)
    /// Whether batches are found by their labels, or else by their sizes.
    var storesLabels = true
    var batches: [Batch] = []
    /// The number of submissions that are accepted although their answers are lost.
    var losesAnswers = 0
    /// The number of submissions that are lost before they arrive.
    var losesSubmissions = 0
    /// The errors of the next submissions.
    var refusals: [ProviderError] = []
    /// The number of polls that find a batch working.
    var pollsOfWork = 1
    var rejection: String?
    /// The number of times that results end after the first half.
    var cutOffs = 0
    /// The results in place of answers, by the prompt.
    var outcome: @Sendable (_ prompt: String) -> BatchResult.Outcome? = { _ in nil }
    /// Changes the results before they are delivered.
    var arrange: @Sendable ([BatchResult]) -> [BatchResult] = { $0 }
    var statusErrors: [ProviderError] = []
    /// The error of every question about a batch from now on; nil for none.
    var statusError: ProviderError?
    /// The errors of the next questions for results.
    var resultErrors: [ProviderError] = []
    var hasAPI = true
    var expiresAt: Double?
    /// How a batch ends before its last two requests are asked; `whole` for one that asks them all.
    var end = BatchStatus.End.whole
    /// Called once a submission has been accepted, before it is answered.
    var onSubmission: @Sendable () async -> Void = {}
    var onResults: @Sendable () async -> Void = {}
    var cancellations: [String] = []
    var polls = 0
    var lookups = 0
  }

  let state = Mutex(State())

  init(_ change: (inout State) -> Void = { _ in }) { state.withLock { change(&$0) } }

  var submissions: [Batch] { state.withLock { $0.batches } }
  /// The prompts of all requests that were accepted, in their order.
  var prompts: [String] { submissions.flatMap { $0.requests.map(\.prompt) } }

  func change(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

  var limits: BatchLimits { state.withLock { $0.limits } }

  func line(for request: CompletionRequest, id: String) throws(ProviderError) -> BatchLine {
    let prompt = request.messages.last?.content ?? ""
    if prompt.contains("unsendable") { throw ProviderError(.invalidRequest, "It cannot be sent.") }
    return BatchLine(bytes: Array("\(id)\t\(prompt)".utf8))
  }

  func check() async throws(ProviderError) {
    if !state.withLock(\.hasAPI) { throw ProviderError(.notFound, "There is no batch API.") }
  }

  func upload(_ lines: BatchLines, label: String) async throws(ProviderError) -> String? { "file-\(label)" }

  func submit(_ lines: BatchLines, file: String?, label: String) async throws(ProviderError) -> BatchStatus {
    let (loses, refusal, onSubmission) = state.withLock { state in
      let loses = state.losesSubmissions > 0
      if loses { state.losesSubmissions -= 1 }
      return (loses, state.refusals.isEmpty ? nil : state.refusals.removeFirst(), state.onSubmission)
    }
    let lost = ProviderError(.transient, "The connection was lost.", isUncounted: true)
    if loses { throw lost }
    if let refusal { throw refusal }
    let requests = String(decoding: lines.bytes, as: UTF8.self).split(separator: "\n").map { line in
      let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
      return (id: String(parts[0]), prompt: String(parts[1]))
    }
    let (id, isLost) = state.withLock { state in
      state.batches.append(Batch(id: "batch_\(state.batches.count + 1)", label: label, requests: requests))
      let isLost = state.losesAnswers > 0
      if isLost { state.losesAnswers -= 1 }
      return (state.batches[state.batches.count - 1].id, isLost)
    }
    await onSubmission()
    if isLost { throw lost }
    return BatchStatus(id: id, phase: .working, word: "validating", total: requests.count)
  }

  func candidates(label: String, count: Int, since: Double) async throws(ProviderError) -> [BatchStatus] {
    let found = state.withLock { state in
      state.lookups += 1
      return state.batches.reversed().filter { state.storesLabels ? $0.label == label : $0.requests.count == count }
    }
    return found.map { BatchStatus(id: $0.id, phase: .working, word: "working") }
  }

  func status(of id: String) async throws(ProviderError) -> BatchStatus {
    let error = state.withLock { state in
      state.polls += 1
      return state.statusErrors.isEmpty ? state.statusError : state.statusErrors.removeFirst()
    }
    if let error { throw error }
    let status: BatchStatus? = state.withLock { state in
      guard let index = state.batches.firstIndex(where: { $0.id == id }) else { return nil }
      if let rejection = state.rejection { return BatchStatus(id: id, phase: .rejected(rejection), word: "failed") }
      state.batches[index].polls += 1
      let batch = state.batches[index]
      let isWorking = batch.polls <= state.pollsOfWork && !batch.isCancelled
      var status = BatchStatus(
        id: id, phase: isWorking ? .working : .ended, word: isWorking ? "in_progress" : "completed",
        finished: isWorking ? 0 : batch.requests.count, total: batch.requests.count, files: isWorking ? [] : ["out"],
        expiresAt: state.expiresAt)
      if !isWorking, state.end != .whole { (status.end, status.results) = (state.end, batch.requests.count - 2) }
      return status
    }
    guard let status else { throw ProviderError(.notFound, "No such batch.") }
    return status
  }

  func cancel(_ id: String) async throws(ProviderError) -> BatchStatus {
    state.withLock { state in
      state.cancellations.append(id)
      if let index = state.batches.firstIndex(where: { $0.id == id }) { state.batches[index].isCancelled = true }
    }
    return BatchStatus(id: id, phase: .cancelling, word: "cancelling")
  }

  func results(
    of batch: BatchStatus, like request: CompletionRequest, _ receive: ([BatchResult]) async throws -> Void
  ) async throws {
    let (known, script, arrange, isCutOff, onResults) = state.withLock { state in
      let isCutOff = state.cutOffs > 0
      if isCutOff { state.cutOffs -= 1 }
      return (
        state.batches.first { $0.id == batch.id }, state.outcome, state.arrange, isCutOff, state.onResults
      )
    }
    guard let known else { throw ProviderError(.notFound, "No such batch.") }
    let error = state.withLock { $0.resultErrors.isEmpty ? nil : $0.resultErrors.removeFirst() }
    if let error { throw error }
    let results = arrange(
      known.requests.enumerated().map { number, request in
        if let outcome = script(request.prompt) { return BatchResult(id: request.id, outcome: outcome) }
        if known.isCancelled, number > 0 { return BatchResult(id: request.id, outcome: .cancelled) }
        return BatchResult(id: request.id, outcome: .answered(.success(.inBatch(request.prompt))))
      })
    let whole = isCutOff ? Array(results.prefix(results.count / 2)) : results
    var rest = whole[...]
    while !rest.isEmpty {
      try await receive(Array(rest.prefix(3)))
      rest = rest.dropFirst(3)
      await onResults()
    }
    if isCutOff { throw ProviderError(.unusableAnswer, "The file of results ended early.") }
  }
}

extension Completion {
  static func inBatch(_ text: String, tokens: Int = 2) -> Completion {
    Completion(
      text: text, model: "m", finishReason: "stop",
      usage: TokenUsage(promptTokens: 10, completionTokens: tokens, serviceTier: "batch"), latency: 0)
  }
}

extension BatchPace {
  /// A pace at which tests do not wait.
  static var quick: BatchPace {
    var pace = BatchPace()
    (pace.certainty, pace.attention, pace.soonest, pace.scale) = (0.3, 0.02, 0.02, 0.01)
    return pace
  }
}
