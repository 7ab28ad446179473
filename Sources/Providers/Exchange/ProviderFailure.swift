import JSONCoding

/// Turns what went wrong into the sentence a person gets: what happened, and what to do.
///
/// Everything that a server wrote passes the connection's redactor before it is cut to length, so that no end of a key
/// survives the cut.
struct ProviderFailure: Sendable {
  let connection: ProviderConnection
  /// The model that was asked for; empty where none was.
  let model: String

  static let sentenceLimit = 300

  // MARK: No answer

  /// - Parameter hasAnswered: whether the server ever did; one that has may only be starting again.
  func error(_ error: HTTPError, hasAnswered: Bool = true) -> ProviderError {
    let name = connection.name
    switch error {
    case .cancelled: return ProviderError(.cancelled, "The call to \(name) was cancelled.")
    case .timedOut(let seconds):
      return make(.transient, "\(name) gave no whole answer within \(Self.number(seconds)) seconds.")
    case .stalled(let seconds):
      return make(.transient, "\(name) sent nothing for \(Self.number(seconds)) seconds; the connection was closed.")
    case .unknownHost:
      return make(
        hasAnswered ? .transient : .unreachable,
        "Cannot connect to \(connection.endpoint.origin) for \(name): the host name is unknown. \(connectionAdvice)")
    case .cannotConnect(let reason):
      let isAbsent = connection.endpoint.isLoopback && !hasAnswered
      return make(
        isAbsent ? .unreachable : .transient,
        "Cannot connect to \(connection.endpoint.origin) for \(name): \(reason). \(connectionAdvice)")
    case .connectionLost(let reason):
      return make(.transient, "The connection to \(name) broke before the answer was whole: \(reason).")
    case .insecure(let reason):
      return make(.invalidRequest, "No secure connection to \(connection.endpoint.origin): \(reason).")
    case .redirected(let status, let location):
      return make(
        .invalidRequest,
        "\(name) answered with a redirect (\(status)) to \(Self.place(location)). Redirects are not followed: "
          + "set api_endpoint to the final address.", status: status)
    case .tooLarge(let limit):
      return make(.unusableAnswer, "The answer of \(name) is larger than \(limit / 1_048_576) MiB and was dropped.")
    case .forbiddenDestination(let reason): return make(.invalidRequest, reason)
    case .malformed(let reason): return make(.unusableAnswer, "\(name) did not answer in HTTP: \(reason).")
    case .proxyRefused(let reason):
      return make(.unreachable, "Cannot connect to \(connection.endpoint.origin) for \(name): \(reason).")
    case .unavailable(let reason): return make(.unreachable, reason)
    }
  }

  private var connectionAdvice: String {
    switch (connection.provider, connection.endpoint.isLoopback) {
    case (.ollama, true): "Start Ollama (ollama serve), or check api_endpoint and OLLAMA_HOST."
    case (_, true): "Start the server that should listen there, or check api_endpoint."
    case (_, false): "Check the network and api_endpoint."
    }
  }

  // MARK: An error status

  /// The error of an answer with a status other than 2xx, or with an error in the body of a 200.
  ///
  /// - Parameter usage: what the failed call cost all the same.
  func error(
    status: Int, _ body: ProviderErrorBody, usage: TokenUsage? = nil, headers: HTTPHeaders, now: Double
  ) -> ProviderError {
    let name = connection.name
    if Self.isOutOfFunds(status, body) {
      return make(
        .insufficientQuota, "The \(name) account has no credit or quota left (\(status))\(said(body)). Add credit.",
        status: status, usage: usage)
    }
    if body.isModeration {
      return make(
        .unusableAnswer, "\(name) refused the input by its rules (\(status))\(said(body)).", status: status,
        usage: usage)
    }
    switch status {
    case 401:
      return make(
        .unauthorized,
        connection.key == nil
          ? "\(name) asks for a key (401). \(connection.keyAdvice)"
          : "\(name) refused the API key (401). \(connection.keyAdvice)", status: status)
    case 403:
      return make(
        .unauthorized,
        "\(name) does not allow this (403)\(said(body)). Check the key's rights. \(connection.keyAdvice)",
        status: status)
    case 404: return notFound(body)
    case 408, 409, 425, 429, 500...:
      let wait = RateLimitHeaders.delay(status: status, headers: headers, now: now)
      return make(
        .transient, "\(name) \(Self.complaint(status)) (\(status))\(said(body)).", status: status, wait: wait,
        usage: usage)
    default:
      return make(
        .invalidRequest, "\(name) refused the request (\(status))\(said(body)).", status: status, usage: usage)
    }
  }

