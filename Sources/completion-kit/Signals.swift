import Dispatch

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Ends the program on SIGTERM and SIGINT: orderly, or after a moment by force.
///
/// Acknowledged changes are already on disk, so nothing is lost.
final class Signals {
  /// The time limit for an orderly end.
  private static let patience = DispatchTimeInterval.milliseconds(400)
  private let sources: [any DispatchSourceSignal]

  /// - Parameters:
  ///   - exitCode: the exit code of an end by force.
  ///   - stop: starts the orderly end of the program.
  init(exitCode: Int32, stop: @escaping @Sendable () -> Void) {
    // Exceeding the file size limit is an error of the write and must not end the program.
    _ = signal(SIGXFSZ, SIG_IGN)
    let queue = DispatchQueue(label: "signals")
    sources = [SIGTERM, SIGINT].map { number in
      _ = signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        queue.asyncAfter(deadline: .now() + Self.patience) { _exit(exitCode) }
        stop()
      }
      source.resume()
      return source
    }
  }
}
