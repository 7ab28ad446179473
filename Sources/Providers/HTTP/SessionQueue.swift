import Dispatch
import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking

  /// Runs the callbacks of a session, and cancels its tasks, so that the two never overlap.
  ///
  /// On Linux a task that is cancelled in the moment in which it completes can leave the session's list of tasks before the
  /// session has dealt with the cancellation, and then the session ends the process. So a callback that comes while a
  /// cancellation is under way waits for it, on a queue of its own; the session goes on meanwhile.
  ///
  /// At all other times callbacks run in place, on the session's own serial queue. A change of threads for each of the
  /// three that make an answer would cost a fifth of a short request's time, and would let a server that sends faster
  /// than its data is taken fill the memory. Callbacks must be short and must not wait for the session.
  final class SessionQueue: OperationQueue, @unchecked Sendable {
    private let queue = DispatchQueue(label: "completion-kit.http-callbacks")
    /// Cancellations and callbacks that are on the queue or running on it.
    private let pending = Atomic(0)

    /// What the session is made with.
    var delegateQueue: OperationQueue? { self }

    /// The session calls this on its serial queue, so that callbacks keep their order: one runs in place only when all
    /// before it are done.
    override func addOperation(_ block: @escaping @Sendable () -> Void) {
      if pending.load(ordering: .acquiring) == 0 { block() } else { enqueue(block) }
    }

    func cancel(_ task: URLSessionTask) {
      enqueue { task.cancel() }
    }

    private func enqueue(_ block: @escaping @Sendable () -> Void) {
      pending.add(1, ordering: .acquiringAndReleasing)
      queue.async { [self] in
        block()
        pending.subtract(1, ordering: .acquiringAndReleasing)
      }
    }
  }
#else
  /// Where the system's session looks after itself: callbacks run on a queue of its own, and tasks are cancelled directly.
  final class SessionQueue: Sendable {
    var delegateQueue: OperationQueue? { nil }

    func cancel(_ task: URLSessionTask) { task.cancel() }
  }
#endif
