import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

/// A vendor's batch API over scripted answers.
func batchService(
  _ vendor: Vendor, at endpoint: String? = nil, _ transport: FakeTransport = FakeTransport("{}"),
  files: FakeStreaming = FakeStreaming(.results(""))
) throws -> any BatchService {
  let model = httpModel(try connection(vendor, endpoint: endpoint), transport: transport, streaming: files)
  return try #require(model.batches)
}

extension FakeStreaming.Answer {
  static func results(_ text: String, error: HTTPError? = nil) -> Self {
    Self(headers: ["Content-Type": "application/octet-stream"], body: text, error: error)
  }
}

extension BatchService {
  /// The requests encoded, with ids `r1`, `r2` and so on.
  func lines(_ requests: CompletionRequest...) throws -> BatchLines {
    var lines = BatchLines(form)
    for (index, request) in requests.enumerated() {
      let hasRoom = lines.add(try line(for: request, id: "r\(index + 1)"), within: limits)
      #expect(hasRoom)
    }
    return lines
  }

  /// The groups of results of a batch, and the error at the end.
  func collected(
    _ batch: BatchStatus, like request: CompletionRequest = request()
  ) async throws -> (groups: [[BatchResult]], error: ProviderError?) {
    var groups: [[BatchResult]] = []
    do {
      try await results(of: batch, like: request) { groups.append($0) }
      return (groups, nil)
    } catch let error as ProviderError {
      return (groups, error)
    }
  }

  /// The results of a batch.
  func all(_ batch: BatchStatus, like request: CompletionRequest = request()) async throws -> [BatchResult] {
    let (groups, error) = try await collected(batch, like: request)
    #expect(error == nil)
    return groups.flatMap(\.self)
  }
}

extension BatchResult {
  var completion: Completion? {
    if case .answered(.success(let completion)) = outcome { completion } else { nil }
  }
  var error: ProviderError? {
    if case .answered(.failure(let error)) = outcome { error } else { nil }
  }
}

/// A batch in OpenAI's form.
func fileBatch(_ status: String, _ more: JSONObject = [:]) -> String {
  var batch: JSONObject = [
    "id": "batch_1", "object": "batch", "endpoint": "/v1/chat/completions", "errors": nil,
    "input_file_id": "file-in", "completion_window": "24h", "status": .string(status), "output_file_id": nil,
    "error_file_id": nil, "created_at": 1_800_000_000, "expires_at": 1_800_086_400,
    "request_counts": ["total": 0, "completed": 0, "failed": 0], "metadata": ["completion_kit": "run-7"],
  ]
  for member in more.members { batch[member.key] = member.value }
  return JSONValue.object(batch).text
}

/// A batch in Anthropic's form.
func messageBatch(_ status: String, _ more: JSONObject = [:]) -> String {
  var batch: JSONObject = [
    "id": "msgbatch_1", "type": "message_batch", "processing_status": .string(status),
    "request_counts": ["processing": 3, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0], "ended_at": nil,
    "created_at": "2027-01-15T08:00:00Z", "expires_at": "2027-01-16T08:00:00Z", "archived_at": nil,
    "cancel_initiated_at": nil, "results_url": nil,
  ]
  for member in more.members { batch[member.key] = member.value }
  return JSONValue.object(batch).text
}

/// The seconds since 1970 of the samples' creation.
let batchTime = 1_800_000_000.0

/// A line of results in OpenAI's form.
func fileResult(_ id: String, status: Int = 200, _ body: String = chatAnswer) throws -> String {
  let line: JSONObject = [
    "id": "batch_req_1", "custom_id": .string(id),
    "response": [
      "status_code": .integer(Int64(status)), "request_id": "req_1", "body": try JSONValue(parsing: body),
    ], "error": nil,
  ]
  return JSONValue.object(line).text + "\n"
}

func fileError(_ id: String, _ code: String, _ message: String = "It was not done.") -> String {
  #"{"id":"batch_req_2","custom_id":"\#(id)","response":null,"error":{"code":"\#(code)","message":"\#(message)"}}"#
    + "\n"
}

/// A line of results in Anthropic's form.
func messageResult(_ id: String, _ result: String) throws -> String {
  let line: JSONObject = ["custom_id": .string(id), "result": try JSONValue(parsing: result)]
  return JSONValue.object(line).text + "\n"
}
