import JSONCoding

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Turns failures into sentences for people: what happened and what to do.
///
/// The connection's redactor sees server text before it is truncated, so that no part of a key survives.
struct ProviderFailure: Sendable {
  let connection: ProviderConnection
  /// The requested model; empty for a request without a model.
  let model: String
  /// The addresses that were tried; empty for the endpoint as given.
  var addresses: [URL] = []

  static let sentenceLimit = 300

  // MARK: No answer

  /// - Parameter hasAnswered: whether the server ever responded; if so, it may only be restarting.
  /// - Parameter usage: the usage read from a truncated answer.
  func error(_ error: HTTPError, hasAnswered: Bool = true, usage: TokenUsage? = nil) -> ProviderError {
    let name = connection.name
    switch error {
    case .cancelled: return make(.cancelled, "The call to \(name) was cancelled.", isUncounted: true)
    case .timedOut(let seconds):
      return make(
        .transient, "\(name) did not complete its answer within \(Self.number(seconds)) seconds.", isUncounted: true)
    case .stalled(let seconds):
      return make(
        .transient, "\(name) sent nothing for \(Self.number(seconds)) seconds; the connection was closed.",
        isUncounted: true)
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
      return make(
        .transient, "The connection to \(name) broke before the answer was complete: \(reason).", usage: usage,
        isUncounted: usage == nil)
    case .insecure(let reason):
      return fromElsewhere(
        make(.invalidRequest, "No secure connection to \(connection.endpoint.origin): \(reason)."))
    case .redirected(let status, let location):
      return fromElsewhere(
        make(
          .invalidRequest,
          "\(name) answered with a redirect (\(status)) to \(Self.place(location)). Redirects are not followed: "
            + "set api_endpoint to the final address.", status: status))
    case .tooLarge(let limit):
      return make(
        .unusableAnswer, "The answer of \(name) is larger than \(limit / 1_048_576) MiB and was dropped.",
        isUncounted: true)
    case .forbiddenDestination(let reason): return fromElsewhere(make(.invalidRequest, reason))
    case .malformed(let reason):
      return fromElsewhere(make(.unusableAnswer, "\(name) did not answer in HTTP: \(reason).", isUncounted: true))
    case .proxyRefused(let reason):
      return make(.unreachable, "Cannot connect to \(connection.endpoint.origin) for \(name): \(reason).")
    case .unavailable(let reason): return make(.unreachable, reason)
    }
  }

  private func fromElsewhere(_ error: ProviderError) -> ProviderError {
    var error = error
    error.isFromElsewhere = true
    return error
  }

  private var connectionAdvice: String {
    connection.endpoint.isLoopback ? connection.provider.absenceAdvice : "Check the network and api_endpoint."
  }

  // MARK: Unusable answers

  /// - Parameters:
  ///   - thoughts: what the model thought before it gave no text.
  ///   - finishReason: why the model's answer ended, in the words of Chat Completions; nil if none came from a model.
  func unusable(
    _ reason: String, status: Int? = nil, usage: TokenUsage? = nil, thoughts: String? = nil, isUncounted: Bool = true,
    finishReason: String? = nil
  ) -> ProviderError {
    var error = make(
      .unusableAnswer, reason, status: status, usage: usage, isUncounted: isUncounted,
      thoughts: thoughts.map(connection.redactor.redact))
    error.finishReason = finishReason.map(connection.redactor.redactKnown)
    error.isAboutRequest = finishReason != nil
    return error
  }

  /// The error of a server that gave up in the middle of an answer.
  ///
  /// - Parameter word: the finish reason.
  func broken(_ word: String, usage: TokenUsage?) -> ProviderError {
    make(
      .transient, "\(connection.name) cut the answer off (finish_reason \(word.prefix(40))).", usage: usage,
      isUncounted: true)
  }

  /// The error of a body that is not the expected JSON.
  ///
  /// - Parameter usage: the usage that could be read nonetheless.
  func notJSON(_ response: HTTPResponse, _ error: JSONError, usage: TokenUsage? = nil) -> ProviderError {
    let name = connection.name
    if response.body.isEmpty { return unusable("\(name) answered with an empty body.", status: response.status) }
    if response.isPage {
      let title = ProviderErrorBody.sentence(ofText: response.beginning) ?? "no title"
      return fromElsewhere(
        unusable(
          "\(name) answered at \(place) with a web page (\(title)) in place of JSON. Check api_endpoint.",
          status: response.status, isUncounted: false))
    }
    let type = response.headers["Content-Type"] ?? ""
    let kind = type.isEmpty || type.lowercased().contains("json") ? "" : ", it is \(type.prefix { $0 != ";" })"
    return unusable(
      "The answer of \(name) is not JSON\(kind): \(error).\(opening(response.beginning))", status: response.status,
      usage: usage)
  }

  /// A sentence with the first words of an unreadable answer.
  func opening(_ text: String) -> String {
    let clean = connection.redactor.redact(text).split { $0.isWhitespace }.joined(separator: " ")
    let words = clean.unicodeScalars.prefix(80).map { $0.properties.generalCategory == .control ? "\u{fffd}" : $0 }
    guard !words.isEmpty else { return "" }
    return " It begins with \"\(String(String.UnicodeScalarView(words)))\"."
  }

  /// The addresses that were tried.
  var place: String {
    addresses.isEmpty ? connection.endpoint.text : addresses.map(\.absoluteString).joined(separator: " or ")
  }

  // MARK: Sentences

  func said(_ body: ProviderErrorBody) -> String {
    guard let message = body.message else { return "" }
    let line = message.split { $0.isWhitespace }.joined(separator: " ")
    guard !line.isEmpty else { return "" }
    let clean = connection.redactor.redact(line)
    let end = clean.last == "." ? clean.dropLast() : clean[...]
    return ": " + (end.count > 160 ? end.prefix(157) + "..." : end)
  }

  func make(
    _ kind: ProviderError.Kind, _ sentence: String, status: Int? = nil, wait: Double? = nil, usage: TokenUsage? = nil,
    isUncounted: Bool = false, thoughts: String? = nil
  ) -> ProviderError {
    let clean = connection.redactor.redact(sentence)
    let short = clean.count > Self.sentenceLimit ? clean.prefix(Self.sentenceLimit - 3) + "..." : clean[...]
    return ProviderError(
      kind, String(short), status: status, retryAfter: wait, usage: usage, isUncounted: isUncounted && usage == nil,
      reasoningText: thoughts)
  }

  private static func number(_ seconds: Double) -> String {
    seconds.rounded() == seconds ? String(Int(seconds)) : String(seconds)
  }

  /// The target of a redirect without query, fragment or user info.
  private static func place(_ location: String) -> String { EndpointParser.shown(location) }
}

extension HTTPResponse {
  /// Whether the body is an event stream, whatever its content type.
  var isStream: Bool {
    ServerSentEvent.isStream(body, labelled: headers["Content-Type"], isAll: true) ?? false
  }

  /// The beginning of the body as text.
  var beginning: String { String(decoding: body.prefix(4_096), as: UTF8.self) }

  /// Whether the body is a web page, which no API returns.
  var isPage: Bool {
    let type = (headers["Content-Type"] ?? "").lowercased()
    return !body.isEmpty && (type.contains("html") || beginning.first { !$0.isWhitespace } == "<")
  }
}
