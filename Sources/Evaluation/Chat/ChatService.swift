import JSONCoding
package import Providers
package import Store

/// Answers conversations, whole or streamed, and logs them in a session if the call names one.
package struct ChatService: Sendable {
  private let sessions: ChatSessions
  private let models: any ModelDirectory
  private let clock: any Clock<Duration>
  private let now: @Sendable () -> Timestamp

  /// - Parameters:
  ///   - clock: paces the forwarding of a streamed answer.
  ///   - now: the time of day.
  package init(
    store: Store, models: any ModelDirectory, clock: any Clock<Duration>, now: @escaping @Sendable () -> Timestamp
  ) {
    sessions = ChatSessions(store: store)
    self.models = models
    self.clock = clock
    self.now = now
  }

  /// A request for an answer.
  package struct Call: Sendable {
    /// The model as the user wrote it; nil for that of the session's last exchange.
    package var model: String?
    package var credentialID: Int?
    /// The new ones.
    package var messages: [ChatMessage]
    /// Those of the prompt that is sent; nil for those with which the session goes on.
    package var promptSettings: RequestSettings?
    /// Those of this call alone, and the names of the prompt's that it sends none of.
    package var settings: RequestSettings
    package var cleared: [String]
    /// The name of the session that the call continues or begins.
    package var session: String?

    package init(
      model: String?, credentialID: Int? = nil, messages: [ChatMessage], promptSettings: RequestSettings? = nil,
      settings: RequestSettings = RequestSettings(), cleared: [String] = [], session: String? = nil
    ) {
      self.model = model
      self.credentialID = credentialID
      self.messages = messages
      self.promptSettings = promptSettings
      self.settings = settings
      self.cleared = cleared
      self.session = session
    }
  }

  /// The answer to a call.
  package struct Answer: Sendable {
    /// The choices, at least one.
    package let completions: [Completion]
    /// The model as the caller named it.
    package let requestedModel: String
    /// `openai`, `anthropic`, ...; `echo` for the built-in model.
    package let provider: String
    /// The tokens of all choices; nil if a provider did not count them.
    package let usage: TokenUsage?
    /// Milliseconds until the last choice arrived.
    package let latency: Double
    /// What all calls for it cost, with attempts without an answer.
    package let spending: Spending
    /// The number of attempts.
    package let attempts: Int
    package let created: Timestamp
    /// The number of messages in the session; nil without a session.
    package let sessionMessages: Int?
    package let warnings: [String]
  }

  /// Calls the model and waits for the whole answer.
  ///
  /// - Parameter forward: receives the text of a streamed answer as it arrives, at most four times a second.
  /// - Throws: ``EvaluationError``, or an error of the model directory or the store.
  package func answer(_ call: Call, forward: (@Sendable (String) -> Void)? = nil) async throws -> Answer {
    let history = try await sessions.history(of: call.session)
    guard let model = call.model ?? history.model else {
      throw EvaluationError(
        call.session == nil
          ? "model is missing: the model that answers, such as \(ExampleModel.openAI) or echo. models_list shows what there is."
          : "model is missing: a session that is new has none to go on with.")
    }
    let credentialID = call.credentialID ?? (call.model == nil ? history.credentialID : nil)
    let binding = try await models.binding(for: model, credentialID: credentialID)
    var toolTurns = ToolTurns()
    for message in history.messages { toolTurns.note(message) }
    for (index, message) in call.messages.enumerated() {
      try toolTurns.take(message, at: "messages[\(index)]")
    }
    // A prompt that is sent again has its instructions in the session already.
    let instructions = history.messages.filter { $0.role == .system }
    let messages = call.messages.filter { !instructions.contains($0) }
    if messages.isEmpty {
      throw EvaluationError("The session has these instructions already. Give a message for the model to answer.")
    }
    let settings = (call.promptSettings ?? history.settings).overridden(by: call.settings, clearing: call.cleared)
    try settings.check()
    let request = CompletionRequest(
      model: binding.model, messages: history.messages + messages, parameters: RequestParameters(settings))
    let answers = await ask(request, binding, forward)
    let attempts = answers.reduce(0) { $0 + $1.attempts }
    let costs = CallCosts(of: answers, by: binding)
    var exchange = SessionExchangeRecord {
      $0.messages = messages.map(SessionExchangeRecord.Message.init)
      $0.model = binding.model
      $0.requestedModel = model
      $0.providerCredentialID = credentialID
      $0.settings = SessionExchangeRecord.Settings(settings)
      $0.usage = costs.usage
      $0.cost = costs.cost
      $0.uncountedCalls = answers.reduce(0) { $0 + $1.uncounted }
      $0.createdAt = now()
    }
    let choices: ChatChoices
    do throws(ProviderError) { choices = try ChatChoices(answers) } catch {
      throw await sessions.failure(error, attempts: attempts, exchange, in: call.session, after: history)
    }
    exchange.take(choices)
    var (sessionMessages, notes) = await sessions.log(exchange, in: call.session, after: history)
    if sessionMessages != nil, choices.completions.count > 1 {
      notes.append("The session goes on with choice 0 alone: the other choices are not kept.")
    }
    let spending = Spending([exchange])
    // Without a cost nothing was estimated with the price.
    let price = exchange.cost == nil ? nil : binding.assumedPrice?.sentence
    let schemaWarnings = choices.completions.compactMap(request.schemaWarning).unique
    let costWarnings = [price, spending.remark(on: "the call", of: "answer")].compactMap(\.self)
    return Answer(
      completions: choices.completions, requestedModel: model, provider: binding.provider, usage: choices.usage,
      latency: choices.latency, spending: spending, attempts: attempts, created: exchange.createdAt,
      sessionMessages: sessionMessages,
      warnings: choices.warnings + schemaWarnings + binding.remarks + costWarnings + notes)
  }

  /// Requests every choice by a call of its own, concurrently, because not every provider supports several choices.
  ///
  /// Of several choices the first is streamed.
  private func ask(
    _ request: CompletionRequest, _ binding: ModelBinding, _ forward: (@Sendable (String) -> Void)?
  ) async -> [ModelBinding.Answer] {
    var single = request
    single.parameters[.n] = nil
    let count = request.parameters[.n]?.intValue ?? 1
    return await withTaskGroup(of: (Int, ModelBinding.Answer).self) { [single] group in
      for index in 0..<max(count, 1) {
        var choice = single
        // With the same seed all choices would be equal.
        choice.seed = single.seed.map { $0 &+ index }
        group.addTask { [choice] in (index, await ask(choice, binding, forward: index == 0 ? forward : nil)) }
      }
      var answers: [(Int, ModelBinding.Answer)] = []
      for await answer in group { answers.append(answer) }
      return answers.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private func ask(
    _ request: CompletionRequest, _ binding: ModelBinding, forward: (@Sendable (String) -> Void)?
  ) async -> ModelBinding.Answer {
    let retries = ModelBinding.Retries(
      willRetry: { _ in }, sleep: { [clock] in try await clock.sleep(for: .seconds($0)) })
    guard let forward else { return await binding.answer(request, retries) }
    let forwarder = TextForwarder(clock: clock, forward: forward)
    return await forwarder.run { await binding.stream(request, retries) { forwarder.take($0) } }
  }
}

extension SessionExchangeRecord {
  /// Records the answer: the first of the choices.
  fileprivate mutating func take(_ choices: ChatChoices) {
    let first = choices.completions[0]
    answer = first.text
    toolCalls = first.toolCallsInChatCompletions
    signedThoughts = first.signedThoughts.isEmpty ? nil : .array(first.signedThoughts)
    model = first.model
    finishReason = first.finishReason
    latency = choices.latency.rounded(toPlaces: 1)
  }
}

extension SessionExchangeRecord.Message {
  fileprivate init(_ message: ChatMessage) {
    let object = message.chatCompletions
    self.init(Role(rawValue: message.role.rawValue) ?? .user, message.content)
    parts = object["content"]?.arrayValue.map(JSONValue.array)
    name = message.name
    toolCalls = object["tool_calls"]
    toolCallID = message.toolCallID
  }
}
