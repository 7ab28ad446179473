package import Store

/// Makes the generations of experiments: draws versions, asks their models, and puts each answer on the disk.
///
/// Calls to providers belong to the engine and not to the request that wanted them: when that is cancelled, samples not
/// yet begun are left out, and those under way are finished and recorded, since they are paid for.
package actor ExperimentEngine {
  /// Calls of one request that are under way at a time.
  private static let concurrency = 8

  private let store: Store
  private let models: any ModelDirectory
  private let clock: any Clock<Duration>
  private let now: @Sendable () -> Timestamp
  private let makeSeed: @Sendable () -> UInt64
  private let inbox: AsyncStream<ExperimentJob>
  private let begin: AsyncStream<ExperimentJob>.Continuation
  private let images: ImageReader

  /// - Parameter makeSeed: the seed of calls that give none.
  package init(
    store: Store, models: any ModelDirectory, clock: any Clock<Duration> = ContinuousClock(),
    now: @escaping @Sendable () -> Timestamp,
    makeSeed: @escaping @Sendable () -> UInt64 = { UInt64.random(in: 0 ... .max) },
    images: ImageReader = ImageReader()
  ) {
    self.images = images
    self.store = store
    self.models = models
    self.clock = clock
    self.now = now
    self.makeSeed = makeSeed
    (inbox, begin) = AsyncStream.makeStream()
  }

  /// Executes jobs until the task is cancelled; then gives up the calls under way.
  package func run() async {
    await withDiscardingTaskGroup { group in
      for await job in inbox { group.addTask { await job.execute(concurrency: Self.concurrency) } }
      group.cancelAll()
    }
  }

  /// Makes the samples of a call.
  ///
  /// - Parameters:
  ///   - forward: if given, the answer is streamed and its text handed on as it comes; for calls of one sample.
  ///   - onProgress: called with how many samples are on the disk.
  /// - Returns: the generations in the samples' order, failed ones among them; fewer than asked if the task is cancelled.
  /// - Throws: ``EvaluationError``, what finding a model throws, or a ``Store/StoreError``; nothing was sent then, but for
  ///   a store that could not be written afterwards.
  package nonisolated func generate(
    _ call: ExperimentCall, forward: (@Sendable (String) -> Void)? = nil, onProgress: @escaping @Sendable (Int) -> Void
  ) async throws -> [GenerationRecord] {
    let seed = call.seed.map { UInt64(bitPattern: Int64($0)) } ?? makeSeed()
    let plan = try await ExperimentPlan.make(call, store: store, models: models, seed: seed, images: images)
    let job = ExperimentJob(plan, store: store, clock: clock, now: now, forward: forward)
    begin.yield(job)
    await withTaskCancellationHandler {
      for await count in job.finished { onProgress(count) }
    } onCancel: {
      job.stop()
    }
    return try job.result()
  }
}
