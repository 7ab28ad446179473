import Foundation
import JSONCoding
import Providers
import Synchronization

/// Answers nothing: most tests of the tools reach no network.
struct NoTransport: HTTPTransport {
  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    throw .cancelled
  }
}

/// A Chat Completions server that answers as a test says, by the last message it is sent.
final class ChatTransport: HTTPTransport {
  typealias Script = @Sendable (_ prompt: String) async -> HTTPResponse

  private let script: Script
  private let requests = Mutex<[HTTPRequest]>([])
  var sent: [HTTPRequest] { requests.withLock { $0 } }

  init(_ script: @escaping Script) {
    self.script = script
  }

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    requests.withLock { $0.append(request) }
    let prompt: String
    do {
      let body = try JSONValue(parsing: request.body.span)
      prompt = body["messages"]?.arrayValue?.last?["content"]?.stringValue ?? ""
    } catch {
      throw .malformed("\(error)")
    }
    return await script(prompt)
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

  /// A server whose judge gives a score, and whose other models say the prompt again.
  static func judge(score: Int) -> ChatTransport {
    ChatTransport { prompt in
      prompt.contains("Judge the response") ? answer(#"{"reasons":"As it is.","score":\#(score)}"#) : answer(prompt)
    }
  }
}

/// Holds calls until a test lets them go.
final class Gate: Sendable {
  private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

  func pass() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }

  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}
