#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Diagnostics on standard error; standard output belongs to the protocol.
struct Log: Sendable {
  let level: Options.LogLevel

  /// Logs a message for the user, although nothing failed.
  func notice(_ text: String) {
    if level != .error { Self.write("notice: \(text)") }
  }

  /// Logs a message that helps to find a fault.
  func debug(_ text: String) {
    if level == .debug { Self.write("debug: \(text)") }
  }

  static func error(_ text: String) { write("error: \(text)") }

  private static func write(_ text: String) {
    let line = Array("completion-kit: \(text)\n".utf8)
    // A message that cannot be written is lost, because there is no other place for it.
    _ = unsafe line.withUnsafeBytes { unsafe writeBytes(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

/// The system's `write`, which `Log.write` would hide.
private func writeBytes(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(file, bytes, count)
}
