package import Evaluation
package import Providers
package import Store

/// What every tool works with.
package struct Services: Sendable {
  package let store: Store
  package let engine: RunEngine
  package let experiments: ExperimentEngine
  package let chat: ChatService
  package let client: ProviderClient
  /// The model that judges where a run is to be judged and names no judge; nil for the run's own.
  package let judgeModel: String?
  /// Finds the images that messages name.
  package let images: ImageReader
  /// What paces reports on what is under way.
  package let clock: any Clock<Duration>
  /// New UUIDs, for the keys of prompt families and the ids of chat completions.
  package let makeUUID: @Sendable () -> String

  package init(
    store: Store, engine: RunEngine, experiments: ExperimentEngine, chat: ChatService, client: ProviderClient,
    judgeModel: String? = nil, images: ImageReader = ImageReader(), clock: any Clock<Duration> = ContinuousClock(),
    makeUUID: @escaping @Sendable () -> String
  ) {
    self.store = store
    self.engine = engine
    self.experiments = experiments
    self.chat = chat
    self.client = client
    self.judgeModel = judgeModel
    self.images = images
    self.clock = clock
    self.makeUUID = makeUUID
  }

  /// Ends the generation of the runs that are about to be deleted, in this process and in others.
  func cancelRuns(where matches: @escaping @Sendable (RunRecord) -> Bool) async throws {
    let running = try await store.read { $0.runs.all.filter { $0.status == .running && matches($0) }.map(\.id) }
    for id in running where try await !engine.isInterrupted(run: id, status: .running) {
      // It may have ended meanwhile, which is as good.
      do { try await engine.cancel(run: id) } catch is EvaluationError {}
    }
  }
}
