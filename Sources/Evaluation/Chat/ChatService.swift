import JSONCoding
package import Providers
package import Store

/// Answers conversations, whole or streamed, and logs them in sessions where a call names one.
package struct ChatService: Sendable {
  private let store: Store
  private let models: any ModelDirectory
  private let clock: any Clock<Duration>
  private let now: @Sendable () -> Timestamp

  /// - Parameters:
  ///   - clock: paces what is handed on of a streamed answer.
  ///   - now: the time of day.
  package init(
    store: Store, models: any ModelDirectory, clock: any Clock<Duration>, now: @escaping @Sendable () -> Timestamp
  ) {
    self.store = store
    self.models = models
    self.clock = clock
    self.now = now
  }

  /// What is asked.
  package struct Call: Sendable {
    /// As the user wrote it; nil for that of the session's last exchange.
    package var model: String?
    package var credentialID: Int?
    /// The new messages and the settings; its model is not read.
    package var request: CompletionRequest
    /// The name of the session that the call continues or begins.
    package var session: String?

    package init(model: String?, credentialID: Int?, request: CompletionRequest, session: String?) {
      self.model = model
      self.credentialID = credentialID
      self.request = request
      self.session = session
    }
  }

  /// What came of it.
  package struct Answer: Sendable {
    /// The choices, at least one.
    package let completions: [Completion]
    /// As the caller named it.
    package let requestedModel: String
    /// `openai`, `anthropic`, ...; `echo` for the built-in model.
    package let provider: String
    /// The tokens of all choices; nil where the provider has not counted them.
    package let usage: TokenUsage?
    /// Milliseconds until the last choice was there.
    package let latency: Double
    /// US dollars; nil where it cannot be known.
    package let cost: Double?
    /// How often the provider was asked.
    package let attempts: Int
    package let created: Timestamp
    /// How many messages the session holds now; nil without one.
    package let sessionMessages: Int?
    package let warnings: [String]
  }

  /// Asks the model and waits for the whole answer.
  ///
  /// - Parameter forward: if given, the answer is streamed and its text handed on as it comes, at most four times a second.
  /// - Throws: ``EvaluationError``, or what the model directory or the store throws.
  package func answer(_ call: Call, forward: (@Sendable (String) -> Void)? = nil) async throws -> Answer {
    let history = try await history(of: call)
    guard let model = call.model ?? history.model else {
      throw EvaluationError(
        call.session == nil
          ? "model is missing: the model that answers, such as \(ExampleModel.openAI) or echo. models_list shows what there is."
          : "model is missing: a session that is new has none to go on with.")
    }
    let credentialID = call.credentialID ?? (call.model == nil ? history.credentialID : nil)
    let binding = try await models.binding(for: model, credentialID: credentialID)
    var request = call.request
    request.model = binding.model
    request.messages = history.messages + call.request.messages
    var toolTurns = ToolTurns()
    for message in history.messages { toolTurns.note(message) }
    for (index, message) in call.request.messages.enumerated() {
      try toolTurns.take(message, at: "messages[\(index)]")
    }
    let choices = try ChatChoices(await ask(request, binding, forward), of: binding)
    let first = choices.completions[0]
    let exchange = SessionExchangeRecord {
      $0.messages = call.request.messages.map(SessionExchangeRecord.Message.init)
      $0.answer = first.text
      $0.toolCalls = first.toolCallsInChatCompletions
      $0.signedThoughts = first.signedThoughts.isEmpty ? nil : .array(first.signedThoughts)
      $0.model = first.model
      $0.requestedModel = model
      $0.providerCredentialID = credentialID
      $0.finishReason = first.finishReason
      $0.usage = choices.usage.map(TokenCounts.init)
      $0.cost = choices.cost
      $0.latency = choices.latency.rounded(toPlaces: 1)
      $0.createdAt = now()
    }
    let (sessionMessages, notes) = await log(exchange, in: call.session)
    return Answer(
      completions: choices.completions, requestedModel: model, provider: binding.provider, usage: choices.usage,
      latency: choices.latency, cost: choices.cost, attempts: choices.attempts, created: exchange.createdAt,
      sessionMessages: sessionMessages, warnings: choices.warnings + binding.remarks + notes)
  }

  /// Asks for every choice by a call of its own, all at once: not every provider makes several in one.
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
        // With one seed all choices would be the same.
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

  // MARK: Sessions

  /// What was said before a call, and with whom.
  private struct History: Sendable {
    var messages: [ChatMessage] = []
    var model: String?
    var credentialID: Int?
  }

  private func history(of call: Call) async throws -> History {
    guard let key = call.session else { return History() }
    let exchanges = try await store.read { tables in
      tables.session(named: key).map { tables.exchanges(ofSession: $0.id) } ?? []
    }
    let messages = try exchanges.flatMap { exchange in
      var messages = try (exchange.messages + [exchange.answerMessage]).map {
        try MessageReader.message($0.object, at: "session_id", ImageReader())
      }
      messages[messages.count - 1].signedThoughts = exchange.signedThoughts?.arrayValue ?? []
      return messages
    }
    return History(
      messages: messages, model: exchanges.last?.requestedModel, credentialID: exchanges.last?.providerCredentialID)
  }

  /// Appends an exchange to its session; how many messages that holds then, and what is to be said about it.
  ///
  /// The answer is paid for: it is given even if it cannot be logged.
  private func log(_ new: SessionExchangeRecord, in key: String?) async -> (Int?, [String]) {
    guard let key else { return (nil, []) }
    do {
      return try await store.commit { transaction in
        var exchange = new
        exchange.sessionID = transaction.session(named: key).id
        transaction.insert(exchange)
        let count = transaction.tables.exchanges(ofSession: exchange.sessionID).reduce(0) { $0 + $1.messages.count + 1 }
        return (count, [])
      }
    } catch {
      return (nil, ["The exchange was not logged in session \"\(key)\": \(error.clientSentence)"])
    }
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
