import Providers

/// Calls that ended in an error of the server after which it may have done its work.
///
/// The vendors here do not bill them, and their answers tell no tokens, so they count as free; others may bill them.
struct ServerErrors: Sendable {
  private var count = 0

  /// The statuses of a server that has begun and failed, unlike those of one that is overloaded.
  private static let statuses: Set<Int> = [500, 502]

  /// - Parameter model: the one that was asked; one whose calls are free adds nothing.
  mutating func add(_ error: ProviderError, by model: ModelBinding?) {
    guard let status = error.status, Self.statuses.contains(status), error.usage == nil, !error.isUncounted,
      model?.cost(of: TokenUsage(promptTokens: 1, completionTokens: 1)) != 0
    else { return }
    count += 1
  }

  /// Nil without such calls.
  var warning: String? {
    guard count > 0 else { return nil }
    let (calls, are) = count == 1 ? ("1 call", "counts") : ("\(count) calls", "count")
    return
      "\(calls) ended in a server error (500 or 502) without token counts and \(are) as $0: a provider that bills such calls "
      + "has taken more than is shown."
  }
}
