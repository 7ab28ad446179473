/// Bytes from and to one client.
///
/// One thread reads, one thread at a time writes; ``close()`` may come from anywhere.
package protocol Transport: Sendable {
  /// Waits for input, puts it at the buffer's start and returns how many bytes it is; 0 at the end of input and after
  /// ``close()``.
  /// - Throws: when the client reads no more, even if it still writes.
  func read(into buffer: inout [UInt8]) throws(TransportError) -> Int

  /// Waits until ``close()``, once there is no more input.
  /// - Throws: when the client reads no more.
  func waitForDisconnection() throws(TransportError)

  /// Writes as much as the client can take now, without waiting, and returns how many bytes that is.
  /// - Throws: when the client reads no more.
  func writeAvailable(_ bytes: Span<UInt8>) throws(TransportError) -> Int

  /// Waits until the client can take more, or until ``close()``.
  func waitForRoom()

  /// Ends every wait, now and later.
  func close()
}

/// The reason why a transport cannot continue.
package enum TransportError: Error, Equatable, Sendable {
  /// Nobody reads what is written.
  case outputClosed
  /// A system call failed at the start.
  case unavailable(what: String, errno: Int32)
}
