/// A transport of bytes from and to one client.
///
/// One thread at a time reads, and one at a time writes; ``close()`` may be called from any thread.
package protocol Transport: Sendable {
  /// Waits for input, stores it at the buffer's start and returns the number of bytes.
  ///
  /// It returns 0 at the end of input and after ``close()``.
  /// - Throws: if the client stops reading, even if it still writes.
  func read(into buffer: inout [UInt8]) throws(TransportError) -> Int

  /// Waits for ``close()`` after the end of input.
  /// - Throws: if the client stops reading.
  func waitForDisconnection() throws(TransportError)

  /// Writes as many bytes as the client can accept without waiting, and returns their number.
  /// - Throws: if the client stops reading.
  func writeAvailable(_ bytes: Span<UInt8>) throws(TransportError) -> Int

  /// Waits until the client can accept more, or until ``close()``.
  func waitForRoom()

  /// Ends all waits and prevents new ones.
  func close()
}

/// The reason why a transport cannot continue.
package enum TransportError: Error, Equatable, Sendable {
  /// The client no longer reads.
  case outputClosed
  /// A system call failed at the start.
  case unavailable(what: String, errno: Int32)
}
