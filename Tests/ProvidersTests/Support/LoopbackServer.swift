import Dispatch
import Foundation
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A small HTTP server on 127.0.0.1, with one thread a connection, whose misbehaviour is selected by the path.
final class LoopbackServer: Sendable {
  let port: UInt16
  private let listener: Int32
  private let script: [UInt8]?
  private let counts = Mutex(Counts())
  private let arrivals = AsyncStream.makeStream(of: Void.self)
  private let closings = AsyncStream.makeStream(of: Void.self)

  struct Counts {
    var connections = 0
    var requests: [String] = []
    var bytesSent = 0
  }

  var connections: Int { counts.withLock(\.connections) }
  var requests: [String] { counts.withLock(\.requests) }
  /// The number of bytes accepted by the system for sending.
  var bytesSent: Int { counts.withLock(\.bytesSent) }

  struct CannotListen: Error {}

  /// - Parameters:
  ///   - version6: whether it listens on ::1 instead of 127.0.0.1.
  ///   - script: the raw answer to every request, after which it closes the connection.
  init(version6: Bool = false, script: [UInt8]? = nil) throws {
    self.script = script
    #if canImport(Darwin)
      let kind = SOCK_STREAM
    #else
      let kind = Int32(SOCK_STREAM.rawValue)
    #endif
    // Writing to a closed connection is an error and must not end the process.
    _ = signal(SIGPIPE, SIG_IGN)
    let listener = socket(version6 ? AF_INET6 : AF_INET, kind, 0)
    var address = sockaddr_in6()
    if version6 {
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_addr = in6addr_loopback
    } else {
      unsafe withUnsafeMutableBytes(of: &address) { bytes in
        var version4 = sockaddr_in()
        version4.sin_family = sa_family_t(AF_INET)
        version4.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        unsafe bytes.storeBytes(of: version4, as: sockaddr_in.self)
      }
    }
    var length = socklen_t(version6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        unsafe bind(listener, raw, length) == 0 && listen(listener, 128) == 0
          && getsockname(listener, raw, &length) == 0
      }
    }
    guard isBound else { throw CannotListen() }
    self.listener = listener
    // The port is at the same position in both versions.
    port = UInt16(bigEndian: address.sin6_port)
    Thread.detachNewThread { [self] in acceptAll() }
  }

  func url(_ path: String) throws -> URL {
    guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else { throw CannotListen() }
    return url
  }

  /// Waits until a request has arrived.
  func firstRequest() async {
    for await _ in arrivals.stream { return }
  }

  /// Waits until a connection has ended.
  func firstClosing() async {
    for await _ in closings.stream { return }
  }

  /// Waits until the system accepts no more bytes for sending.
  func standstill() async {
    var before = -1
    while bytesSent == 0 || bytesSent != before {
      before = bytesSent
      await withCheckedContinuation { continuation in
        DispatchQueue.global().asyncAfter(deadline: .now() + 0.1) { continuation.resume() }
      }
    }
  }

  /// Stops listening; connections end with their clients.
  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    #if canImport(Darwin)
      // On macOS, shutdown does not wake threads that wait for connections.
      close(listener)
    #endif
  }

  private func acceptAll() {
    while true {
      let client = accept(listener, nil, nil)
      if client < 0 {
        #if !canImport(Darwin)
          // The thread that uses the socket closes it; otherwise another server could get the number, and this thread
          // its connections.
          close(listener)
        #endif
        return
      }
      counts.withLock { $0.connections += 1 }
      Thread.detachNewThread { [self] in
        var connection = LoopbackConnection(client) { count in self.counts.withLock { $0.bytesSent += count } }
        while let request = connection.readRequest() {
          counts.withLock { $0.requests.append(request) }
          arrivals.continuation.yield()
          if let script {
            connection.send(script)
            break
          }
          guard connection.answer(request) else { break }
        }
        close(client)
        closings.continuation.yield()
      }
    }
  }
}

