import JSONCoding

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Anthropic's batch API: requests in the body of the submission, and one file of results
/// (platform.claude.com/docs/en/build-with-claude/batch-processing, the types of anthropic 1).
///
/// It stores no labels. Its counts stay at 0 until the whole batch has ended.
struct MessageBatches<Format: WireFormat>: BatchService {
  let limits: BatchLimits
  private let calls: BatchCalls<Format>
  private let batches: MethodAddresses

  /// - Parameter limits: with room for the brackets around the requests.
  init(_ calls: BatchCalls<Format>, _ limits: BatchLimits) {
    self.calls = calls
    self.limits = limits
    batches = calls.addresses(of: "messages/batches")
  }

  var form: BatchLines.Form { .array(named: "requests") }

  func check() async throws(ProviderError) { try await calls.check(batches) }

  // MARK: Requests

  func line(for request: CompletionRequest, id: String) throws(ProviderError) -> BatchLine {
    let (body, warnings) = try calls.exchange.encoded(request)
    let line: JSONObject = ["custom_id": .string(id), "params": .object(body)]
    return BatchLine(bytes: line.encoded, warnings: warnings)
  }

  func upload(_ lines: BatchLines, label: String) async throws(ProviderError) -> String? { nil }

  func submit(_ lines: BatchLines, file: String?, label: String) async throws(ProviderError) -> BatchStatus {
    let call = BatchCall(method: .post, body: lines.bytes, isSubmission: true)
    return try status(await calls.send(call, to: batches), call)
  }

  // MARK: State

  func candidates(label: String, count: Int, since: Double) async throws(ProviderError) -> [BatchStatus] {
    try await calls.list(batches, cursor: "after_id", since: since, status) { batch in
      Self.time(batch["created_at"])
    } keeping: { batch, isRecent in
      isRecent && Self.counts(batch).values.reduce(0, +) == count
    }
  }

  func status(of id: String) async throws(ProviderError) -> BatchStatus {
    try await calls.status(of: id, at: batches, status)
  }

  func cancel(_ id: String) async throws(ProviderError) -> BatchStatus {
    try await calls.cancel(id, at: batches, status)
  }

  private func status(_ batch: JSONValue, _ call: BatchCall) throws(ProviderError) -> BatchStatus {
    guard let id = batch["id"]?.stringValue.nonEmpty, let word = batch["processing_status"]?.stringValue.nonEmpty
    else { throw calls.unlike(batch, "the id and the status of a batch", call) }
    let counts = Self.counts(batch)
    let total = counts.values.reduce(0, +)
    var status = BatchStatus(id: id, phase: .working, word: calls.shown(word), total: total > 0 ? total : nil)
    status.expiresAt = Self.time(batch["expires_at"])
    switch word {
    case "ended":
      status.phase = .ended
      status.finished = total - (counts["processing"] ?? 0)
      // What was not asked has a result that says so.
      status.results = total > 0 ? total : nil
      status.files = batch["results_url"]?.stringValue.nonEmpty.map { [$0] } ?? []
    case "canceling": status.phase = .cancelling
    default: break
    }
    return status
  }

  private static func counts(_ batch: JSONValue) -> [String: Int] {
    let members = batch["request_counts"]?.objectValue?.members ?? []
    return Dictionary(members.map { ($0.key, $0.value.count ?? 0) }, uniquingKeysWith: { first, _ in first })
  }

  private static func time(_ value: JSONValue?) -> Double? { value?.stringValue.flatMap(Timestamp.rfc3339) }

  // MARK: Results

  func results(
    of batch: BatchStatus, like request: CompletionRequest, _ receive: ([BatchResult]) async throws -> Void
  ) async throws {
    guard let file = batch.files.first else {
      throw ProviderError(
        .notFound, "\(calls.name) no longer has the results of batch \(batch.id): it keeps them for 29 days.")
    }
    guard let address = calls.connection.endpoint.address(atOrigin: file) else {
      let place = EndpointParser.shown(file)
      throw ProviderFailure(connection: calls.connection, model: "").make(
        .unusableAnswer,
        "\(calls.name) names results at \(place), which is another server. The key is not sent there: give that "
          + "server's address as api_endpoint.")
    }
    do {
      let call = BatchCall(subject: .results(batch.id))
      try await calls.results(call, at: address, { result($0, like: request) }, receive)
    } catch let failure as ExchangeFailure {
      throw failure.error
    }
  }

  private func result(_ line: JSONValue, like request: CompletionRequest) -> BatchResult? {
    guard let id = line["custom_id"]?.stringValue, let result = line["result"] else { return nil }
    switch result["type"] {
    case "succeeded":
      let answer = calls.exchange.batchAnswer(result["message"] ?? .null, status: nil, like: request)
      return BatchResult(id: id, outcome: .answered(answer))
    case "errored":
      let error = calls.exchange.batchError(result["error"] ?? .null, like: request)
      return BatchResult(id: id, outcome: .answered(.failure(error)))
    case "expired": return BatchResult(id: id, outcome: .expired)
    case "canceled": return BatchResult(id: id, outcome: .cancelled)
    default: return nil
    }
  }
}

extension Endpoint {
  /// The address in a text, if it is at this origin; nil for any other.
  func address(atOrigin text: String) -> URL? {
    guard let own = URL(string: origin), let url = URL(string: text, relativeTo: own)?.absoluteURL, url.user() == nil,
      url.scheme?.lowercased() == own.scheme, url.host()?.lowercased() == own.host(),
      HTTPRequest(.get, url).port == HTTPRequest(.get, own).port
    else { return nil }
    return url
  }
}
