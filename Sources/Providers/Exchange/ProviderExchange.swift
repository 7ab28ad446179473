import JSONCoding
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Sends a request to a provider, and resends it without a rejected parameter or to the next possible address.
///
/// Rejected parameters are remembered for the life of the exchange, so that only the first of many calls pays for the
/// discovery.
final class ProviderExchange<Format: WireFormat>: Sendable {
  let format: Format
  let connection: ProviderConnection
  let transport: any HTTPTransport
  let clock: ProviderClock
  let headers: HTTPHeaders
  let timeout: Double
  private let addresses: MethodAddresses
  private let learned = Mutex(LearnedShapes())
  private let knownRules = Mutex<KnownRules?>(nil)
  private let names = ModelName.Comparison()

  /// The rules of the last request, without its messages, which alone differ within a run.
  private struct KnownRules {
    /// A request without its messages.
    let request: CompletionRequest
    let rules: ParameterRules
  }

  private struct LearnedShapes {
    /// By model and effort: a model may accept parameters without reasoning that it rejects while reasoning.
    var shapes: [String: RequestShape] = [:]
    /// Whether the server has ever responded, even with an error.
    var hasAnswered = false

    static func key(_ request: CompletionRequest) -> String {
      "\(request.reasoningEffort?.rawValue ?? "") \(request.model)"
    }
  }

  init(
    _ format: Format, _ connection: ProviderConnection, _ transport: any HTTPTransport, _ clock: ProviderClock,
    timeout: Double
  ) {
    self.format = format
    self.connection = connection
    self.transport = transport
    self.clock = clock
    addresses = MethodAddresses(of: format.method, at: connection)
    headers = format.headers(key: connection.key)
    self.timeout = timeout
  }

  /// The addresses to try.
  func search(for request: CompletionRequest) -> AddressSearch { addresses.search(for: request.model) }

  /// The HTTP request: a body to the current address of a search.
  ///
  /// A call at a slow tier has more time.
  func message(_ body: JSONObject, _ search: AddressSearch, for request: CompletionRequest) -> HTTPRequest {
    HTTPRequest(
      .post, search.current, headers: headers, body: body.encoded,
      timeout: request.serviceTier?.isFlex == true ? max(timeout, ServiceTier.flexTimeout) : timeout,
      certificateFile: connection.certificateFile)
  }

  func complete(_ request: CompletionRequest) async throws(ProviderError) -> Completion {
    let rules = rules(for: request)
    var shape = try shape(for: request, rules)
    var refusals = 0
    var search = search(for: request)
    while true {
      let start = clock.monotonic()
      let body = format.body(of: request, rules, shape: shape)
      let response = try await send(message(body, search, for: request), for: request)
      switch try read(response, to: body, for: request, search.tried) {
      case .success(var completion):
        search.succeed()
        completion.latency = clock.monotonic() - start
        completion.warnings = warnings(for: request, rules, shape) + completion.warnings
        completion.refusals = refusals
        return completion
      case .failure(let failure):
        refusals += 1
        if search.goOn(after: failure) { continue }
        guard failure.mayBeRefusal, adapt(&shape, to: failure.body, of: request) else { throw search.error(failure) }
        remember(shape, for: request, rules)
      }
    }
  }

  /// Adapts a request after a refusal; false if nothing is left to change.
  func adapt(_ shape: inout RequestShape, to body: ProviderErrorBody, of request: CompletionRequest) -> Bool {
    let asked = request.maxTokens ?? format.maxTokensByDefault(request)
    return shape.adapt(
      to: body.refusal(of: request, maxTokens: asked), asked: asked,
      canRenameMaxTokens: format.canRenameMaxTokens, canAskForPlainJSON: format.canAskForPlainJSON)
  }

  /// The vendor's rules for a request's parameters.
  func rules(for request: CompletionRequest) -> ParameterRules {
    var bare = request
    bare.messages = []
    return knownRules.withLock { known in
      if let known, known.request == bare { return known.rules }
      let rules = format.rules(for: bare)
      known = KnownRules(request: bare, rules: rules)
      return rules
    }
  }

  /// The shape of a request, with what earlier refusals of its model taught.
  ///
  /// - Throws: ``ProviderError`` for a request that the model is known not to accept.
  func shape(for request: CompletionRequest, _ rules: ParameterRules) throws(ProviderError) -> RequestShape {
    if let sentence = format.refusal(of: request.messages) ?? rules.refusal(of: request, at: connection.name) {
      throw ProviderError(.invalidRequest, sentence)
    }
    let first = format.shape(by: rules)
    return learned.withLock { $0.shapes[LearnedShapes.key(request)] }?.merged(with: first) ?? first
  }

  /// Remembers the lessons of a refusal.
  ///
  /// They are merged, because other calls learn at the same time.
  func remember(_ shape: RequestShape, for request: CompletionRequest, _ rules: ParameterRules) {
    let lesson = shape.lesson(beyond: format.shape(by: rules))
    let key = LearnedShapes.key(request)
    learned.withLock { $0.shapes[key] = $0.shapes[key]?.merged(with: lesson) ?? lesson }
  }

