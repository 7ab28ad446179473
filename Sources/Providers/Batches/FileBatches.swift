import JSONCoding

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// OpenAI's batch API: a file of requests, a batch of it, and files of its results and errors
/// (developers.openai.com/api/docs/guides/batch, the types of openai 2).
struct FileBatches<Format: WireFormat>: BatchService {
  let limits: BatchLimits
  let calls: BatchCalls<Format>
  private let files: MethodAddresses
  private let batches: MethodAddresses

  init(_ calls: BatchCalls<Format>, _ limits: BatchLimits) {
    self.calls = calls
    self.limits = limits
    files = calls.addresses(of: "files")
    batches = calls.addresses(of: "batches")
  }

  func check() async throws(ProviderError) { try await calls.check(batches) }

  // MARK: Requests

  func line(for request: CompletionRequest, id: String) throws(ProviderError) -> BatchLine {
    let (body, warnings) = try calls.exchange.encoded(request)
    let line: JSONObject = [
      "custom_id": .string(id), "method": "POST", "url": FileBatchNames.endpoint, "body": .object(body),
    ]
    return BatchLine(bytes: line.encoded, warnings: warnings)
  }

  func upload(_ lines: BatchLines, label: String) async throws(ProviderError) -> String? {
    let form = MultipartForm(purpose: "batch", fileName: FileBatchNames.file(label), file: lines.bytes)
    let call = BatchCall(method: .post, contentType: form.contentType, body: form.body)
    let file = try await calls.send(call, to: files)
    guard let id = file["id"]?.stringValue.nonEmpty else { throw calls.unlike(file, "the id of the file", call) }
    return id
  }

  func submit(_ lines: BatchLines, file: String?, label: String) async throws(ProviderError) -> BatchStatus {
    guard let file else {
      throw ProviderError(.invalidRequest, "A batch at \(calls.name) needs an uploaded file.")
    }
    let body: JSONObject = [
      "input_file_id": .string(file), "endpoint": FileBatchNames.endpoint, "completion_window": "24h",
      "metadata": [FileBatchNames.label: .string(label)],
    ]
    let call = BatchCall(method: .post, body: body.encoded, isSubmission: true)
    return try status(await calls.send(call, to: batches), call)
  }

  // MARK: State

  func candidates(label: String, count: Int, since: Double) async throws(ProviderError) -> [BatchStatus] {
    try await calls.list(batches, cursor: "after", since: since, status) { batch in
      batch["created_at"]?.doubleValue
    } keeping: { batch, isRecent in
      if let found = batch["metadata"]?[FileBatchNames.label] { return found == .string(label) }
      // Another server may not store labels, and may count the requests late.
      let total = batch["request_counts"]?["total"]?.count ?? 0
      return isRecent && !calls.connection.isOwnAddress && (total == 0 || total == count)
    } until: {
      $0.label == label
    }
  }

  func status(of id: String) async throws(ProviderError) -> BatchStatus {
    try await calls.status(of: id, at: batches, status)
  }

  func cancel(_ id: String) async throws(ProviderError) -> BatchStatus {
    try await calls.cancel(id, at: batches, status)
  }

  private func status(_ batch: JSONValue, _ call: BatchCall) throws(ProviderError) -> BatchStatus {
    guard let id = batch["id"]?.stringValue.nonEmpty, let word = batch["status"]?.stringValue.nonEmpty else {
      throw calls.unlike(batch, "the id and the status of a batch", call)
    }
    let counts = batch["request_counts"]
    let total = counts?["total"]?.count.flatMap { $0 > 0 ? $0 : nil }
    var status = BatchStatus(id: id, phase: .working, word: calls.shown(word), total: total)
    if total != nil { status.finished = (counts?["completed"]?.count ?? 0) + (counts?["failed"]?.count ?? 0) }
    status.files = ["output_file_id", "error_file_id"].compactMap { batch[$0]?.stringValue.nonEmpty }
    status.expiresAt = batch["expires_at"]?.doubleValue
    status.label = batch["metadata"]?[FileBatchNames.label]?.stringValue
    switch word.lowercased() {
    case "completed": status.phase = .ended
    case "expired": (status.phase, status.end) = (.ended, .expired)
    case "cancelled", "canceled": (status.phase, status.end) = (.ended, .cancelled)
    case "cancelling", "canceling": status.phase = .cancelling
    // A batch that failed as a whole has no results.
    case "failed": status.phase = status.files.isEmpty ? .rejected(rejection(batch)) : .ended
    default: break
    }
    if status.phase == .ended { status.results = status.finished } else { status.files = [] }
    return status
  }

