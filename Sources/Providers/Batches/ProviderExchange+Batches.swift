import JSONCoding

extension ProviderExchange {
  /// The body of a request in a batch, in the shape that plain calls have taught, and the warnings about it.
  ///
  /// - Throws: ``ProviderError`` for a request that the model is known not to accept.
  func encoded(_ request: CompletionRequest) throws(ProviderError) -> (body: JSONObject, warnings: [String]) {
    let rules = rules(for: request)
    let shape = try shape(for: request, rules)
    return (format.body(of: request, rules, shape: shape), warnings(for: request, rules, shape))
  }

  /// Reads the answer in a batch's result.
  ///
  /// Its raw exchange, if one is kept, has only the response.
  /// - Parameter status: the HTTP status of the answer; nil if the result names none.
  func batchAnswer(_ value: JSONValue, status: Int?, like request: CompletionRequest) -> Result<
    Completion, ProviderError
  > {
    let failure = ProviderFailure(connection: connection, model: request.model)
    let result: Result<Completion, ProviderError>
    do throws(ProviderError) {
      let response = HTTPResponse(status: status ?? 200)
      guard (200..<300).contains(response.status) else {
        throw failure.error(status: status, ProviderErrorBody(value), headers: [:], now: clock.wall())
      }
      result = try read(value, of: response, to: [:], for: request, failure).mapError(\.error)
    } catch {
      result = .failure(error)
    }
    return result.inBatch
  }

  /// The error in a batch's result without an answer.
  func batchError(_ value: JSONValue, like request: CompletionRequest) -> ProviderError {
    let body = ProviderErrorBody(value)
    return ProviderFailure(connection: connection, model: request.model)
      .error(status: body.impliedStatus, body, headers: [:], now: clock.wall())
  }
}

extension Result<Completion, ProviderError> {
  /// The same result with usage of the tier `batch`, whatever tier the answer names.
  fileprivate var inBatch: Self {
    map { completion in
      var completion = completion
      completion.usage?.serviceTier = TokenUsage.batchTier
      return completion
    }.mapError { error in
      var usage = error.usage
      usage?.serviceTier = TokenUsage.batchTier
      return error.changed(usage: usage, isUncounted: error.isUncounted)
    }
  }
}

extension TokenUsage {
  /// The tier by which the calls of a batch are billed.
  package static let batchTier = "batch"
}
