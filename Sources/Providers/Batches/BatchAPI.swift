/// A vendor's batch API: its kind, and what one batch can hold.
enum BatchAPI: Sendable, Equatable {
  /// Files of requests and of results, as at OpenAI.
  case files(BatchLimits)
  /// Requests in the body of the submission, as at Anthropic.
  case messages(BatchLimits)

  /// The batch API that takes the requests of an exchange.
  func service(
    of exchange: ProviderExchange<some WireFormat>, over streaming: any HTTPStreamingTransport
  ) -> any BatchService {
    let calls = BatchCalls(exchange: exchange, streaming: streaming)
    return switch self {
    case .files(let limits): FileBatches(calls, limits)
    case .messages(let limits): MessageBatches(calls, limits)
    }
  }
}