  /// Why a batch was rejected, from the first of its errors.
  private func rejection(_ batch: JSONValue) -> String {
    let failure = ProviderFailure(connection: calls.connection, model: "")
    let errors = batch["errors"]?["data"]?.arrayValue ?? batch["errors"]?.arrayValue ?? []
    guard let first = errors.first else { return "\(calls.name) rejected the batch and gave no reason." }
    let place = first["line"]?.count.map { " because of line \($0)" } ?? ""
    let code = first["code"]?.stringValue.nonEmpty.map { " (\($0.prefix(60)))" } ?? ""
    let more = errors.count > 1 ? " There are \(errors.count - 1) more errors." : ""
    let said = failure.said(ProviderErrorBody(first))
    return failure.make(.invalidRequest, "\(calls.name) rejected the batch\(place)\(code)\(said).\(more)").message
  }

  // MARK: Results

  func results(
    of batch: BatchStatus, like request: CompletionRequest, _ receive: ([BatchResult]) async throws -> Void
  ) async throws {
    var fault: ProviderError?
    for file in batch.files {
      let call = BatchCall(subject: .results(batch.id), components: [file, "content"])
      do {
        try await calls.results(call, from: files, { result($0, like: request) }, receive)
      } catch let error as ProviderError {
        // The other file can be read nonetheless.
        fault = fault ?? error
      }
    }
    if let fault { throw fault }
  }

  private func result(_ line: JSONValue, like request: CompletionRequest) -> BatchResult? {
    guard let id = line["custom_id"]?.stringValue else { return nil }
    return BatchResult(id: id, outcome: outcome(line, like: request))
  }

  private func outcome(_ line: JSONValue, like request: CompletionRequest) -> BatchResult.Outcome {
    if let response = line["response"], !response.isNull {
      return .answered(
        calls.exchange.batchAnswer(
          response["body"] ?? .null, status: response["status_code"]?.count, like: request))
    }
    let error = line["error"] ?? .null
    switch error["code"] {
    case "batch_expired": return .expired
    case "batch_cancelled": return .cancelled
    default: return .answered(.failure(calls.exchange.batchError(error, like: request)))
    }
  }
}

/// The names in requests of ``FileBatches``.
enum FileBatchNames {
  static let endpoint: JSONValue = "/v1/chat/completions"
  /// The member of a batch's metadata.
  static let label = "completion_kit"

  static func file(_ label: String) -> String {
    "completion-kit-\(label.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }.prefix(100)).jsonl"
  }
}

/// A form with a file (RFC 7578).
struct MultipartForm {
  let contentType = "multipart/form-data; boundary=\(MultipartForm.boundary)"
  let body: [UInt8]

  /// JSON lines hold no carriage return, so that no boundary can occur in them.
  private static let boundary = "completion-kit-form"

  init(purpose: String, fileName: String, file: [UInt8]) {
    let start = """
      --\(Self.boundary)\r
      Content-Disposition: form-data; name="purpose"\r
      \r
      \(purpose)\r
      --\(Self.boundary)\r
      Content-Disposition: form-data; name="file"; filename="\(fileName)"\r
      Content-Type: application/jsonl\r
      \r\n
      """
    let end = "\r\n--\(Self.boundary)--\r\n"
    var body: [UInt8] = []
    body.reserveCapacity(start.utf8.count + file.count + end.utf8.count)
    body += start.utf8
    body += file
    body += end.utf8
    self.body = body
  }
}
