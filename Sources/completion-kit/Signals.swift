import Dispatch
import Synchronization

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
  /// Whether a signal came before its source was registered, which another thread does.
  private static let cameEarly = Atomic(false)
  private let sources: [any DispatchSourceSignal]

  /// - Parameters:
  ///   - exitCode: the exit code of an end by force.
  ///   - stop: starts the orderly end of the program.
  init(exitCode: Int32, stop: @escaping @Sendable () -> Void) {
    // Exceeding the file size limit is an error of the write and must not end the program.
    _ = signal(SIGXFSZ, SIG_IGN)
    let queue = DispatchQueue(label: "signals")
    let end: @Sendable () -> Void = {
      queue.asyncAfter(deadline: .now() + Self.patience) { _exit(exitCode) }
      stop()
    }
    // Made here, because a signal's handler must not make it.
    Self.cameEarly.store(false, ordering: .relaxed)
    sources = [SIGTERM, SIGINT].map { number in
      // A signal that is ignored until the source is registered would be lost, and the program would never end.
      _ = signal(number) { _ in Signals.cameEarly.store(true, ordering: .relaxed) }
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler(handler: end)
      source.setRegistrationHandler { if Self.cameEarly.load(ordering: .relaxed) { end() } }
      source.resume()
      return source
    }
  }
}
