package import Store

/// Generates the samples of experiments: draws versions, calls their models, and writes each answer to disk.
///
/// Provider calls belong to the engine, not to the request. When the request is cancelled, samples that have not begun
/// are dropped. Those in progress are finished and recorded, because they are paid for.
package actor ExperimentEngine {
  /// The number of concurrent calls of one request.
  private static let concurrency = 8

  private let store: Store
  private let models: any ModelDirectory
  private let clock: any Clock<Duration>
  private let now: @Sendable () -> Timestamp
  private let makeSeed: @Sendable () -> UInt64
  private let inbox: AsyncStream<ExperimentJob>
  private let begin: AsyncStream<ExperimentJob>.Continuation
  private let images: ImageReader

  /// - Parameter makeSeed: creates the seed of calls without one.
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

  /// Executes jobs until the task is cancelled, then abandons the calls in progress.
  package func run() async {
    await withDiscardingTaskGroup { group in
      for await job in inbox { group.addTask { await job.execute(concurrency: Self.concurrency) } }
      group.cancelAll()
    }
  }

  /// Generates the samples of a call.
  ///
  /// - Parameters:
  ///   - forward: receives the text of a streamed answer as it arrives; for calls of one sample.
  ///   - onProgress: called with the number of samples on disk.
  /// - Returns: the generations in sample order, including failed ones; fewer than requested if the task is cancelled.
  /// - Throws: ``EvaluationError``, the errors of finding a model, or a ``Store/StoreError``. Nothing was sent then,
  ///   unless the store could not be written afterwards.
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
