import Evaluation
package import JSONCoding
package import MCP
import Store
import Synchronization

/// Running runs as tasks: a task is a run and its start time.
///
/// Nothing is stored for tasks. A restarted run is a new task, and the former one no longer exists.
package final class RunTasks: TaskSource {
  /// Seconds that a cancellation waits for calls in progress.
  private static let patience = 5.0
  /// Seconds of one wait for a run; waits are repeated.
  private static let wait = 600.0

  private let services: Services
  /// The tasks cancelled by a client of this process; they stay cancelled, however their calls in progress end.
  private let cancelled = Mutex<Set<String>>([])

  /// Nil if runs cannot be generated, so that there are no tasks.
  package init?(_ services: Services, _ selection: ToolSelection) {
    guard selection.has("runs_generate") else { return nil }
    self.services = services
  }

  package func task(of content: JSONObject) async throws -> TaskState? {
    guard let id = content["id"]?.intValue else { return nil }
    return try await state(ofRun: id)
  }

  package func task(_ id: String) async throws -> TaskState? {
    guard let run = TaskID(id)?.run else { return nil }
    let state = try await state(ofRun: run)
    return state?.id == id ? state : nil
  }

  package func taskIDs() async throws -> [String] {
    let starts = try await services.store.read { tables in
      var starts: [(run: Int, startedAt: Timestamp)] = []
      tables.runs.forEachInPlace { run in
        if let start = run.lastStart { starts.append((run.id, start)) }
      }
      return starts
    }
    return starts.sorted { ($1.startedAt, $1.run) < ($0.startedAt, $0.run) }
      .map { TaskID(run: $0.run, startedAt: $0.startedAt).text }
  }

  package func result(of id: String) async throws -> JSONObject {
    guard let run = TaskID(id)?.run else { throw ToolError("No task \(id).") }
    while try await task(id)?.status == .working, !Task.isCancelled {
      try await services.engine.wait(forRun: run, seconds: Self.wait, onProgress: nil)
    }
    return try await services.object(ofRun: run, rows: .preview)
  }

  package func links(of content: JSONObject) -> [String] { RunGenerationTools.links(content) }

  package func cancel(_ id: String) async throws {
    guard let run = TaskID(id)?.run else { throw ToolError("No task \(id).") }
    // A run may have ended meanwhile, which has the same effect.
    do { try await services.engine.cancel(run: run) } catch is EvaluationError { return }
    cancelled.withLock { _ = $0.insert(id) }
    try await services.engine.wait(forRun: run, seconds: Self.patience, onProgress: nil)
  }

  private func state(ofRun id: Int) async throws -> TaskState? {
    guard let status = try await services.store.read({ $0.runs[id]?.status }) else { return nil }
    let isInterrupted = try await services.engine.isInterrupted(run: id, status: status)
    let isComparing = try await services.engine.isComparing(run: id)
    let progress = try await services.engine.progress(ofRun: id)
    let cause = isInterrupted ? await services.engine.storeFailure(ofRun: id) : nil
    return try await services.store.read { [self] tables in
      guard let run = tables.runs[id], let startedAt = run.lastStart else { return nil }
      let taskID = TaskID(run: id, startedAt: startedAt).text
      let isRunning = isComparing || run.status.isUnderWay && !isInterrupted
      let isCancelled = run.status == .cancelled && !isRunning || cancelled.withLock { $0.contains(taskID) }
      let message =
        isRunning
        ? progress?.sentence
        : isInterrupted
          ? Interruption.sentence(of: run, kept: tables.responses.entries(ofRun: id).count, cause: cause)
          : run.errorMessage ?? progress?.sentence
      return TaskState(
        id: taskID, status: isCancelled ? .cancelled : isRunning ? .working : .completed,
        message: "Run \(id) \(run.status.rawValue): \(message ?? "")", createdAt: startedAt.description,
        updatedAt: run.updatedAt.description)
    }
  }

  /// `run-7-1795256130125`: the run and its start time in milliseconds.
  private struct TaskID {
    let run: Int
    let text: String

    init(run: Int, startedAt: Timestamp) {
      self.run = run
      text = "run-\(run)-\(startedAt.millisecondsSince1970)"
    }

    init?(_ text: String) {
      let parts = text.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 3, parts[0] == "run", let run = Int(parts[1]) else { return nil }
      self.run = run
      self.text = text
    }
  }
}

extension RunRecord {
  /// When it was last generated, judged or compared; nil before its first start.
  fileprivate var lastStart: Timestamp? { startedAt.map { max($0, pairwise.map(\.startedAt).max() ?? $0) } }
}
