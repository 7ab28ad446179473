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
