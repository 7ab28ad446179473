import Dispatch
import Synchronization

/// Two threads of which one reads, and runs itself the first request of what it has read.
///
/// Waking a thread takes longer than a small request, so the reading thread wakes none. The other thread watches: it
/// reads on when a request takes longer than two ticks, and the first one then watches. A job that its thread does not
/// come to for a tick, and everything else, runs in the threads that all tasks share. (Go's runtime replaces blocked
/// threads in the same way: runtime/proc.go, `sysmon`.)
final class ReadingThreads: TaskExecutor, Sendable {
  static let count = 2
  private static let tick = DispatchTimeInterval.milliseconds(1)
  /// The number of ticks without a request after which the watching thread sleeps.
  private static let ticksToSleep = 5

  private struct State {
    /// The thread whose turn it is to read.
    var reader: SystemThread.ID?
    /// What each thread runs next, nil so far; a thread without an entry keeps no job.
    var kept: [SystemThread.ID: UnownedJob?] = [:]
    /// The number of times that a thread has run what it kept.
    var runCount = 0
    /// Whether the reading thread is running what it kept.
    var isRunning = false
    var hasWatch = false
    /// Whether the watching thread sleeps until it is woken.
    var isAsleep = false

    /// Removes and returns the job that the reading thread has kept and does not come to.
    ///
    /// A thread runs at once what it keeps, unless an actor that it has left gives it the work of other tasks.
    mutating func takeLate() -> UnownedJob? {
      guard isRunning, let reader, case .some(.some(let job)) = kept[reader] else { return nil }
      kept[reader] = .some(nil)
      return job
    }
  }

  private let state = Mutex(State())
  private let wake = DispatchSemaphore(value: 0)

  // MARK: Turns

  /// Blocks the thread until it may read.
  func waitForTurn() {
    let thread = SystemThread.current
    var lastRun = 0
    var idleTicks = 0
    while true {
      // Nil at the beginning of the turn.
      let (deadline, late): (DispatchTime?, UnownedJob?) = state.withLock { state in
        let late = state.takeLate()
        let isStuck = state.isRunning && state.runCount == lastRun
        if state.reader == nil || isStuck {
          if let reader = state.reader { state.kept[reader] = nil }
          state.reader = thread
          state.isRunning = false
          state.hasWatch = false
          return (nil, late)
        }
        idleTicks = state.runCount == lastRun ? idleTicks + 1 : 0
        lastRun = state.runCount
        state.hasWatch = true
        state.isAsleep = idleTicks >= Self.ticksToSleep
        return (state.isAsleep ? .distantFuture : .now() + Self.tick, late)
      }
      if let late { globalConcurrentExecutor.enqueue(ExecutorJob(late)) }
      guard let deadline else { return }
      _ = wake.wait(timeout: deadline)
    }
  }

  /// Lets the other thread read.
  func endTurn() {
    state.withLock { $0.reader = nil }
    wake.signal()
  }

  // MARK: Requests

  /// From now on this thread keeps the first request that begins, if the other one watches.
  func beginKeeping() {
    let thread = SystemThread.current
    state.withLock { if $0.hasWatch { $0.kept[thread] = .some(nil) } }
  }

  /// The executor for the task of a request that begins now; nil for the threads that all tasks share.
  var preference: (any TaskExecutor)? {
    if Self.isInTask { return nil }
    let thread = SystemThread.current
    return state.withLock { state in
      if let kept = state.kept[thread], kept == nil { self } else { nil }
    }
  }

  /// Runs the kept request, if any, until it waits for another thread, or ends.
  ///
  /// - Returns: whether it is still this thread's turn to read.
  func runKept() -> Bool {
    let thread = SystemThread.current
    var next = takeKept(by: thread)
    if next == nil { return true }
    let mustWake = state.withLock { state in
      state.runCount += 1
      state.isRunning = true
      defer { state.isAsleep = false }
      return state.isAsleep
    }
    if mustWake { wake.signal() }
    while let job = next {
      unsafe job.runSynchronously(on: asUnownedTaskExecutor())
      next = takeKept(by: thread)
    }
    return state.withLock { state in
      guard state.reader == thread else { return false }
      state.isRunning = false
      return true
    }
  }

  /// Removes and returns what a thread has kept; a thread without a job keeps none from now on.
  private func takeKept(by thread: SystemThread.ID) -> UnownedJob? {
    state.withLock { state in
      guard case .some(.some(let job)) = state.kept[thread] else {
        state.kept[thread] = nil
        return nil
      }
      state.kept[thread] = .some(nil)
      return job
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isInTask = Self.isInTask
    let thread = SystemThread.current
    let isKept = state.withLock { state in
      guard !isInTask, let kept = state.kept[thread], kept == nil else { return false }
      state.kept[thread] = .some(job)
      return true
    }
    if !isKept { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
  }

  /// Whether a task is running on this thread: it goes on, so the thread is not free for one that it enqueues.
  private static var isInTask: Bool { unsafe withUnsafeCurrentTask { unsafe $0 != nil } }
}
