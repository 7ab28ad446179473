package import Evaluation
package import Providers
package import Store

/// The services that every tool uses.
package struct Services: Sendable {
  package let store: Store
  package let engine: RunEngine
  package let experiments: ExperimentEngine
  package let chat: ChatService
  package let client: ProviderClient
  /// The default judge of runs; nil for the run's own model.
  package let judgeModel: String?
  /// Whether nothing may be written to the store.
  package let isReadOnly: Bool
  /// The program's version.
  package let version: String
  /// Resolves the images named in messages.
  package let images: ImageReader
  /// Reads the files that clients name.
  package let files: FileAccess
  /// The clock for the pace of progress reports.
  package let clock: any Clock<Duration>
  /// The runs that were listed before.
  let runItems = RunItems()
  /// Creates UUIDs for the keys of prompt families and the ids of chat completions.
  package let makeUUID: @Sendable () -> String

  package init(
    store: Store, engine: RunEngine, experiments: ExperimentEngine, chat: ChatService, client: ProviderClient,
    judgeModel: String? = nil, isReadOnly: Bool = false, version: String = "", images: ImageReader = ImageReader(),
    files: FileAccess = FileAccess(folders: []), clock: any Clock<Duration> = ContinuousClock(),
    makeUUID: @escaping @Sendable () -> String
  ) {
    self.store = store
    self.engine = engine
    self.experiments = experiments
    self.chat = chat
    self.client = client
    self.judgeModel = judgeModel
    self.isReadOnly = isReadOnly
    self.version = version
    self.images = images
    self.files = files
    self.clock = clock
    self.makeUUID = makeUUID
  }

  /// Stops the generation of runs that are about to be deleted, in this process and others.
  func cancelRuns(where matches: @escaping @Sendable (RunRecord) -> Bool) async throws {
    let running = try await store.read { tables in
      tables.runs.all.filter { $0.isAtWork && matches($0) }.map(\.id)
    }
    for id in running {
      // A run may have ended meanwhile, or its process, which has the same effect.
      do { try await engine.cancel(run: id) } catch is EvaluationError {}
    }
  }
}
