import JSONCoding
import Synchronization

@testable import Providers

/// Streams answers from a script, the last one again and again, in pieces of a chosen size.
final class FakeStreaming: HTTPStreamingTransport {
  struct Answer: Sendable {
    var status = 200
    var headers: HTTPHeaders = ["Content-Type": "text/event-stream; charset=utf-8"]
    var body = ""
    /// How the stream ends, if not well.
    var error: HTTPError?
  }

  private let pieceSize: Int
  private let state: Mutex<(answers: [Answer], requests: [HTTPRequest])>

  init(_ answers: Answer..., pieceSize: Int = 7) {
    state = Mutex((answers, []))
    self.pieceSize = pieceSize
  }

  var requests: [HTTPRequest] { state.withLock(\.requests) }
  var bodies: [JSONValue] {
    get throws { try requests.map { try JSONValue(parsing: $0.body) } }
  }

  func stream(_ request: HTTPRequest, to receiver: any HTTPStreamReceiver) async throws(HTTPError) {
    let answer = state.withLock { state in
      state.requests.append(request)
      return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
    }
    if answer.status > 0 { receiver.begin(status: answer.status, headers: answer.headers) }
    var rest = Array(answer.body.utf8)[...]
    while !rest.isEmpty {
      if receiver.receive(Array(rest.prefix(pieceSize))) == .nothing { return }
      rest = rest.dropFirst(pieceSize)
    }
    if let error = answer.error { throw error }
  }
}

extension FakeStreaming.Answer {
  /// Events, each one line of data.
  static func events(_ data: String..., error: HTTPError? = nil) -> Self { events(chunks: data, error: error) }

  static func events(chunks data: [String], error: HTTPError? = nil) -> Self {
    Self(body: data.map { "data: \($0)\n\n" }.joined(), error: error)
  }

  static func json(_ body: String, status: Int = 200, headers: HTTPHeaders = [:]) -> Self {
    var headers = headers
    headers["Content-Type"] = "application/json"
    return Self(status: status, headers: headers, body: body)
  }
}

/// Chunks of Chat Completions.
enum Chunk {
  static func text(_ text: String) -> String {
    #"{"id":"c","model":"gpt-4.1-mini","choices":[{"index":0,"delta":{"content":\#(JSONValue.string(text).text)}}]}"#
  }

  static func end(_ reason: String = "stop") -> String {
    #"{"id":"c","model":"gpt-4.1-mini","choices":[{"index":0,"delta":{},"finish_reason":"\#(reason)"}],"usage":null}"#
  }

  static let usage =
    #"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"cost":0.002,"prompt_tokens_details":{"cached_tokens":4}}}"#
  static let done = "[DONE]"
}
