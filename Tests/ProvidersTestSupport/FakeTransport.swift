package import JSONCoding
package import Providers
import Synchronization

/// Answers requests from a script, repeating the last answer, and records them.
package final class FakeTransport: HTTPTransport {
  package typealias Answer = Result<HTTPResponse, HTTPError>

  private let state: Mutex<(answers: [Answer], requests: [HTTPRequest])>

  package convenience init(_ answers: Answer...) { self.init(answers) }

  package init(_ answers: [Answer]) {
    state = Mutex((answers, []))
  }

  package convenience init(status: Int = 200, headers: HTTPHeaders = [:], _ body: String) {
    self.init(.ok(body, status: status, headers: headers))
  }

  package var requests: [HTTPRequest] { state.withLock(\.requests) }

  /// The bodies sent, parsed.
  package var bodies: [JSONValue] {
    get throws { try requests.map { try JSONValue(parsing: $0.body) } }
  }

  package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let answer = state.withLock { state in
      state.requests.append(request)
      return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
    }
    return try answer.get()
  }
}

extension FakeTransport.Answer {
  package static func ok(_ body: String, status: Int = 200, headers: HTTPHeaders = [:]) -> Self {
    .success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
  }
}
