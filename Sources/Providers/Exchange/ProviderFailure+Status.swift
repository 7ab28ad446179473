import JSONCoding

extension ProviderFailure {
  /// The error of an answer with a status other than 2xx, or with an error in the body of a 200.
  ///
  /// - Parameters:
  ///   - status: nil for an error in a successful answer that names none.
  ///   - usage: the usage of the failed call, if it was counted.
  func error(
    status: Int?, _ body: ProviderErrorBody, usage: TokenUsage? = nil, headers: HTTPHeaders, now: Double
  ) -> ProviderError {
    let name = connection.name
    let wait = RateLimitHeaders.delay(status: status ?? 0, headers: headers, now: now) ?? body.retryAfter
    guard let status else {
      return make(.transient, "\(name) answered with an error\(said(body)).", wait: wait, usage: usage)
    }
    if Self.isOutOfFunds(status, body, wait: wait) {
      return make(
        .insufficientQuota,
        "\(name) says that the account has no credit or quota left (\(status))\(said(body)). Add credit.",
        status: status, usage: usage)
    }
    if body.isModeration {
      var error = make(
        .unusableAnswer, "\(name) refused the input by its rules (\(status))\(said(body)).", status: status,
        usage: usage)
      error.isAboutRequest = true
      return error
    }
    if body.isFailedGeneration {
      return make(
        .unusableAnswer, "\(name) could not use what the model wrote (\(status))\(said(body)).", status: status,
        usage: usage, isUncounted: true)
    }
    switch status {
    case 401:
      return make(
        .unauthorized,
        connection.key == nil
          ? "\(name) asks for a key (401). \(connection.keyAdvice)"
          : "\(name) refused the API key (401). \(connection.keyAdvice)", status: status)
    case 403 where body.isPage:
      return make(
        .unauthorized,
        "Something in front of \(name) blocked the request (403)\(said(body)). If it blocks every request, check the "
          + "network and api_endpoint.", status: status)
    case 403:
      return make(
        .unauthorized,
        "\(name) does not allow this (403)\(said(body)). Check the key's rights. \(connection.keyAdvice)",
        status: status)
    case 404: return notFound(body)
    case 407:
      return make(
        .unreachable,
        "A proxy before \(name) wants a user name and a password (407)\(said(body)). Check the network and api_endpoint; "
          + "https_proxy takes both (http://USER:PASSWORD@HOST:PORT).", status: status)
    case 408, 409, 425, 429, 498, 500...:
      var error = make(
        .transient, "\(name) \(Self.complaint(status)) (\(status))\(said(body)).\(nextStep(status))",
        status: status, wait: wait, usage: usage, isUncounted: Self.gatewayTimeouts.contains(status))
      error.lacksCapacity = status == 498 || status == 429 && body.saysUnavailable
      return error
    default:
      var error = make(
        .invalidRequest, "\(name) refused the request (\(status))\(said(body)).", status: status, usage: usage)
      error.isAboutRequest = Self.requestFaults.contains(status) && !body.isPage
      error.isFromElsewhere = body.isPage
      return error
    }
  }

  private func notFound(_ body: ProviderErrorBody) -> ProviderError {
    if body.isAbout(model: model) {
      return make(
        .notFound,
        "\(connection.name) has no model \"\(model)\" for this key (404)\(said(body)). "
          + connection.provider.missingModelAdvice,
        status: 404)
    }
    if model.isEmpty {
      return make(
        .notFound,
        "\(connection.name) lists no models at \(place) (404)\(said(body)). A model that is not listed "
          + "can be used by its name; if that fails too, check api_endpoint.", status: 404)
    }
    if !body.isPlainNotFound {
      return make(
        .notFound,
        "\(connection.name) cannot serve the request (404)\(said(body)). If it serves none, check api_endpoint and the "
          + "model's name.", status: 404)
    }
    return make(
      .notFound,
      "Nothing answers at \(place) for \(connection.name) (404)\(said(body)). "
        + "Check api_endpoint and the model's name.", status: 404)
  }

  /// The statuses of requests that cannot be understood, are too large or are invalid.
  private static let requestFaults: Set<Int> = [400, 413, 422]

  /// The gateway timed out, but the server behind it may have answered and billed.
  private static let gatewayTimeouts: Set<Int> = [408, 504, 524]

  /// - Parameter wait: the pause that the provider asks for, which an empty account does not have.
  private static func isOutOfFunds(_ status: Int, _ body: ProviderErrorBody, wait: Double?) -> Bool {
    let words = ["insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "billing_error"]
    if status == 402 || words.contains(body.code ?? "") || words.contains(body.type ?? "") { return true }
    let text = (body.message ?? "").lowercased()
    return [400, 403, 412, 429].contains(status)
      && (Self.wordsForEmptyAccounts.contains(where: text.contains)
        || text.contains("exceeded your current quota") && wait == nil)
  }

  /// Anthropic and OpenRouter, xAI, and Fireworks, whose status for it is 412.
  private static let wordsForEmptyAccounts = [
    "credit balance", "insufficient credits", "used all available credits", "doesn't have any credits",
    "spending limit",
  ]

  /// What to do once the server has failed as often as it is asked, behind a sentence; empty for other statuses.
  private func nextStep(_ status: Int) -> String {
    if status < 500 { return "" }
    return model.isEmpty ? " Try again later." : " Try again later, or use another model."
  }

  private static func complaint(_ status: Int) -> String {
    switch status {
    case 408: "timed out"
    case 409: "reports a conflict"
    case 425, 429: "limits the rate"
    case 498: "has no capacity left at this service tier"
    case 503, 529: "is overloaded"
    default: "failed"
    }
  }
}

extension ProviderErrorBody {
  /// Whether the tier that was asked for has no capacity at the moment, which costs nothing
  /// (developers.openai.com/api/docs/guides/flex-processing).
  var saysUnavailable: Bool {
    [code, type, message].contains { text in
      text.map { $0.lowercased().filter { $0 != "_" && $0 != " " }.contains("resourceunavailable") } == true
    }
  }

  /// Whether a 404 with this body is about the model rather than the address.
  func isAbout(model: String) -> Bool {
    guard !model.isEmpty else { return false }
    let text = plainMessage
    return code == "model_not_found" || text.contains("model") || text.contains(model.lowercased().filter { $0 != "." })
  }

  /// Whether a 404 with this body only says that the address is unknown.
  var isPlainNotFound: Bool { isPage || plainMessage.isEmpty || Self.wordsForNoPlace.contains(plainMessage) }

  private var plainMessage: String { (message ?? "").lowercased().filter { $0 != "." } }

  private static let wordsForNoPlace: Set<String> = [
    "not found", "404 not found", "404 page not found", "page not found", "resource not found", "file not found",
    "no route matched with those values",
  ]
}
