import JSONCoding

/// Why a call to a provider has no answer, as one short sentence without secrets.
package struct ProviderError: ClientFacingError, Sendable, Equatable {
  /// The possible reaction of a caller.
  package enum Kind: Sendable, Equatable {
    /// Worth a retry: a rate limit, an overload, a time-out, a broken connection.
    case transient
    /// No server responds at an address that has never responded.
    case unreachable
    /// 401 or 403: the key is missing or rejected.
    case unauthorized
    /// 404: no such model or address.
    case notFound
    /// The account has no credit or quota left.
    case insufficientQuota
    /// The request itself is rejected.
    case invalidRequest
    /// The answer cannot be understood or holds no text.
    case unusableAnswer
    case cancelled
  }

  package let kind: Kind
  /// One sentence for the user, with keys redacted: what happened and what to do.
  package internal(set) var message: String
  /// The HTTP status, if there is one.
  package let status: Int?
  /// The pause that the provider requests before the next attempt, in seconds.
  package let retryAfter: Double?
  /// The usage of an answer that is paid for but cannot be used.
  package internal(set) var usage: TokenUsage?
  /// The text that arrived before a streamed answer was cut off.
  package internal(set) var partialText: String?
  /// Whether the call may have an unknown cost, because the answer was lost.
  package internal(set) var isUncounted: Bool
  /// Whether some of the answer arrived.
  var hasOutput: Bool
  /// The reasoning of an answer without text after it.
  package let reasoningText: String?
  /// Why an answer without text ended, in the words of Chat Completions; nil if there was none, or without a reason.
  package var finishReason: String?
  /// Whether the service tier that was asked for has no capacity at the moment, which costs nothing.
  package var lacksCapacity = false
  /// Whether the model, its moderation or a validator has decided about this request, so that the same one would
  /// probably fail again; false for what may be a fault of the connection, of a setting or of a moment.
  package var isAboutRequest = false
  /// Whether something else than the provider answered, such as the login page of a proxy, so that other requests
  /// probably fail as well.
  package var isFromElsewhere = false

  package init(
    _ kind: Kind, _ message: String, status: Int? = nil, retryAfter: Double? = nil, usage: TokenUsage? = nil,
    isUncounted: Bool = false, hasOutput: Bool = false, reasoningText: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.status = status
    self.retryAfter = retryAfter
    self.usage = usage
    self.isUncounted = isUncounted
    self.hasOutput = hasOutput
    self.reasoningText = reasoningText
  }

  /// Whether the limit on tokens ended the answer before any text.
  package var isCutOff: Bool { finishReason == "length" }

  /// Whether the call was certainly paid for.
  package var isPaid: Bool { usage != nil || hasOutput }

  /// Whether the provider asks for fewer concurrent calls: 429, or 529 for an overload.
  package var isRateLimit: Bool { kind == .transient && (status == 429 || status == 529) }

  /// Whether the server has begun and failed, so that it may bill the call without an answer that counts its tokens.
  package var isServerError: Bool {
    status.map(Self.serverErrors.contains) == true && usage == nil && !isUncounted
  }

  /// The statuses of a server that has begun and failed, unlike those of one that is overloaded.
  private static let serverErrors: Set<Int> = [500, 502]

  package var description: String { message }
}
