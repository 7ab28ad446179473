import Dispatch
import Foundation
import JSONCoding
import Synchronization
import TestSupport
import Testing

@testable import Providers

/// Batches over real connections.
@Suite(.serialized, .timeLimit(.minutes(20))) struct BatchTransportTests {
  private static let head = "HTTP/1.1 200 OK\r\nConnection: close\r\n"
  private let ended = BatchStatus(id: "b", phase: .ended, word: "completed", files: ["f"])

  private func batches(_ server: LoopbackServer, _ settings: CurlSettings = CurlSettings()) throws -> any BatchService {
    let transport = CurlTransport(settings)
    let connection = try connection(.openai, endpoint: "http://127.0.0.1:\(server.port)/v1")
    return try #require(httpModel(connection, transport: transport, streaming: transport).batches)
  }

  private func results(_ count: Int) throws -> [UInt8] {
    let line = Array(try fileResult("r").utf8)
    return Array(repeating: line, count: count).flatMap(\.self)
  }

  @Test func `a file larger than any plain answer is read while it arrives, as fast as it is used`() async throws {
    // More than the limits of whole and of streamed answers that are set here.
    let body = try results(40_000)
    let server = try LoopbackServer(script: Array("\(Self.head)Content-Length: \(body.count)\r\n\r\n".utf8) + body)
    defer { server.stop() }
    var settings = CurlSettings()
    (settings.bodyLimit, settings.streamLimit, settings.streamBuffer) = (1_048_576, 1_048_576, 65_536)
    var count = 0
    var groups = 0
    try await batches(server, settings).results(of: ended, like: request()) { group in
      if groups == 0 {
        await server.standstill()
        // Sockets and buffers hold far less than the file.
        #expect(server.bytesSent < body.count - 4_000_000)
      }
      groups += 1
      count += group.count
    }
    #expect(count == 40_000 && groups > 10)
  }

  @Test(arguments: [true, false])
  func `a file that is cut off is noticed, with a length or without`(_ hasLength: Bool) async throws {
    let body = try results(1_000)
    let length = hasLength ? "Content-Length: \(body.count)\r\n" : ""
    let server = try LoopbackServer(
      script: Array("\(Self.head)\(length)\r\n".utf8) + body.dropLast(hasLength ? 700 : 9))
    defer { server.stop() }
    let (groups, error) = try await batches(server).collected(ended)
    #expect(groups.flatMap(\.self).count >= 998 && error?.kind == .transient)
    #expect(groups.flatMap(\.self).allSatisfy { $0.completion?.text == "Paris" })
  }

  @Test func `a cancelled task ends the reading`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let batches = try batches(server)
    let address = try #require(URL(string: "http://127.0.0.1:\(server.port)/slow"))
    let exchange = try #require(batches as? FileBatches<ChatCompletionsFormat>)
    let task = Task {
      try await exchange.calls.results(BatchCall(), at: address, { _ in nil }, { _ in })
    }
    await server.firstRequest()
    task.cancel()
    await server.firstClosing()
    let error = await #expect(throws: ProviderError.self) { try await task.value }
    #expect(error?.kind == .cancelled)
  }

  @Test func `a large body arrives as it is, and a small one after it too`() async throws {
    let server = try LoopbackServer()
    defer { server.stop() }
    let transport = CurlTransport()
    for size in [3_000_000, 5, 1_048_577, 1_048_576, 0, 2_000_000] {
      let body = (0..<size).map { UInt8(ascii: "a") + UInt8($0 % 23) }
      let request = HTTPRequest(.post, try server.url("/echo"), body: body, timeout: .unlimited)
      let answer = try await transport.send(request)
      #expect(answer.body == body, "\(size)")
    }
  }
}
