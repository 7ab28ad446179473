import JSONCoding

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The calls of which a batch API consists, with the key, the addresses and the errors of plain calls.
struct BatchCalls<Format: WireFormat>: Sendable {
  let exchange: ProviderExchange<Format>
  let streaming: any HTTPStreamingTransport

  var connection: ProviderConnection { exchange.connection }
  var name: String { connection.name }

  /// The possible addresses of a method such as `batches`.
  func addresses(of method: String) -> MethodAddresses { MethodAddresses(of: method, at: connection) }

  /// Sends a call and returns the JSON of its answer.
  func send(_ call: BatchCall, to addresses: MethodAddresses) async throws(ProviderError) -> JSONValue {
    var search = addresses.search(for: nil)
    while true {
      switch try await attempt(call, at: search.current) {
      case .success(let value):
        search.succeed()
        return value
      case .failure(let failure):
        if !search.goOn(after: failure) { throw search.error(failure) }
      }
    }
  }

  private func attempt(
    _ call: BatchCall, at address: URL
  ) async throws(ProviderError) -> Result<JSONValue, ExchangeFailure> {
    let failure = failure(at: address)
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try await exchange.transport.send(request(call, at: address))
      exchange.noteAnswer()
    } catch {
      throw failure.error(error, hasAnswered: call.concernsBatch || exchange.hasAnswered).ofBatchCall(call)
    }
    guard (200..<300).contains(response.status) else { return .failure(failed(call, response, failure)) }
    do throws(JSONError) {
      let value = try JSONValue(parsing: response.body, .lenient)
      // A batch may have a member for an error, which is usually empty.
      guard value["id"] == nil, let body = ProviderErrorBody(inAnswer: value) else { return .success(value) }
      let error = failure.error(
        status: body.impliedStatus, body, headers: response.headers, now: exchange.clock.wall())
      return .failure(ExchangeFailure(body, error.ofBatchCall(call)))
    } catch {
      throw failure.notJSON(response, error).ofBatchCall(call, isUnread: true)
    }
  }

  func request(_ call: BatchCall, at address: URL) -> HTTPRequest {
    var url = call.components.reduce(address) { $0.appending(component: $1) }
    if !call.query.isEmpty { url = url.appending(queryItems: call.query) }
    var headers = exchange.headers
    if let type = call.contentType { headers["Content-Type"] = type }
    return HTTPRequest(
      call.method, url, headers: headers, body: call.body,
      timeout: exchange.timeout + Double(call.body.count) / Self.slowestUpload,
      certificateFile: connection.certificateFile)
  }

  /// The slowest upload that is waited for, in bytes per second.
  private static var slowestUpload: Double { 65_536 }

  /// The failure of an answer with a status other than 2xx.
  func failed(_ call: BatchCall, _ response: HTTPResponse, _ failure: ProviderFailure) -> ExchangeFailure {
    let body = ProviderErrorBody(body: response.body)
    let isAbsent = [404, 405, 501].contains(response.status)
    let error =
      isAbsent
      ? failure.make(.notFound, absence(call, response.status, failure.said(body)), status: response.status)
      : failure.error(status: response.status, body, headers: response.headers, now: exchange.clock.wall())
    return ExchangeFailure(body, error.ofBatchCall(call), isMisplaced: isAbsent)
  }

  private func absence(_ call: BatchCall, _ status: Int, _ said: String) -> String {
    switch call.subject {
    case .api:
      "\(name) has no batch API (\(status))\(said). Run without batch."
    case .batch(let id):
      "\(name) has no batch \(id) for this key (\(status))\(said)."
    case .results(let id):
      "\(name) has no results of batch \(id), or no longer has them (\(status))\(said)."
    }
  }

  /// A server's word for a state, for display.
  func shown(_ word: String) -> String { String(connection.redactor.redactKnown(word).prefix(40)) }

  func failure(at address: URL) -> ProviderFailure {
    ProviderFailure(connection: connection, model: "", addresses: [address])
  }

  /// The error of a successful answer without what its kind always has.
  func unlike(_ value: JSONValue, _ what: String, _ call: BatchCall) -> ProviderError {
    let failure = ProviderFailure(connection: connection, model: "")
    return failure.unusable("\(name) answered without \(what).\(failure.opening(value.text))")
      .ofBatchCall(call, isUnread: true)
  }
}

/// One call of a batch API.
struct BatchCall: Sendable {
  /// What does not exist if the answer is 404.
  enum Subject: Sendable {
    case api
    case batch(String)
    case results(String)
  }

  var method = HTTPRequest.Method.get
  var subject = Subject.api
  /// The rest of the path; any characters.
  var components: [String] = []
  var query: [URLQueryItem] = []
  /// Nil for JSON.
  var contentType: String?
  var body: [UInt8] = []
  /// Whether it submits requests that will be billed.
  var isSubmission = false

  /// Whether it concerns a batch that the server has accepted, so that the server exists.
  var concernsBatch: Bool {
    if case .api = subject { false } else { true }
  }
}

extension ProviderError {
  /// The error of a batch call, which costs nothing unless it may have submitted requests.
  ///
  /// After a server error the submission may exist nonetheless, whatever the body says.
  /// - Parameter isUnread: whether a successful answer could not be read.
  func ofBatchCall(_ call: BatchCall, isUnread: Bool = false) -> ProviderError {
    changed(isUncounted: call.isSubmission && (isUncounted || isUnread || status.map { $0 >= 500 } ?? false))
  }

  /// The same error with another statement about its cost.
  func changed(usage: TokenUsage? = nil, isUncounted: Bool) -> ProviderError {
    var error = self
    (error.usage, error.isUncounted) = (usage ?? self.usage, isUncounted)
    return error
  }
}
