import Foundation
import TestSupport
import Testing

@testable import Providers

@Suite(.serialized, .timeLimit(.minutes(20))) struct CurlTransportTests {
  private func send(
    _ path: String, method: HTTPRequest.Method = .get, body: String = "", timeout: Double = .unlimited,
    limit: Int? = nil
  ) async throws -> Result<HTTPResponse, HTTPError> {
    let server = try LoopbackServer()
    defer { server.stop() }
    let transport = limit.map { CurlTransport(bodyLimit: $0) } ?? CurlTransport()
    let request = HTTPRequest(method, try server.url(path), body: Array(body.utf8), timeout: timeout)
    do throws(HTTPError) {
      return .success(try await transport.send(request))
    } catch {
      return .failure(error)
    }
  }

  @Test func `a body is sent and the whole answer received, with case-insensitive headers`() async throws {
    let response = try await send("/echo", method: .post, body: #"{"a":1}"#).get()
    #expect(response.status == 200)
    #expect(response.body == Array(#"{"a":1}"#.utf8))
    #expect(response.headers["x-TEST"] == "yes")
  }

  @Test func `connections are kept alive from one request to the next`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let transport = CurlTransport()
    for _ in 0..<50 { _ = try await transport.send(HTTPRequest(.get, try server.url("/echo"))) }
    #expect(server.requests.count == 50)
    #expect(server.connections == 1)
  }

  @Test func `sixty-four requests run at once`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let transport = CurlTransport()
    let url = try server.url("/echo")
    let total = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<640 {
        group.addTask {
          let body = Array("body \(number)".utf8)
          let response = try await transport.send(HTTPRequest(.post, url, body: body))
          return response.body == body ? 1 : 0
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(total == 640)
    #expect(server.connections < 640)
  }

  @Test func `chunks are joined`() async throws {
    #expect(try await send("/chunked").get().body == Array("abcdefg".utf8))
  }

  @Test func `ten megabytes arrive whole`() async throws {
    #expect(try await send("/big").get().body.count == 10 * 1_048_576)
  }

  @Test(arguments: ["/big", "/endless"])
  func `an answer beyond the limit is dropped`(path: String) async throws {
    let limit = 1_048_576
    #expect(try await send(path, limit: limit) == .failure(.tooLarge(limit: limit)))
  }

  @Test func `an error status is an answer`() async throws {
    let response = try await send("/429").get()
    #expect(response.status == 429)
    #expect(response.headers["retry-after"] == "7")
  }

  @Test func `a redirect is reported, not followed`() async throws {
    let expected = HTTPError.redirected(status: 302, location: "http://127.0.0.1:1/elsewhere?key=x")
    #expect(try await send("/redirect") == .failure(expected))
  }

  @Test func `an answer that never comes ends at the deadline`() async throws {
    try await expectDeadline("/never")
  }

  @Test func `an answer that comes byte by byte ends at the deadline`() async throws {
    try await expectDeadline("/slow")
  }

  private func expectDeadline(_ path: String) async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let url = try server.url(path)
    let end = await errorWithGrowingTimeout { timeout throws(HTTPError) in
      _ = try await CurlTransport().send(HTTPRequest(.get, url, timeout: timeout))
    }
    #expect(end.error == .timedOut(seconds: end.timeout))
  }

  @Test func `a later request with a shorter deadline ends first`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let transport = CurlTransport()
    let url = try server.url("/never")
    let long = Task { try await transport.send(HTTPRequest(.get, url, timeout: .unlimited)) }
    await server.firstRequest()
    let end = await errorWithGrowingTimeout { timeout throws(HTTPError) in
      _ = try await transport.send(HTTPRequest(.get, url, timeout: timeout))
    }
    #expect(end.error == .timedOut(seconds: end.timeout))
    long.cancel()
    await #expect(throws: HTTPError.cancelled) { try await long.value }
  }

  @Test func `a cancelled task ends its request`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let transport = CurlTransport()
    let url = try server.url("/never")
    let task = Task { try await transport.send(HTTPRequest(.get, url)) }
    await server.firstRequest()
    task.cancel()
    await #expect(throws: HTTPError.cancelled) { try await task.value }
  }

  @Test func `a cancelled task sends nothing`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let url = try server.url("/echo")
    let task = Task {
      unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      _ = try await CurlTransport().send(HTTPRequest(.get, url))
    }
    await #expect(throws: HTTPError.cancelled) { try await task.value }
    #expect(server.requests.isEmpty)
  }

  @Test func `a cancellation at any time ends the request in some way`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let transport = CurlTransport()
    let urls = try ["/never", "/redirect", "/echo"].map { try server.url($0) }
    let surprises = await withTaskGroup(of: String?.self) { group in
      for number in 0..<300 {
        group.addTask {
          let task = Task { try await transport.send(HTTPRequest(.get, urls[number % 3], timeout: .unlimited)) }
          for _ in 0..<(number % 40) { await Task.yield() }
          task.cancel()
          switch await task.result {
          case .success(let response): return response.status == 200 ? nil : "status \(response.status)"
          case .failure(let error as HTTPError):
            if case .redirected = error { return nil }
            return error == .cancelled ? nil : "\(error)"
          case .failure(let error): return "\(error)"
          }
        }
      }
      return await group.reduce(into: Set()) { if let surprise = $1 { $0.insert(surprise) } }
    }
    #expect(surprises == [])
  }

  @Test(arguments: ["/close-before", "/close-middle"])
  func `a connection that closes before the answer is complete is an error`(path: String) async throws {
    guard case .failure(.connectionLost) = try await send(path, timeout: .unlimited) else {
      Issue.record("no connectionLost for \(path): \(try await send(path, timeout: .unlimited))")
      return
    }
  }

  @Test func `a request is sent once, also on a kept connection that closes before the answer`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let transport = CurlTransport()
    _ = try await transport.send(HTTPRequest(.post, try server.url("/echo"), body: [1, 2, 3], timeout: .unlimited))
    let url = try server.url("/close-before")
    await #expect(throws: HTTPError.connectionLost("it was closed without an answer")) {
      try await transport.send(HTTPRequest(.post, url, body: [1, 2, 3], timeout: .unlimited))
    }
    // Who sends it again must know that the server may have counted the first one.
    #expect(server.requests.filter { $0.contains("/close-before") }.count == 1)
    // A server that closes kept connections is given new ones for a while.
    let connections = server.connections
    for byte: UInt8 in 4...6 {
      let request = HTTPRequest(.post, try server.url("/echo"), body: [byte], timeout: .unlimited)
      let next = try await transport.send(request)
      #expect(next.body == [byte])
    }
    // libcurl may have opened one more before it gave up.
    #expect(server.connections >= connections + 3)
  }

  @Test func `a connection that closes after the answer is no error for this or the next request`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let transport = CurlTransport()
    for _ in 0..<3 {
      let response = try await transport.send(HTTPRequest(.get, try server.url("/close-after")))
      #expect(response.body == Array("whole".utf8))
    }
  }

  @Test func `a refused connection is reported as one`() async throws {
    let server = try LoopbackServer()
    let url = try server.url("/echo")
    server.stop()
    await #expect(throws: HTTPError.cannotConnect("the connection was refused")) {
      try await CurlTransport().send(HTTPRequest(.get, url))
    }
  }

  @Test func `a request has a user agent, no Expect header, and accepts compressed answers`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let transport = CurlTransport(CurlSettings(userAgent: "completion-kit/1.2"))
    let body = [UInt8](repeating: UInt8(ascii: "x"), count: 4_000_000)
    _ = try await transport.send(HTTPRequest(.post, try server.url("/echo"), headers: ["X-A": "b"], body: body))
    let head = try #require(server.requests.first).components(separatedBy: "\r\n\r\n")[0].lowercased()
    let fields = head.split(separator: "\r\n").dropFirst().map { $0.prefix { $0 != ":" } }
    #expect(head.contains("user-agent: completion-kit/1.2\r\n") && head.contains("accept-encoding: gzip, deflate"))
    #expect(fields.sorted() == ["accept", "accept-encoding", "content-length", "host", "user-agent", "x-a"])
  }

  @Test func `a transport whose last request was large does not send it again`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let transport = CurlTransport()
    for body in [[UInt8](repeating: 1, count: 100_000), [], [2]] {
      let response = try await transport.send(HTTPRequest(.post, try server.url("/echo"), body: body))
      #expect(response.body == (body.count > 1 ? response.body : body) && response.body.count >= body.count)
    }
    let answer = try await transport.send(HTTPRequest(.get, try server.url("/echo")))
    #expect(answer.body.isEmpty && server.requests.last?.hasPrefix("GET /echo HTTP/1.1") == true)
  }

  @Test(arguments: ["http://[::1]:", "http://localhost:"])
  func `this machine is reached by IPv6 and by name`(start: String) async throws {
    let server = try LoopbackServer(version6: start.contains("["))
    defer { server.stop() }
    let url = try #require(URL(string: "\(start)\(server.port)/echo"))
    #expect(try await CurlTransport().send(HTTPRequest(.get, url)).status == 200)
  }

  @Test func `the end of a transport ends its connections`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    do {
      let transport = CurlTransport()
      _ = try await transport.send(HTTPRequest(.get, try server.url("/echo")))
    }
    await server.firstClosing()
  }

  @Test func `cookies are not kept`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let transport = CurlTransport()
    for _ in 0..<2 { _ = try await transport.send(HTTPRequest(.get, try server.url("/cookie"))) }
    #expect(server.requests.count == 2)
    #expect(server.requests.allSatisfy { !$0.lowercased().contains("cookie:") })
  }
}

extension CurlTransport {
  convenience init(bodyLimit: Int) {
    var settings = CurlSettings()
    settings.bodyLimit = bodyLimit
    self.init(settings)
  }
}