/// One connection of the server.
struct LoopbackConnection {
  private let socket: Int32
  private var buffer: [UInt8] = []
  private let didSend: (Int) -> Void

  init(_ socket: Int32, didSend: @escaping (Int) -> Void) {
    self.socket = socket
    self.didSend = didSend
  }

  /// The request's head and body as text; nil if the client is gone.
  mutating func readRequest() -> String? {
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let range = buffer.firstRange(of: end) {
        let head = String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
        let lengthLine = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
        let length = lengthLine.flatMap { Int($0.drop { !$0.isNumber }) } ?? 0
        if buffer.count - range.upperBound >= length {
          let whole = String(decoding: buffer[..<(range.upperBound + length)], as: UTF8.self)
          buffer.removeFirst(range.upperBound + length)
          return whole
        }
      }
      var chunk = [UInt8](repeating: 0, count: 65_536)
      let count = unsafe read(socket, &chunk, chunk.count)
      if count <= 0 { return nil }
      buffer += chunk[..<count]
    }
  }

  /// Answers by path; false to close the connection.
  func answer(_ request: String) -> Bool {
    let path = request.split(separator: " ")[1]
    switch path {
    case "/close-before": return false
    case "/close-middle":
      send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
      return false
    case "/close-after":
      send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nwhole")
      return false
    case "/redirect":
      send("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/elsewhere?key=x\r\nContent-Length: 0\r\n\r\n")
      return true
    case "/chunked":
      send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n")
      return true
    case "/big":
      send("HTTP/1.1 200 OK\r\nContent-Length: \(10 * 1_048_576)\r\n\r\n")
      return send([UInt8](repeating: UInt8(ascii: "x"), count: 10 * 1_048_576))
    case "/endless":
      send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 65_536) + Array("\r\n".utf8)
      while send(chunk) {}
      return false
    case "/never":
      waitUntilClosed()
      return false
    case "/slow":
      send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
      while send([UInt8(ascii: "x")]), !isClosed(within: 20) {}
      return false
    case "/events":
      send(Self.eventStream)
      for piece in ["data: one\n", "\nda", "ta: two\n\n"] { send(Self.chunk(piece)) }
      send("0\r\n\r\n")
      return true
    case "/events-cut":
      send(Self.eventStream)
      send(Self.chunk("data: one\n\n"))
      return false
    case "/events-stall":
      send(Self.eventStream)
      send(Self.chunk("data: one\n\n"))
      waitUntilClosed()
      return false
    case "/events-endless":
      send(Self.eventStream)
      while send(Array(Self.chunk("data: one\n\n").utf8)), !isClosed(within: 1) {}
      return false
    case "/garbage":
      send("this is no HTTP\r\n\r\n")
      return false
    case "/429":
      send("HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}")
      return true
    case "/cookie":
      send("HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 2\r\n\r\nok")
      return true
    default:
      let body = request.firstRange(of: "\r\n\r\n").map { request[$0.upperBound...] } ?? ""
      send("HTTP/1.1 200 OK\r\nX-Test: yes\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
      return true
    }
  }

  private static let eventStream =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

  private static func chunk(_ text: String) -> String {
    "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n"
  }

  private func send(_ text: String) {
    send(Array(text.utf8))
  }

  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        // A part at a time, because `write` returns only after it has written everything.
        unsafe write(socket, buffer.baseAddress?.advanced(by: sent), min(bytes.count - sent, 65_536))
      }
      if count <= 0 { return false }
      sent += count
      didSend(count)
    }
    return true
  }

  private func waitUntilClosed() {
    while !isClosed(within: -1) {}
  }

  private func isClosed(within milliseconds: Int32) -> Bool {
    var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&descriptor, 1, milliseconds) > 0 else { return false }
    var byte: UInt8 = 0
    return unsafe recv(socket, &byte, 1, Int32(MSG_PEEK)) <= 0
  }
}
