import Dispatch

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Ends the program on SIGTERM and SIGINT: in good order, or after a moment without it.
///
/// What was acknowledged is on the disk already, so nothing is lost by leaving.
final class Signals {
  /// The longest time that good order may take.
  private static let patience = DispatchTimeInterval.milliseconds(400)
  private let sources: [any DispatchSourceSignal]

  /// - Parameter stop: begins the end of the program.
  init(stop: @escaping @Sendable () -> Void) {
    // A file that may not grow further is an error of the write, not the end of the program.
    _ = signal(SIGXFSZ, SIG_IGN)
    let queue = DispatchQueue(label: "signals")
    sources = [SIGTERM, SIGINT].map { number in
      _ = signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        queue.asyncAfter(deadline: .now() + Self.patience) { _exit(0) }
        stop()
      }
      source.resume()
      return source
    }
  }
}
