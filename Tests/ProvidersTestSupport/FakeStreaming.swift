package import JSONCoding
package import Providers
import Synchronization

/// Streams answers from a script, repeating the last one, in pieces of a chosen size.
package final class FakeStreaming: HTTPStreamingTransport {
  package struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: String
    /// The error at the end of the stream, if any.
    let error: HTTPError?

    package init(
      status: Int = 200, headers: HTTPHeaders = ["Content-Type": "text/event-stream; charset=utf-8"],
      body: String = "", error: HTTPError? = nil
    ) {
      (self.status, self.headers, self.body, self.error) = (status, headers, body, error)
    }
  }

  private let pieceSize: Int
  private let state: Mutex<(answers: [Answer], requests: [HTTPRequest])>

  package init(_ answers: Answer..., pieceSize: Int = 7) {
    state = Mutex((answers, []))
    self.pieceSize = pieceSize
  }

  package var requests: [HTTPRequest] { state.withLock(\.requests) }
  package var bodies: [JSONValue] {
    get throws { try requests.map { try JSONValue(parsing: $0.body) } }
  }

  package func stream(_ request: HTTPRequest, to receiver: any HTTPStreamReceiver) async throws(HTTPError) {
    let answer = state.withLock { state in
      state.requests.append(request)
      return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
    }
    if answer.status > 0 { receiver.begin(status: answer.status, headers: answer.headers) }
    var rest = Array(answer.body.utf8)[...]
    while !rest.isEmpty {
      if await receiver.receive(Array(rest.prefix(pieceSize))) == .nothing { return }
      rest = rest.dropFirst(pieceSize)
    }
    if let error = answer.error { throw error }
  }
}

extension FakeStreaming.Answer {
  /// Events, each one line of data.
  package static func events(_ data: String..., error: HTTPError? = nil) -> Self { events(chunks: data, error: error) }

  package static func events(chunks data: [String], error: HTTPError? = nil) -> Self {
    Self(body: data.map { "data: \($0)\n\n" }.joined(), error: error)
  }

  /// A Chat Completions answer in these parts.
  package static func chat(_ parts: [String], isCutOff: Bool = false) -> Self {
    events(chunks: parts.map(Chunk.text) + (isCutOff ? [] : [Chunk.end(), Chunk.usage, Chunk.done]))
  }

  package static func json(_ body: String, status: Int = 200, headers: HTTPHeaders = [:]) -> Self {
    var headers = headers
    headers["Content-Type"] = "application/json"
    return Self(status: status, headers: headers, body: body)
  }
}

/// Chunks of Chat Completions.
package enum Chunk {
  package static func text(_ text: String) -> String {
    #"{"id":"c","model":"gpt-4.1-mini","choices":[{"index":0,"delta":{"content":\#(JSONValue.string(text).text)}}]}"#
  }

  package static func end(_ reason: String = "stop") -> String {
    #"{"id":"c","model":"gpt-4.1-mini","choices":[{"index":0,"delta":{},"finish_reason":"\#(reason)"}],"usage":null}"#
  }

  package static let usage =
    #"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"cost":0.002,"prompt_tokens_details":{"cached_tokens":4}}}"#
  package static let done = "[DONE]"
}
