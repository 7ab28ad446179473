import Foundation
import Synchronization
import Testing

@testable import Evaluation

@Suite struct `Followers of a run` {
  @Test func `they are woken at once, by a step, and by the end`() async {
    let bells = RunBells()
    var iterator = bells.follow(steps: true).makeAsyncIterator()
    #expect(await iterator.next() != nil)
    bells.ring()
    #expect(await iterator.next() != nil)
    bells.end()
    #expect(await iterator.next() == nil)
    #expect(bells.count == 0)
  }

  @Test func `one that waits for the end is woken by no step`() async {
    let bells = RunBells()
    var iterator = bells.follow(steps: false).makeAsyncIterator()
    #expect(await iterator.next() != nil)
    bells.ring()
    bells.end()
    #expect(await iterator.next() == nil)
  }

  @Test func `one that comes after the end does not wait`() async {
    let bells = RunBells()
    bells.end()
    var count = 0
    for await _ in bells.follow(steps: true) { count += 1 }
    #expect(count <= 1)
  }

  /// With the stream fed under the lock, a hundred attempts are enough for a deadlock.
  ///
  /// The threads and the tasks' executor are their own, so that a deadlock is a failure and does not also stop the test that
  /// would report it, and so that other tests do not slow it down.
  @Test func `cancelling a follower and waking it at the same time do not wait for each other`() async {
    let bells = RunBells()
    let executor = QueueExecutor()
    let hasEnded = Atomic(false)
    let ringing = DispatchSemaphore(value: 0)
    DispatchQueue(label: "ringing").async {
      while !hasEnded.load(ordering: .relaxed) { bells.ring() }
      ringing.signal()
    }
    let cancelling = DispatchSemaphore(value: 0)
    DispatchQueue(label: "cancelling").async {
      for _ in 0..<500 {
        let follower = Task(executorPreference: executor) { for await _ in bells.follow(steps: true) {} }
        while bells.count == 0 { Thread.sleep(forTimeInterval: 0.000_05) }
        follower.cancel()
        while bells.count > 0 { Thread.sleep(forTimeInterval: 0.000_05) }
      }
      hasEnded.store(true, ordering: .relaxed)
      cancelling.signal()
    }
    let areDone = await withCheckedContinuation { continuation in
      DispatchQueue(label: "waiting").async {
        let deadline = DispatchTime.now() + 300
        let ends = [cancelling, ringing].map { $0.wait(timeout: deadline) }
        continuation.resume(returning: ends == [.success, .success])
      }
    }
    #expect(areDone)
  }
}

/// Runs tasks on a queue of their own.
private final class QueueExecutor: TaskExecutor {
  private let queue = DispatchQueue(label: "tasks")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
