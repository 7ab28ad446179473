import JSONCoding
import Providers
import Synchronization

/// A Chat Completions server that answers by a test's script, from the last message of a request.
///
/// If it has a list of models, any other model is unknown.
final class ChatTransport: HTTPTransport {
  typealias Script = @Sendable (_ prompt: String) async -> HTTPResponse

  private let models: [JSONValue]?
  private let script: Script
  private let requests = Mutex<[HTTPRequest]>([])
  var sent: [HTTPRequest] { requests.withLock { $0 } }

  init(models: [JSONValue]? = nil, _ script: @escaping Script) {
    self.models = models
    self.script = script
  }

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    requests.withLock { $0.append(request) }
    if let models, request.method == .get {
      return HTTPResponse(status: 200, body: JSONObject([.init(key: "data", value: .array(models))]).encoded)
    }
    let body: JSONValue
    do { body = try JSONValue(parsing: request.body.span) } catch { throw .malformed("\(error)") }
    if let models, !models.contains(where: { $0["id"] == body["model"] }) {
      return Self.refusal("The model does not exist", status: 404)
    }
    return await script(body["messages"]?.arrayValue?.last?["content"]?.stringValue ?? "")
  }

  static func answer(_ text: String, usage: JSONValue? = ["prompt_tokens": 10, "completion_tokens": 2]) -> HTTPResponse
  {
    var body: JSONObject = [
      "id": "c", "object": "chat.completion", "created": 1, "model": "m",
      "choices": [["index": 0, "finish_reason": "stop", "message": ["role": "assistant", "content": .string(text)]]],
    ]
    body["usage"] = usage
    return HTTPResponse(status: 200, body: body.encoded)
  }

  static func refusal(_ message: String, status: Int = 400) -> HTTPResponse {
    let body: JSONObject = ["error": ["message": .string(message), "type": "invalid_request_error"]]
    return HTTPResponse(status: status, body: body.encoded)
  }

  /// A server whose judge gives a fixed score, and whose other models repeat the prompt.
  static func judge(score: Int) -> ChatTransport {
    ChatTransport { prompt in
      prompt.contains("Judge the response") ? answer(#"{"reasons":"As it is.","score":\#(score)}"#) : answer(prompt)
    }
  }
}
