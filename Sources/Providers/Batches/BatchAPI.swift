/// The kinds of batch APIs.
enum BatchAPI: Sendable, Equatable {
  /// Files of requests and of results, as at OpenAI.
  case files
  /// Requests in the body of the submission, as at Anthropic.
  case messages

  /// The batch API that takes the requests of an exchange.
  func service(
    of exchange: ProviderExchange<some WireFormat>, over streaming: any HTTPStreamingTransport
  ) -> any BatchService {
    let calls = BatchCalls(exchange: exchange, streaming: streaming)
    return switch self {
    case .files: FileBatches(calls)
    case .messages: MessageBatches(calls)
    }
  }
}
