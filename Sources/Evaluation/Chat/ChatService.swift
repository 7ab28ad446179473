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
    package let completion: Completion
    /// `openai`, `anthropic`, ...; `echo` for the built-in model.
    package let provider: String
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
    let outcome = await ask(request, binding, forward)
    switch outcome.result {
    case .failure(let error): throw EvaluationError(error, attempts: outcome.attempts)
    case .success(let completion):
      let calls = [ModelCall(completion)] + outcome.wasted.map { ModelCall(model: binding.model, wasted: $0) }
      let costs = calls.map(binding.cost)
      let cost = costs.contains(nil) || outcome.uncounted > 0 ? nil : costs.compactMap(\.self).reduce(0, +)
      let exchange = SessionExchangeRecord {
        $0.messages = call.request.messages.map(SessionExchangeRecord.Message.init)
        $0.answer = completion.text
        $0.model = completion.model
        $0.requestedModel = model
        $0.providerCredentialID = credentialID
        $0.finishReason = completion.finishReason
        $0.usage = completion.usage.map(TokenCounts.init)
        $0.cost = cost
        $0.latency = completion.latency.rounded(toPlaces: 1)
        $0.createdAt = now()
      }
      let (sessionMessages, notes) = await log(exchange, in: call.session)
      return Answer(
        completion: completion, provider: binding.provider, cost: cost, attempts: outcome.attempts,
        created: exchange.createdAt, sessionMessages: sessionMessages,
        warnings: completion.warnings + binding.remarks + notes)
    }
  }

  private func ask(
    _ request: CompletionRequest, _ binding: ModelBinding, _ forward: (@Sendable (String) -> Void)?
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
    return try await store.read { tables in
      guard let session = tables.session(named: key) else { return History() }
      let exchanges = tables.exchanges(ofSession: session.id)
      return History(
        messages: exchanges.flatMap { $0.messages.map(ChatMessage.init) + [ChatMessage(.assistant, $0.answer)] },
        model: exchanges.last?.requestedModel, credentialID: exchanges.last?.providerCredentialID)
    }
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

extension EvaluationError {
  /// A provider's failure to answer a conversation, with the text that came before it.
  fileprivate init(_ error: ProviderError, attempts: Int) {
    let tries = attempts > 1 ? " (\(attempts) attempts)" : ""
    let text = error.partialText.map { "\nThe text so far:\n\($0)" } ?? ""
    self.init(error.message + tries + text)
  }
}

extension ChatMessage {
  fileprivate init(_ message: SessionExchangeRecord.Message) {
    switch message.role {
    case .system: self.init(.system, message.content)
    case .user: self.init(.user, message.content)
    case .assistant: self.init(.assistant, message.content)
    }
  }
}

extension SessionExchangeRecord.Message {
  fileprivate init(_ message: ChatMessage) {
    switch message.role {
    case .system, .developer: self.init(.system, message.content)
    case .user, .tool: self.init(.user, message.content)
    case .assistant: self.init(.assistant, message.content)
    }
  }
}
