import JSONCoding

/// Puts an answer together from the events of a provider's stream.
protocol StreamAssembler: Sendable {
  /// Reads the next event.
  mutating func read(_ event: ServerSentEvent) -> StreamStep
  /// Whether the text is whole: the provider has said why it ended.
  var isWhole: Bool { get }
  /// How far the answer has come.
  var progress: StreamProgress { get }
  /// The answer so far, in the shape of one that was not streamed, with its counts if they are of all of it.
  ///
  /// - Parameter text: all texts that ``read(_:)`` has given, one after the other.
  func answer(text: String) -> JSONValue
}

/// How far a streamed answer has come, by what it may have cost.
enum StreamProgress: Sendable, Comparable {
  /// Nothing of it has come.
  case nothing
  /// Its tokens are being counted.
  case counted
  /// Text, thoughts or the call of a tool have come, which are paid for.
  case output
}

/// What an event of a stream means.
enum StreamStep: Sendable, Equatable {
  /// Nothing for the reader: a sign of life, a thought, a count.
  case nothing
  /// The provider says that nothing more comes.
  case end
  /// Words that are no part of the answer.
  case words(String)
  /// New text of the answer.
  case text(String)
  /// The provider gives up.
  case error(ProviderErrorBody)
  /// What is wrong with the event, as the end of a sentence that begins with the provider's name.
  case unreadable(String)
}

/// The thoughts of a stream, as far as there is room for them.
struct StreamedThoughts: Sendable {
  private var words = ""

  /// The most bytes that are kept.
  private static let limit = 1_048_576

  var text: String? { words.nonEmpty }

  mutating func add(_ part: String?) {
    guard let part, words.utf8.count + part.utf8.count <= Self.limit else { return }
    words += part
  }
}

extension ProviderErrorBody {
  /// The status that the error would have had before the stream began, by its own word or by its type.
  ///
  /// Nil where it says neither.
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
