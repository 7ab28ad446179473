import JSONCoding

/// A provider's batch API: many requests in one submission, answered within a day at a lower price.
///
/// A submission is known by its label before the provider has given it an id, so that a program that ends in between
/// can find it again in place of paying twice.
package protocol BatchService: Sendable {
  /// What one batch can hold.
  var limits: BatchLimits { get }

  /// How it takes the requests.
  var form: BatchLines.Form { get }

  /// Asks whether the server has the API, which costs nothing.
  ///
  /// - Throws: ``ProviderError`` of the kind `notFound` if it has none; other failures say nothing of that.
  func check() async throws(ProviderError)

  /// A request as it stands in a batch.
  ///
  /// The shape of the request follows from what earlier plain calls of the same model have taught.
  /// - Parameter id: the id of its result, unique in the batch: 1 to 64 of `A-Z a-z 0-9 _ -`.
  /// - Throws: ``ProviderError`` for a request that cannot be sent.
  func line(for request: CompletionRequest, id: String) throws(ProviderError) -> BatchLine

  /// Sends the lines as a file, which costs nothing; nil if the provider takes them with the submission.
  func upload(_ lines: BatchLines, label: String) async throws(ProviderError) -> String?

  /// Submits a batch.
  ///
  /// - Parameters:
  ///   - file: the result of ``upload(_:label:)``.
  ///   - label: stored with the batch where the provider can store one.
  /// - Throws: ``ProviderError``; if ``ProviderError/isUncounted`` is set, the provider may have accepted the batch.
  func submit(_ lines: BatchLines, file: String?, label: String) async throws(ProviderError) -> BatchStatus

  /// The batches that may be a submission whose answer was lost, the newest first.
  ///
  /// A provider that stores labels returns only the batch with the label. Another one returns the batches of the same
  /// size since the time; the ids in their results show whether they are the submission.
  /// - Parameter since: when the submission began, in seconds since 1970.
  func candidates(label: String, count: Int, since: Double) async throws(ProviderError) -> [BatchStatus]

  func status(of id: String) async throws(ProviderError) -> BatchStatus

  /// Asks the provider to end a batch; requests that it has answered stay, and are billed.
  func cancel(_ id: String) async throws(ProviderError) -> BatchStatus

  /// Delivers the results of an ended batch as they arrive, in the provider's order.
  ///
  /// - Parameters:
  ///   - request: any request of the batch, whose messages do not matter.
  ///   - receive: called with groups of results; the next ones are read when it returns.
  /// - Throws: ``ProviderError`` if a file of results is incomplete; what has been delivered is whole.
  func results(
    of batch: BatchStatus, like request: CompletionRequest, _ receive: ([BatchResult]) async throws -> Void
  ) async throws
}

extension BatchService {
  package var form: BatchLines.Form { .lines }
}

/// What one batch can hold.
package struct BatchLimits: Sendable, Equatable {
  package var requests: Int
  package var bytes: Int

  package init(requests: Int, bytes: Int) {
    self.requests = requests
    self.bytes = bytes
  }
}

/// One request of a batch, encoded.
package struct BatchLine: Sendable {
  /// JSON without a line break.
  package var bytes: [UInt8]
  /// What was changed in the request, such as a dropped parameter; empty for most requests.
  package var warnings: [String]

  package init(bytes: [UInt8], warnings: [String] = []) {
    self.bytes = bytes
    self.warnings = warnings
  }
}

/// The requests of one batch, encoded.
package struct BatchLines: Sendable {
  /// How a provider takes the requests of a batch.
  package enum Form: Sendable {
    /// Each with a line break behind it.
    case lines
    /// As the array of this name in an object.
    case array(named: String)
  }

  private let form: Form
  /// The requests in their form, whole after each one, so that no copy is needed to send them.
  package private(set) var bytes: [UInt8]
  package private(set) var count = 0

  package init(_ form: Form = .lines) {
    self.form = form
    switch form {
    case .lines: bytes = []
    case .array(let name): bytes = Array(#"{"\#(name)":[]}"#.utf8)
    }
  }

  /// Adds a line if it fits.
  package mutating func add(_ line: BatchLine, within limits: BatchLimits) -> Bool {
    guard count < limits.requests, bytes.count + line.bytes.count + 1 <= limits.bytes else { return false }
    switch form {
    case .lines:
      bytes += line.bytes
      bytes.append(ASCII.lineFeed)
    case .array:
      bytes.removeLast(2)
      if count > 0 { bytes.append(ASCII.comma) }
      bytes += line.bytes
      bytes += [ASCII.closeBracket, ASCII.closeBrace]
    }
    count += 1
    return true
  }
}

/// The state of a batch at its provider.
package struct BatchStatus: Sendable, Equatable {
  package enum Phase: Sendable, Equatable {
    /// Accepted and not ended.
    case working
    /// Told to end, and not ended.
    case cancelling
    /// Ended; results are available for the requests that were answered.
    case ended
    /// Rejected as a whole; no request was answered. The sentence says why.
    case rejected(String)
  }

  /// How an ended batch ended.
  package enum End: Sendable, Equatable {
    /// Every request was asked, as far as its provider tells.
    case whole
    /// Its time was over before every request was asked.
    case expired
    /// It was cancelled before every request was asked.
    case cancelled
  }

  package var id: String
  package var phase: Phase
  package var end = End.whole
  /// The provider's own word, such as `validating`.
  package var word: String
  /// The requests with a result; nil where the provider does not tell before the end.
  package var finished: Int?
  package var total: Int?
  /// The label that the provider has stored with it; nil if it stores none.
  package var label: String?
  /// The number of results that its files have; nil if the provider does not tell.
  package var results: Int?
  /// The files of its results, at addresses or by ids of the provider; empty before the end.
  package var files: [String]
  /// When it ends whatever is left, in seconds since 1970; nil if unknown.
  package var expiresAt: Double?

  package init(
    id: String, phase: Phase, word: String, finished: Int? = nil, total: Int? = nil, files: [String] = [],
    expiresAt: Double? = nil
  ) {
    self.id = id
    self.phase = phase
    self.word = word
    self.finished = finished
    self.total = total
    self.files = files
    self.expiresAt = expiresAt
  }
}

/// The result of one request of a batch.
package struct BatchResult: Sendable {
  package enum Outcome: Sendable {
    /// The answer, or why the provider gave none; its usage is of the tier `batch`.
    case answered(Result<Completion, ProviderError>)
    /// Not asked before the batch expired; it costs nothing.
    case expired
    /// Not asked before the batch was cancelled; it costs nothing.
    case cancelled
  }

  /// The id from ``BatchService/line(for:id:)``.
  package let id: String
  package let outcome: Outcome

  package init(id: String, outcome: Outcome) {
    self.id = id
    self.outcome = outcome
  }
}