  private func notFound(_ body: ProviderErrorBody) -> ProviderError {
    let text = (body.message ?? "").lowercased()
    let isAboutModel = body.code == "model_not_found" || text.contains("model") || text.contains(model.lowercased())
    if isAboutModel, !model.isEmpty {
      let advice = connection.provider == .ollama ? "Pull it with ollama pull, or see models_list." : "See models_list."
      return make(
        .notFound, "\(connection.name) has no model \"\(model)\" for this key (404)\(said(body)). \(advice)",
        status: 404)
    }
    if model.isEmpty {
      return make(
        .notFound,
        "\(connection.name) lists no models at \(connection.endpoint.text) (404)\(said(body)). A model that is not listed "
          + "can be used by its name; if that fails too, check api_endpoint.", status: 404)
    }
    return make(
      .notFound,
      "Nothing answers at \(connection.endpoint.text) for \(connection.name) (404)\(said(body)). "
        + "Check api_endpoint and the model's name.", status: 404)
  }

  private static func isOutOfFunds(_ status: Int, _ body: ProviderErrorBody) -> Bool {
    let words = ["insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "billing_error"]
    if status == 402 || words.contains(body.code ?? "") || words.contains(body.type ?? "") { return true }
    let text = (body.message ?? "").lowercased()
    return (status == 400 || status == 403 || status == 429)
      && (text.contains("credit balance") || text.contains("insufficient credits")
        || text.contains("exceeded your current quota"))
  }

  private static func complaint(_ status: Int) -> String {
    switch status {
    case 408: "timed out"
    case 409: "reports a conflict"
    case 425, 429: "limits the rate"
    case 503, 529: "is overloaded"
    default: "failed"
    }
  }

  // MARK: An answer that cannot be used

  func unusable(_ reason: String, status: Int? = nil, usage: TokenUsage? = nil) -> ProviderError {
    make(.unusableAnswer, reason, status: status, usage: usage)
  }

  /// Says what a body is that is not the JSON it should be.
  func notJSON(_ response: HTTPResponse, _ error: JSONError) -> ProviderError {
    let name = connection.name
    if response.body.isEmpty { return unusable("\(name) answered with an empty body.", status: response.status) }
    let type = response.headers["Content-Type"] ?? ""
    let text = String(decoding: response.body.prefix(4_096), as: UTF8.self)
    let isPage = type.lowercased().contains("html") || text.drop { $0.isWhitespace }.hasPrefix("<")
    if isPage {
      let title = ProviderErrorBody.sentence(ofText: text) ?? "no title"
      return unusable(
        "\(name) answered with a web page (\(title)) in place of JSON. Check api_endpoint.", status: response.status)
    }
    let kind = type.isEmpty || type.lowercased().contains("json") ? "" : ", it is \(type.prefix { $0 != ";" })"
    return unusable("The answer of \(name) is not JSON\(kind): \(error).", status: response.status)
  }

  // MARK: Sentences

  private func said(_ body: ProviderErrorBody) -> String {
    guard let message = body.message else { return "" }
    let line = message.split { $0.isWhitespace }.joined(separator: " ")
    guard !line.isEmpty else { return "" }
    let clean = connection.redactor.redact(line)
    let end = clean.last == "." ? clean.dropLast() : clean[...]
    return ": " + (end.count > 160 ? end.prefix(157) + "..." : end)
  }

  private func make(
    _ kind: ProviderError.Kind, _ sentence: String, status: Int? = nil, wait: Double? = nil, usage: TokenUsage? = nil
  ) -> ProviderError {
    let clean = connection.redactor.redact(sentence)
    let short = clean.count > Self.sentenceLimit ? clean.prefix(Self.sentenceLimit - 3) + "..." : clean[...]
    return ProviderError(kind, String(short), status: status, retryAfter: wait, usage: usage)
  }

  private static func number(_ seconds: Double) -> String {
    seconds.rounded() == seconds ? String(Int(seconds)) : String(seconds)
  }

  /// A redirect's target without query, fragment or user info.
  private static func place(_ location: String) -> String { EndpointParser.shown(location) }
}
