#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The process's standard streams, or any other pair of file descriptors.
///
/// Descriptors stay in blocking mode, because they are often shared with other processes; `poll` tells in advance
/// whether a call would block. A descriptor that polls as writable accepts at least `PIPE_BUF` bytes (POSIX, `poll` and
/// `write`).
package final class StdioTransport: Transport {
  private let input: Int32
  private let output: Int32
  /// A pipe that becomes readable at ``close()`` and so ends the waits of other threads.
  private let wakeUp: (read: Int32, write: Int32)

  /// Takes over standard input and output.
  ///
  /// From then on, file descriptor 1 is standard error, so that nothing else in the process can write to the client.
  /// SIGPIPE is ignored.
  package convenience init() throws(TransportError) {
    let input = try Self.duplicate(STDIN_FILENO, "standard input")
    let output = try Self.duplicate(STDOUT_FILENO, "standard output")
    Self.redirectStandardOutput()
    try self.init(input: input, output: output)
  }

  /// Takes over two descriptors, and closes them at the end.
  package init(input: Int32, output: Int32) throws(TransportError) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw .unavailable(what: "a pipe", errno: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    self.input = input
    self.output = output
    wakeUp = (ends[0], ends[1])
    _ = signal(SIGPIPE, SIG_IGN)
  }

  deinit {
    for descriptor in [input, output, wakeUp.read, wakeUp.write] { closeDescriptor(descriptor) }
  }

  /// Whether the input is a regular file.
  package var inputIsRegularFile: Bool {
    var status = stat()
    return unsafe fstat(input, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  package func read(into buffer: inout [UInt8]) throws(TransportError) -> Int {
    while try waitForEvent(on: input) {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe readBytes(from: input, into: $0) }
      if count >= 0 { return count }
      // After an error there is no more input.
      if errno != EINTR && errno != EAGAIN { break }
    }
    return 0
  }

  package func waitForDisconnection() throws(TransportError) {
    while try waitForEvent(on: -1) {}
  }

  package func writeAvailable(_ bytes: Span<UInt8>) throws(TransportError) -> Int {
    var written = 0
    while written < bytes.count {
      var entry = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
      guard unsafe poll(&entry, 1, 0) > 0 else { break }
      let chunk = bytes.extracting(written..<min(written + Int(PIPE_BUF), bytes.count))
      let count = writeBytes(chunk, to: output)
      if count >= 0 {
        written += count
      } else if errno == EAGAIN {
        break
      } else if errno != EINTR {
        throw .outputClosed
      }
    }
    return written
  }

  package func waitForRoom() {
    var entries = [
      pollfd(fd: output, events: Int16(POLLOUT), revents: 0),
      pollfd(fd: wakeUp.read, events: Int16(POLLIN), revents: 0),
    ]
    _ = unsafe poll(&entries, nfds_t(entries.count), -1)
  }

  package func close() {
    _ = writeBytes([0].span, to: wakeUp.write)
  }

  // MARK: System calls

  /// Waits until there are bytes to read, forever with a negative descriptor; false after ``close()``.
  private func waitForEvent(on descriptor: Int32) throws(TransportError) -> Bool {
    var entries = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: wakeUp.read, events: Int16(POLLIN), revents: 0),
      pollfd(fd: output, events: Int16(POLLHUP), revents: 0),
    ]
    while true {
      let count = unsafe poll(&entries, nfds_t(entries.count), -1)
      if count < 0 && errno == EINTR { continue }
      if count < 0 || entries[1].revents != 0 { return false }
      if entries[2].revents & Int16(POLLERR | POLLHUP) != 0 { throw .outputClosed }
      if entries[0].revents != 0 { return true }
      // macOS cannot poll some devices and immediately reports them as invalid.
      if entries[2].revents & Int16(POLLNVAL) != 0 { entries[2].fd = -1 }
    }
  }

  private static func duplicate(_ descriptor: Int32, _ name: String) throws(TransportError) -> Int32 {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0 else { throw .unavailable(what: name, errno: errno) }
    return copy
  }

  private static func redirectStandardOutput() {
    if dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 { return }
    let null = unsafe open("/dev/null", O_WRONLY)
    guard null >= 0 else { return }
    _ = dup2(null, STDOUT_FILENO)
    if null > STDERR_FILENO { closeDescriptor(null) }
  }
}
