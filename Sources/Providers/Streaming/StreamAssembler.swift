import JSONCoding

/// Assembles an answer from the events of a provider's stream.
protocol StreamAssembler: Sendable {
  /// Reads the next event.
  mutating func read(_ event: ServerSentEvent) -> StreamStep
  /// Whether the text is complete, because the provider gave the finish reason.
  var isWhole: Bool { get }
  /// The progress of the answer.
  var progress: StreamProgress { get }
  /// The answer so far, in the form of an unstreamed one.
  ///
  /// It has token counts if they cover all of it.
  ///
  /// - Parameter text: the concatenated texts returned by ``read(_:)``.
  func answer(text: String) -> JSONValue
}

/// The progress of a streamed answer, by its possible cost.
enum StreamProgress: Sendable, Comparable {
  /// Nothing has arrived.
  case nothing
  /// Tokens are being counted.
  case counted
  /// Text, reasoning or a tool call has arrived, which is paid for.
  case output
}

/// The meaning of a stream's event.
enum StreamStep: Sendable, Equatable {
  /// Nothing for the reader: a keep-alive, reasoning, a count.
  case nothing
  /// The provider marks the end of the stream.
  case end
  /// Words outside the answer.
  case words(String)
  /// New text of the answer.
  case text(String)
  /// The provider gives up.
  case error(ProviderErrorBody)
  /// An unreadable event; the text completes a sentence that begins with the provider's name.
  case unreadable(String)
}

/// The reasoning in a stream, up to a size limit.
struct StreamedReasoning: Sendable {
  private var words = ""

  /// The size limit in bytes.
  private static let limit = 1_048_576

  var text: String? { words.nonEmpty }

  mutating func add(_ part: String?) {
    guard let part, words.utf8.count + part.utf8.count <= Self.limit else { return }
    words += part
  }
}

extension ProviderErrorBody {
  /// The status that the error would have had before the stream began, from its text or type.
  ///
  /// Nil if neither tells.
  var impliedStatus: Int? {
    if let status { return status }
    let words = [type ?? "", code ?? ""]
    return Self.statuses.first { words.contains($0.word) }?.status
  }

  private static let statuses: [(word: String, status: Int)] = [
    ("overloaded_error", 529), ("rate_limit_error", 429), ("rate_limit_exceeded", 429), ("timeout_error", 504),
    ("authentication_error", 401), ("invalid_api_key", 401), ("permission_error", 403), ("not_found_error", 404),
    ("billing_error", 402), ("insufficient_quota", 402), ("invalid_request_error", 400), ("model_not_found", 404),
    ("api_error", 500), ("server_error", 500), ("internal_server_error", 500),
  ]
}
