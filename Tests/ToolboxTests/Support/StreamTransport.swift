import JSONCoding
import Providers
import Synchronization

/// A Chat Completions server that streams the parts a test gives it, one for each answer of a script.
final class StreamTransport: HTTPStreamingTransport {
  /// One answer: its parts, and whether it ends as it should.
  struct Answer: Sendable {
    var parts: [String]
    var isCutOff = false
    var status = 200
    /// What is awaited after the first part.
    var gate: Gate?
  }

  private let state: Mutex<(answers: [Answer], bodies: [JSONValue])>

  init(_ answers: Answer...) { state = Mutex((answers, [])) }

  /// What was sent so far.
  var bodies: [JSONValue] { state.withLock { $0.bodies } }

  func stream(_ request: HTTPRequest, to receiver: any HTTPStreamReceiver) async throws(HTTPError) {
    let body: JSONValue
    do { body = try JSONValue(parsing: request.body) } catch { throw .malformed("\(error)") }
    let answer = state.withLock { state in
      state.bodies.append(body)
      return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
    }
    receiver.begin(status: answer.status, headers: ["Content-Type": "text/event-stream"])
    guard answer.status == 200 else { return }
    for part in answer.parts {
      send(["choices": [["delta": ["content": .string(part)]]], "model": "m-1"], to: receiver)
      await answer.gate?.pass()
    }
    if answer.isCutOff { return }
    send(["choices": [["delta": [:], "finish_reason": "stop"]]], to: receiver)
    send(["choices": [], "usage": ["prompt_tokens": 5, "completion_tokens": 2]], to: receiver)
    _ = receiver.receive(Array("data: [DONE]\n\n".utf8))
  }

  private func send(_ chunk: JSONValue, to receiver: any HTTPStreamReceiver) {
    _ = receiver.receive(Array("data: \(chunk.text)\n\n".utf8))
  }
}
