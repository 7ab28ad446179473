import JSONCoding

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ProviderExchange {
  /// Calls the provider like `complete`, and forwards the answer's text as it arrives.
  ///
  /// A provider that does not stream works too; its text is forwarded at once.
  /// - Parameter onText: receives each new part, in order; must not block.
  /// - Throws: ``ProviderError``; after the first text, with ``ProviderError/partialText``.
  func stream(
    _ request: CompletionRequest, over transport: any HTTPStreamingTransport,
    onText: @escaping @Sendable (String) -> Void
  ) async throws(ProviderError) -> Completion {
    // The texts of several choices would be interleaved.
    if let count = request.parameters[.n]?.intValue, count > 1 {
      let completion = try await complete(request)
      if !completion.text.isEmpty { onText(completion.text) }
      return completion
    }
    let rules = rules(for: request)
    var shape = try shape(for: request, rules)
    var refusals = 0
    var search = search(for: request)
    while true {
      let start = clock.monotonic()
      let elapsed: @Sendable () -> Double = { [clock] in clock.monotonic() - start }
      let receiver = AnswerReceiver(
        format.stream(), redactor: connection.redactor, elapsed: elapsed, onText: onText)
      let body = format.streamingBody(of: request, rules, shape: shape)
      var message = message(body, search, for: request)
      message.headers["Accept"] = "text/event-stream, application/json"
      var broken: HTTPError?
      do throws(HTTPError) {
        try await transport.stream(message, to: receiver)
      } catch {
        broken = error
      }
      switch try outcome(receiver.close(), broken, to: body, for: request, search.tried, onText: onText) {
      case .success(var completion):
        search.succeed()
        completion.latency = elapsed()
        completion.firstTextLatency = completion.firstTextLatency ?? completion.latency
        completion.warnings = warnings(for: request, rules, shape) + completion.warnings
        completion.refusals = refusals
        return completion
      case .failure(let failure):
        refusals += 1
        if search.goOn(after: failure) { continue }
        guard failure.mayBeRefusal, adaptStream(&shape, to: failure.body, of: request) else {
          throw search.error(failure)
        }
        remember(shape, for: request, rules)
      }
    }
  }

  private func adaptStream(
    _ shape: inout RequestShape, to body: ProviderErrorBody, of request: CompletionRequest
  ) -> Bool {
    if !shape.omitsStreamOptions, body.mentions("stream_options") {
      shape.omitsStreamOptions = true
      return true
    }
    return adapt(&shape, to: body, of: request)
  }

  private func outcome(
    _ outcome: AnswerReceiver.Outcome, _ broken: HTTPError?, to body: JSONObject, for request: CompletionRequest,
    _ asked: [URL], onText: @Sendable (String) -> Void
  ) throws(ProviderError) -> Result<Completion, ExchangeFailure> {
    let failure = ProviderFailure(connection: connection, model: request.model, addresses: asked)
    if case .nothing = outcome {} else { noteAnswer() }
    switch (outcome, broken) {
    case (.streamed(let streamed), _):
      return .success(try completion(streamed, broken, failure, to: body, for: request))
    case (_, let broken?): throw failure.error(broken, hasAnswered: hasAnswered)
    case (.nothing, nil): throw failure.error(.malformed("no status line"))
    case (.whole(let response), nil):
      let result = try read(response, to: body, for: request, asked)
      if case .success(let completion) = result, !completion.text.isEmpty { onText(completion.text) }
      return result
    }
  }

  /// Parses a stream that answers a request for a whole answer.
  func readStream(
    _ response: HTTPResponse, to body: JSONObject, for request: CompletionRequest, _ failure: ProviderFailure
  ) throws(ProviderError) -> Completion {
    let receiver = AnswerReceiver(format.stream(), elapsed: { 0 }, onText: { _ in })
    receiver.begin(status: response.status, headers: response.headers)
    _ = receiver.receive(response.body)
    guard case .streamed(let streamed) = receiver.close() else {
      throw failure.unusable("\(connection.name) answered with an empty event stream.", status: response.status)
    }
    var completion = try completion(streamed, nil, failure, to: body, for: request)
    completion.firstTextLatency = nil
    return completion
  }

  private func completion(
    _ streamed: AnswerReceiver.Streamed, _ broken: HTTPError?, _ failure: ProviderFailure, to body: JSONObject,
    for request: CompletionRequest
  ) throws(ProviderError) -> Completion {
    if let fault = streamed.fault {
      throw error(of: fault, streamed, failure).after(streamed, connection.redactor)
    }
    // A complete answer stays complete if the connection then breaks, unless it was cancelled.
    if let broken, !streamed.isWhole || broken == .cancelled {
      throw failure.error(broken).after(streamed, connection.redactor)
    }
    guard streamed.isWhole || streamed.hasEnded && streamed.words == nil else {
      if let words = streamed.words {
        throw failure.unusable(
          "\(connection.name) answered with an event stream that holds no answer.\(failure.opening(words))")
      }
      let cut = HTTPError.connectionLost("the stream ended without its last event")
      throw failure.error(cut).after(streamed, connection.redactor)
    }
    switch format.answer(streamed.answer, to: request) {
    case .completion(var completion):
      completion = vetted(completion, for: request, exchange: (body, streamed.answer))
      completion.firstTextLatency = streamed.firstText
      if !streamed.hasEnded { completion.warnings.append("The stream ended without its last event.") }
      if !streamed.isWhole {
        completion.warnings.append("The stream ended without a finish_reason: the answer may be cut off.")
      }
      return completion
    case .unusable(let reason, let usage, let thoughts, let finishReason):
      throw failure.unusable(
        "\(connection.name) \(reason)", usage: usage, thoughts: thoughts, finishReason: finishReason)
    case .unlike(let reason, let usage): throw failure.unusable("\(connection.name) \(reason)", usage: usage)
    case .broken(let word, let usage):
      throw failure.broken(word, usage: usage).after(streamed, connection.redactor)
    case .error(let body, let usage):
      throw failure.error(
        status: body.impliedStatus, body, usage: usage, headers: streamed.headers, now: clock.wall()
      ).after(streamed, connection.redactor)
    }
  }

  private func error(
    of fault: AnswerReceiver.Fault, _ streamed: AnswerReceiver.Streamed, _ failure: ProviderFailure
  ) -> ProviderError {
    switch fault {
    case .error(let body):
      // The server itself has ended the answer, so its count is complete.
      failure.error(
        status: body.impliedStatus, body, usage: format.usage(of: streamed.answer), headers: streamed.headers,
        now: clock.wall())
    case .unreadable(let reason): failure.unusable("\(connection.name) \(reason)")
    case .tooLarge(let limit): failure.error(.tooLarge(limit: limit))
    }
  }
}

extension ProviderError {
  /// The error, with the amount of text received before it.
  fileprivate func after(_ streamed: AnswerReceiver.Streamed, _ redactor: Redactor) -> ProviderError {
    guard streamed.progress > .nothing else { return self }
    var error = self
    if streamed.count > 0 {
      error.message += " It was cut off after \(streamed.count) characters of text."
      error.partialText = redactor.redactKnown(streamed.text)
    }
    (error.isUncounted, error.hasOutput) = (usage == nil, streamed.progress == .output)
    // An answer that has begun is paid for.
    error.lacksCapacity = false
    return error
  }
}