  /// The warnings about changes to a request.
  func warnings(
    for request: CompletionRequest, _ rules: ParameterRules, _ shape: RequestShape
  ) -> [String] {
    rules.warnings(for: request, at: connection.name)
      + shape.warnings(for: request, provider: connection.name)
  }

  /// Whether the server has ever responded, even with an error.
  var hasAnswered: Bool { learned.withLock(\.hasAnswered) }

  func noteAnswer() {
    learned.withLock { $0.hasAnswered = true }
  }

  private func send(
    _ message: HTTPRequest, for request: CompletionRequest
  ) async throws(ProviderError) -> HTTPResponse {
    do throws(HTTPError) {
      let response = try await transport.send(message)
      noteAnswer()
      return response
    } catch {
      throw ProviderFailure(connection: connection, model: request.model).error(error, hasAnswered: hasAnswered)
    }
  }

  /// - Parameter asked: the addresses that were tried.
  func read(
    _ response: HTTPResponse, to body: JSONObject, for request: CompletionRequest, _ asked: [URL]
  ) throws(ProviderError) -> Result<Completion, ExchangeFailure> {
    let failure = ProviderFailure(connection: connection, model: request.model, addresses: asked)
    guard (200..<300).contains(response.status) else {
      return .failure(failed(response.status, ProviderErrorBody(body: response.body), response, failure))
    }
    if response.isStream { return .success(try readStream(response, to: body, for: request, failure)) }
    guard response.body.count > largestUngatedAnswer else {
      return try readJSON(response, to: body, for: request, failure)
    }
    return try largeAnswers.withLock { _ throws(ProviderError) in
      try readJSON(response, to: body, for: request, failure)
    }
  }

  private func readJSON(
    _ response: HTTPResponse, to body: JSONObject, for request: CompletionRequest, _ failure: ProviderFailure
  ) throws(ProviderError) -> Result<Completion, ExchangeFailure> {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: response.body, .lenient)
    } catch {
      let usage = UsageSearch.counts(in: response.body).flatMap { format.usage(of: ["usage": $0]) }
      // libcurl delivers the decompressed part of a truncated body as if it were complete.
      if error.reason == .unexpectedEnd, response.isCompressed {
        throw failure.error(.connectionLost("its compressed body was cut off"), usage: usage)
      }
      throw failure.notJSON(response, error, usage: usage)
    }
    return try read(value, of: response, to: body, for: request, failure)
  }

  /// Reads an answer whose body is parsed.
  func read(
    _ value: JSONValue, of response: HTTPResponse, to body: JSONObject, for request: CompletionRequest,
    _ failure: ProviderFailure
  ) throws(ProviderError) -> Result<Completion, ExchangeFailure> {
    switch format.answer(value, to: request) {
    case .completion(let answer): return .success(vetted(answer, for: request, exchange: (body, value)))
    case .unusable(let reason, let usage, let thoughts, let finishReason):
      throw failure.unusable(
        "\(connection.name) \(reason)", usage: usage, thoughts: thoughts, finishReason: finishReason)
    case .unlike(let reason, let usage):
      throw failure.unusable("\(connection.name) \(reason)\(failure.opening(response.beginning))", usage: usage)
    case .broken(let word, let usage): throw failure.broken(word, usage: usage)
    case .error(let body, let usage):
      // The answer came from the right address, whatever status the body names.
      return .failure(failed(body.impliedStatus, body, usage: usage, response, failure, canBeMisplaced: false))
    }
  }

  /// The answer with the key redacted, and with a warning if another model has answered.
  func vetted(
    _ completion: Completion, for request: CompletionRequest, exchange: (request: JSONObject, response: JSONValue)
  ) -> Completion {
    var vetted = completion.redacted(by: connection.redactor)
    // Every answer has tokens; some servers write 0 for uncounted ones.
    if vetted.usage?.completionTokens == 0, !vetted.text.isEmpty || !vetted.toolCalls.isEmpty { vetted.usage = nil }
    if request.keepsExchange {
      vetted.exchange = connection.redactor.redact(
        RawExchange(request: exchange.request, response: exchange.response.objectValue ?? [:]))
    }
    if !names.areSame(request.model, completion.model) {
      vetted.warnings.append(
        "\(request.model) was asked for, and \(vetted.model) answered at \(connection.name): the results are that model's."
      )
    }
    if let note = request.note(onTier: vetted.usage?.serviceTier, at: connection.name) { vetted.warnings.append(note) }
    return vetted
  }

  private func failed(
    _ status: Int?, _ body: ProviderErrorBody, usage: TokenUsage? = nil, _ response: HTTPResponse,
    _ failure: ProviderFailure, canBeMisplaced: Bool = true
  ) -> ExchangeFailure {
    ExchangeFailure(
      body, failure.error(status: status, body, usage: usage, headers: response.headers, now: clock.wall()),
      mayBeRefusal: body.mayBeRefusal(status),
      isMisplaced: canBeMisplaced && (status == 404 || status == 405) && !body.isAbout(model: failure.model))
  }
}

/// Serializes the parsing of large answers, which can take many times their size in memory.
private let largeAnswers = Mutex(())
/// In bytes; no model writes that much text.
private let largestUngatedAnswer = 1_048_576
