import Foundation
import JSONRPC

/// A client in memory: its messages are read, and lines written to it are recorded.
final class MemoryTransport: Transport, @unchecked Sendable {
  /// The lines that the connection wrote, without their line feeds.
  let lines: AsyncStream<String>

  /// Called with each line while the connection still writes it.
  var onLine: (String) -> Void = { _ in }

  private let lineSource: AsyncStream<String>.Continuation
  private let condition = NSCondition()
  private var input: [UInt8] = []
  private var consumed = 0
  private var inputHasEnded = false
  private var isListening = true
  private var isClosed = false
  private var room: Int
  private var partialLine: [UInt8] = []

  /// - Parameter room: the number of bytes that the client accepts before ``grant(_:)``.
  init(room: Int = .max) {
    (lines, lineSource) = AsyncStream.makeStream()
    self.room = room
  }

  // MARK: The client's side

  func send(_ bytes: [UInt8]) { change { input += bytes } }
  func endInput() { change { inputHasEnded = true } }
  func stopListening() { change { isListening = false } }
  func grant(_ bytes: Int) { change { room += bytes } }

  private func change(_ update: () -> Void) {
    condition.withLock {
      update()
      condition.broadcast()
    }
  }

  // MARK: The connection's side

  func read(into buffer: inout [UInt8]) throws(TransportError) -> Int {
    condition.lock()
    defer { condition.unlock() }
    while isListening && !isClosed && consumed == input.count && !inputHasEnded { condition.wait() }
    if isClosed { return 0 }
    if !isListening { throw .outputClosed }
    let count = min(input.count - consumed, buffer.count)
    buffer.replaceSubrange(0..<count, with: input[consumed..<consumed + count])
    consumed += count
    return count
  }

  func waitForDisconnection() throws(TransportError) {
    condition.lock()
    defer { condition.unlock() }
    while isListening && !isClosed { condition.wait() }
    if !isClosed { throw .outputClosed }
  }

  func writeAvailable(_ bytes: Span<UInt8>) throws(TransportError) -> Int {
    condition.lock()
    var lines: [String] = []
    defer { lines.forEach(onLine) }
    defer { condition.unlock() }
    if !isListening { throw .outputClosed }
    let count = min(bytes.count, room)
    room -= count
    for index in 0..<count {
      if bytes[index] == 0x0a {
        lines.append(String(decoding: partialLine, as: UTF8.self))
        partialLine = []
      } else {
        partialLine.append(bytes[index])
      }
    }
    for line in lines { lineSource.yield(line) }
    return count
  }

  func waitForRoom() {
    condition.lock()
    defer { condition.unlock() }
    while isListening && !isClosed && room == 0 { condition.wait() }
  }

  func close() {
    change { isClosed = true }
    lineSource.finish()
  }
}

extension AsyncStream {
  /// The next element; nil at the end.
  func next() async -> Element? {
    for await element in self { return element }
    return nil
  }
}
