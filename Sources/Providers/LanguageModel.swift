import JSONCoding

/// A provider that answers conversations: the one door to language models.
package protocol LanguageModel: Sendable {
  /// Asks once, without retries.
  ///
  /// - Throws: ``ProviderError``, redacted; `CancellationError` is reported as ``ProviderError/Kind/cancelled``.
  func complete(_ request: CompletionRequest) async throws(ProviderError) -> Completion
  /// Asks once and hands on the answer's text while it comes.
  ///
  /// - Parameter onText: takes each new part, in order; called by one thread at a time, it must not wait.
  /// - Returns: the whole answer.
  /// - Throws: ``ProviderError``, with ``ProviderError/partialText`` if it broke off.
  func stream(
    _ request: CompletionRequest, onText: @escaping @Sendable (String) -> Void
  ) async throws(ProviderError) -> Completion
}

extension LanguageModel {
  /// For models that say everything at once.
  package func stream(
    _ request: CompletionRequest, onText: @escaping @Sendable (String) -> Void
  ) async throws(ProviderError) -> Completion {
    let completion = try await complete(request)
    if !completion.text.isEmpty { onText(completion.text) }
    return completion
  }
}

/// Why a call to a provider gave no answer, as one short sentence without secrets.
package struct ProviderError: ClientFacingError, Sendable, Equatable {
  /// What a caller can do about it.
  package enum Kind: Sendable, Equatable {
    /// Worth another attempt: a rate limit, an overload, a time-out, a broken connection.
    case transient
    /// No server was found at an address that has never answered.
    case unreachable
    /// 401 or 403: the key is missing or refused.
    case unauthorized
    /// 404: no such model or address.
    case notFound
    /// The account has no money or quota left.
    case insufficientQuota
    /// The request itself is refused.
    case invalidRequest
    /// The answer cannot be understood or holds no text.
    case unusableAnswer
    case cancelled
  }

  package let kind: Kind
  /// One sentence for the user, keys redacted: what happened and what to do.
  package let message: String
  /// The HTTP status, where there was one.
  package let status: Int?
  /// How long the provider asks to wait before the next attempt, in seconds.
  package let retryAfter: Double?
  /// What an answer cost that is paid for but cannot be used.
  package let usage: TokenUsage?
  /// The text that had come before a streamed answer broke off.
  package let partialText: String?
  /// Whether the call may have cost something of which nothing is known, because the answer was lost on its way.
  package let isUncounted: Bool
  /// Whether some of the answer had come.
  let hasOutput: Bool
  /// The thoughts of an answer without a text behind them.
  package let reasoningText: String?
  /// Whether the limit on tokens ended the answer before any text.
  package var isCutOff = false

  package init(
    _ kind: Kind, _ message: String, status: Int? = nil, retryAfter: Double? = nil, usage: TokenUsage? = nil,
    partialText: String? = nil, isUncounted: Bool = false, hasOutput: Bool = false, reasoningText: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.status = status
    self.retryAfter = retryAfter
    self.usage = usage
    self.partialText = partialText
    self.isUncounted = isUncounted
    self.hasOutput = hasOutput
    self.reasoningText = reasoningText
  }

  /// Whether it is known that the call was paid for.
  package var isPaid: Bool { usage != nil || hasOutput }

  /// Whether the provider asks for fewer calls at a time: 429, and 529 for an overload.
  package var isRateLimit: Bool { kind == .transient && (status == 429 || status == 529) }

  package var description: String { message }
}
