import Testing

@testable import Providers

@Suite struct HTTPHeadReaderTests {
  private func read(_ text: String, limit: Int = 1_000) -> HTTPHeadReader.Step {
    var reader = HTTPHeadReader(limit: limit)
    var step = HTTPHeadReader.Step.more
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() where step == .more {
      step = reader.read(Array("\(line)\r\n".utf8))
    }
    return step
  }

  @Test func `a head is a status and its fields in their order`() {
    let expected = HTTPHead(status: 200, headers: ["A": "1", "b": "two words", "Empty": ""])
    #expect(read("HTTP/1.1 200 OK\nA: 1\nb:  two words \t\nEmpty:\nno field\n\n") == .complete(expected))
    #expect(read("HTTP/2 404 \n\n") == .complete(HTTPHead(status: 404, headers: [:])))
  }

  @Test func `informational answers are skipped, trailers ignored`() {
    #expect(
      read("HTTP/1.1 100 Continue\n\nHTTP/1.1 103 Early\nLink: x\n\nHTTP/1.1 200 OK\nA: 1\n\n")
        == .complete(HTTPHead(status: 200, headers: ["A": "1"])))
    var reader = HTTPHeadReader(limit: 1_000)
    for line in ["HTTP/1.1 200 OK\r\n", "\r\n"] { _ = reader.read(Array(line.utf8)) }
    #expect(reader.isComplete && reader.read(Array("X-Trailer: 1\r\n".utf8)) == .more)
  }

  @Test(arguments: ["HTTP/1.1 99 x\n\n", "HTTP/1.1 999 x\n\n", "HTTP/1.1 abc\n\n", "A: 1\n\n", "\n"])
  func `a status that does not exist is refused`(text: String) {
    guard case .refused(.malformed) = read(text) else {
      Issue.record("\(read(text))")
      return
    }
  }

  @Test func `all lines together have a limit, endless informational answers too`() {
    let endless = String(repeating: "HTTP/1.1 100 Continue\n\n", count: 100)
    for text in ["HTTP/1.1 200 OK\n" + String(repeating: "A: 12345678\n", count: 100), endless] {
      #expect(read(text + "\n") == .refused(.malformed("its header fields are larger than 0 KiB")))
    }
  }

  @Test func `a redirect is reported with its target; 304 is none`() {
    #expect(
      read("HTTP/1.1 308 x\nLocation: https://b/\n\n") == .refused(.redirected(status: 308, location: "https://b/")))
    #expect(read("HTTP/1.1 304 x\n\n") == .complete(HTTPHead(status: 304, headers: [:])))
  }

  @Test func `lengths may be repeated, but not differ`() {
    guard case .complete = read("HTTP/1.1 200 OK\nContent-Length: 2\ncontent-length: 2\n\n") else {
      Issue.record("refused")
      return
    }
    #expect(
      read("HTTP/1.1 200 OK\nContent-Length: 2\ncontent-length: 3\n\n")
        == .refused(.malformed("it announced two different lengths")))
  }
}
