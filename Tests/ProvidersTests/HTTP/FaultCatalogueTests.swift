import Synchronization
import TestSupport
import Testing

@testable import Providers

/// Misbehaviour of servers, in whole answers and streams: the process continues with the right answer or error.
@Suite(.timeLimit(.minutes(20))) struct `A server that` {
  /// The result of an answer on the wire.
  enum Expected: Sendable, Equatable {
    case answer(Int, String)
    /// The server violated HTTP, so a retry does not help.
    case malformed
    /// The answer was truncated or missing, so a retry may help.
    case lost
    /// One of the two, depending on the version of libcurl.
    case refused

    func covers(_ kind: Self?) -> Bool {
      self == kind || (self == .refused && (kind == .malformed || kind == .lost))
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let wire: [UInt8]
    let expected: Expected

    init(_ name: String, _ wire: String, _ expected: Expected) {
      self.init(name, Array(wire.utf8), expected)
    }

    init(_ name: String, _ wire: [UInt8], _ expected: Expected) {
      testDescription = name
      self.wire = wire
      self.expected = expected
    }
  }

  private static let chunked = "Transfer-Encoding: chunked\r\n"
  private static let gzipped: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 202, 207, 86, 178, 42, 41, 42, 77, 173, 5, 0, 144, 95, 212, 167, 11, 0, 0,
    0,
  ]
  private static let deflated: [UInt8] = [
    120, 156, 171, 86, 202, 207, 86, 178, 42, 41, 42, 77, 173, 5, 0, 22, 227, 4, 17,
  ]

  private static let gzippedNothing: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]

  private static func compressed(_ coding: String, _ body: [UInt8], status: String = "200 OK") -> [UInt8] {
    Array("HTTP/1.1 \(status)\r\nContent-Encoding: \(coding)\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body
  }

  static let cases: [Case] = [
    Case(
      "declares a trailer", "HTTP/1.1 200 OK\r\nTrailer: X-T\r\n\(chunked)\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n",
      .answer(200, "ok")),
    Case(
      "sends a trailer undeclared", "HTTP/1.1 200 OK\r\n\(chunked)\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n",
      .answer(200, "ok")),
    Case(
      "sends a trailer behind an error", "HTTP/1.1 500 No\r\n\(chunked)\r\n2\r\nno\r\n0\r\nX-T: 1\r\n\r\n",
      .answer(500, "no")),
    Case(
      "asks for a password in any script",
      "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"Пароль\"\r\nContent-Length: 2\r\n\r\nno", .answer(401, "no")),
    Case(
      "sends informational answers first",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", .answer(200, "ok")),
    Case("has nothing to say", "HTTP/1.1 204 No Content\r\n\r\n", .answer(204, "")),
    Case("says that nothing has changed", "HTTP/1.1 304 Not Modified\r\n\r\n", .answer(304, "")),
    Case(
      "announces the same length twice",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", .answer(200, "ok")),
    Case(
      "announces two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!", .malformed),
    Case("announces a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok", .malformed),
    Case("puts a NUL into a header", "HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 2\r\n\r\nok", .malformed),
    Case(
      "writes headers in Latin-1",
      Array("HTTP/1.1 200 OK\r\nX-A: caf".utf8) + [0xe9] + Array("\r\nContent-Length: 2\r\n\r\nok".utf8),
      .answer(200, "ok")),
    Case("answers with status 99", "HTTP/1.1 99 No\r\nContent-Length: 2\r\n\r\nok", .refused),
    Case("answers with status 999", "HTTP/1.1 999 No\r\nContent-Length: 2\r\n\r\nok", .malformed),
    Case("answers without a status line", "{\"ok\": true}\r\n", .lost),
    Case("answers by HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nok", .answer(200, "ok")),
    Case("answers by HTTP/2 unasked", [0, 0, 0, 4, 0, 0, 0, 0, 0] + Array("PRI * HTTP/2.0\r\n\r\n".utf8), .lost),
    Case("writes a chunk's size wrong", "HTTP/1.1 200 OK\r\n\(chunked)\r\nzz\r\nok\r\n0\r\n\r\n", .malformed),
    Case("breaks off within a chunk", "HTTP/1.1 200 OK\r\n\(chunked)\r\n5\r\nok", .lost),
    Case("breaks off between chunks", "HTTP/1.1 200 OK\r\n\(chunked)\r\n2\r\nok\r\n", .lost),
    Case("breaks off within its head", "HTTP/1.1 200 OK\r\nContent-Le", .lost),
    Case("breaks off within its body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", .lost),
    Case("says nothing", "", .lost),
    Case("compresses with gzip", compressed("gzip", gzipped), .answer(200, #"{"ok":true}"#)),
    Case("compresses with deflate", compressed("deflate", deflated), .answer(200, #"{"ok":true}"#)),
    Case("breaks off its gzip at once", compressed("gzip", Array(gzipped.prefix(11))), .lost),
    Case("breaks off its gzip and its body", Array(compressed("gzip", gzipped).dropLast(9)), .lost),
    Case("compresses nothing in an error", compressed("gzip", gzippedNothing, status: "429 No"), .answer(429, "")),
    Case("pads its gzip", compressed("gzip", gzipped + [0, 0, 0]), .malformed),
    Case("sends two pieces of gzip", compressed("gzip", gzipped + gzipped), .malformed),
    Case("takes a charset for a coding", compressed("UTF-8", Array("{}".utf8)), .answer(200, "{}")),
    Case(
      "takes a charset for a coding in chunks",
      "HTTP/1.1 200 OK\r\nContent-Encoding: utf-8\r\n\(chunked)\r\n2\r\nok\r\n0\r\n\r\n", .answer(200, "ok")),
    Case("lies about its gzip", compressed("gzip", Array("{\"ok\": true}".utf8)), .malformed),
    Case(
      "sends a header of many KiB", "HTTP/1.1 200 OK\r\nX-A: \(String(repeating: "x", count: 400_000))\r\n\r\n",
      .malformed),
    Case(
      "sends many headers", "HTTP/1.1 200 OK\r\n\(String(repeating: "X-A: 0123456789\r\n", count: 40_000))\r\n",
      .malformed),
    Case(
      "sends informational answers for ever", String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 40_000),
      .malformed),
    Case(
      "sends trailers for ever",
      "HTTP/1.1 200 OK\r\n\(chunked)\r\n2\r\nok\r\n0\r\n" + String(repeating: "X-A: 0123456789\r\n", count: 40_000),
      .malformed),
  ]

  @Test(arguments: cases)
  func `misbehaves is answered by the right error`(_ case: Case) async throws {
    let server = try LoopbackServer(script: `case`.wire)
    defer { server.stop() }
    let request = HTTPRequest(.post, try server.url("/"), body: Array("{}".utf8), timeout: .unlimited)
    do throws(HTTPError) {
      let response = try await CurlTransport().send(request)
      let text = String(decoding: response.body, as: UTF8.self)
      #expect(Expected.answer(response.status, text) == `case`.expected)
    } catch {
      #expect(`case`.expected.covers(Self.kind(of: error)), "\(error)")
    }
  }

  @Test(arguments: cases)
  func `misbehaves in a stream is answered by the right error`(_ case: Case) async throws {
    let server = try LoopbackServer(script: `case`.wire)
    defer { server.stop() }
    let request = HTTPRequest(.post, try server.url("/"), body: Array("{}".utf8), timeout: .unlimited)
    let keeper = CurlStreamTests.Keeper()
    do throws(HTTPError) {
      try await CurlTransport().stream(request, to: keeper)
      #expect(Expected.answer(keeper.status, keeper.body) == `case`.expected)
    } catch {
      #expect(`case`.expected.covers(Self.kind(of: error)), "\(error)")
    }
  }

  private static func kind(of error: HTTPError) -> Expected? {
    switch error {
    case .malformed: .malformed
    case .connectionLost: .lost
    default: nil
    }
  }
}
