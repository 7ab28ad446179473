import JSONCoding
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Asks a provider once, and once more for every parameter that it turns out to refuse and for every address at which it
/// turns out not to be.
///
/// What a model refused is remembered for as long as the exchange lives, so that only the first of many calls pays for
/// finding out.
final class ProviderExchange<Format: WireFormat>: Sendable {
  let format: Format
  let connection: ProviderConnection
  private let transport: any HTTPTransport
  let clock: ProviderClock
  private let headers: HTTPHeaders
  private let timeout: Double
  private let addresses: MethodAddresses
  private let learned = Mutex(Lessons())
  private let knownRules = Mutex<KnownRules?>(nil)

  /// The rules of the last requests: those of a run differ in their messages alone.
  private struct KnownRules {
    /// A request without its messages.
    let request: CompletionRequest
    let rules: ParameterRules
  }

  private struct Lessons {
    /// By model and effort: a model that does not reason takes what it refuses while it does.
    var shapes: [String: RequestShape] = [:]
    /// Whether anything has ever come back, be it an error.
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

  /// The addresses to ask.
  func search(for request: CompletionRequest) -> AddressSearch { addresses.search(for: request.model) }

  /// What is sent: a body to the address at which a search stands.
  func message(_ body: JSONObject, _ search: AddressSearch) -> HTTPRequest {
    HTTPRequest(
      .post, search.current, headers: headers, body: body.encoded, timeout: timeout,
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
      let response = try await send(message(body, search), for: request)
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

  /// Puts a request in another way after a refusal; false if there is none.
  func adapt(_ shape: inout RequestShape, to body: ProviderErrorBody, of request: CompletionRequest) -> Bool {
    let asked = request.maxTokens ?? format.maxTokensByDefault(request)
    return shape.adapt(
      to: body.refusal(of: request, maxTokens: asked), asked: asked,
      canRenameMaxTokens: format.canRenameMaxTokens, canAskForPlainJSON: format.canAskForPlainJSON)
  }

  /// What the vendor makes of a request's parameters.
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

  /// How a request is put, with what was learned from refusals of its model.
  ///
  /// - Throws: ``ProviderError`` for a request that the model is known not to take.
  func shape(for request: CompletionRequest, _ rules: ParameterRules) throws(ProviderError) -> RequestShape {
    if let sentence = format.refusal(of: request.messages) ?? rules.refusal(of: request, at: connection.name) {
      throw ProviderError(.invalidRequest, sentence)
    }
    let first = format.shape(by: rules)
    return learned.withLock { $0.shapes[Lessons.key(request)] }?.merged(with: first) ?? first
  }

  /// Keeps what a refusal has taught.
  ///
  /// Other calls learn at the same time: what one of them found out must not be lost to another.
  func remember(_ shape: RequestShape, for request: CompletionRequest, _ rules: ParameterRules) {
    let lesson = shape.lesson(beyond: format.shape(by: rules))
    let key = Lessons.key(request)
    learned.withLock { $0.shapes[key] = $0.shapes[key]?.merged(with: lesson) ?? lesson }
  }

  /// What a person should know about how a request was put.
  func warnings(
    for request: CompletionRequest, _ rules: ParameterRules, _ shape: RequestShape
  ) -> [String] {
    rules.warnings(for: request, at: connection.name)
      + shape.warnings(for: request, provider: connection.name)
  }

  /// Whether anything has ever come back, be it an error.
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

  /// - Parameter asked: the addresses that were asked for it.
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
      // libcurl hands out what it could decompress of a body that was cut off, as if it were whole.
      if error.reason == .unexpectedEnd, response.isCompressed {
        throw failure.error(.connectionLost("its compressed body was cut off"), usage: usage)
      }
      throw failure.notJSON(response, error, usage: usage)
    }
    switch format.answer(value, to: request) {
    case .completion(let answer): return .success(vetted(answer, for: request, exchange: (body, value)))
    case .unusable(let reason, let usage, let thoughts, let isCutOff):
      throw failure.unusable("\(connection.name) \(reason)", usage: usage, thoughts: thoughts, isCutOff: isCutOff)
    case .unlike(let reason, let usage):
      throw failure.unusable("\(connection.name) \(reason)\(failure.opening(response.beginning))", usage: usage)
    case .broken(let word, let usage): throw failure.broken(word, usage: usage)
    case .error(let body, let usage):
      // It came from the right address, whatever status the body names.
      return .failure(failed(body.impliedStatus, body, usage: usage, response, failure, canBeMisplaced: false))
    }
  }

  /// What the provider says, without the key that it was shown, and with a warning where it is another model's answer.
  func vetted(
    _ completion: Completion, for request: CompletionRequest, exchange: (request: JSONObject, response: JSONValue)
  ) -> Completion {
    var vetted = completion.redacted(by: connection.redactor)
    // An answer has tokens: some servers write 0 for what they do not count.
    if vetted.usage?.completionTokens == 0, !vetted.text.isEmpty || !vetted.toolCalls.isEmpty { vetted.usage = nil }
    if request.keepsExchange {
      vetted.exchange = connection.redactor.redact(
        RawExchange(request: exchange.request, response: exchange.response.objectValue ?? [:]))
    }
    if !ModelName.isSame(request.model, completion.model) {
      vetted.warnings.append(
        "\(request.model) was asked for, and \(vetted.model) answered at \(connection.name): the results are that model's."
      )
    }
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

/// Large answers are read one at a time: what they become in memory can be many times as large as they are.
private let largeAnswers = Mutex(())
/// In bytes; no model writes so much text.
private let largestUngatedAnswer = 1_048_576
