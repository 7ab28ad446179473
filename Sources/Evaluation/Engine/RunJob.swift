import Providers
import Store
import Synchronization

/// A run that this process is generating.
///
/// It ends when its rows are done, when it is told to stop (the calls under way finish), or when its task is cancelled
/// (they are given up). Either way what was recorded stays, and the run can be resumed.
final class RunJob: Sendable {
  let runID: Int
  private let plan: RunPlan
  private let store: Store
  private let worker: RowWorker
  private let state: Mutex<State>

  private struct State {
    var progress: RunProgress
    var isStopping = false
    var isFinishing = false
    var successes = 0
    var failures = 0
    var warnings: [String] = []
    /// The reason to stop for good.
    var fatal: String?
    var observers: [Int: AsyncStream<RunProgress>.Continuation] = [:]
    var nextObserver = 0
    var ending: Ending?
  }

  /// How a job ended.
  enum Ending: Sendable, Equatable {
    /// The run's record says how.
    case recorded
    /// The store could not be written; why.
    case unrecorded(String)
  }

  init(_ plan: RunPlan, store: Store, now: @escaping @Sendable () -> Timestamp) {
    runID = plan.runID
    self.plan = plan
    self.store = store
    worker = RowWorker(plan: plan, store: store, now: now)
    state = Mutex(State(progress: plan.progress, warnings: plan.warnings))
  }

  // MARK: Watching

  var progress: RunProgress { state.withLock { $0.progress } }
  /// Nil while the job is under way.
  var ending: Ending? { state.withLock { $0.ending } }
  /// Whether all work is through and only the end remains to be recorded, if it is not yet.
  var isFinishing: Bool { state.withLock { $0.isFinishing } }

  /// Returns when the job has ended.
  func waitForEnd() async {
    for await _ in observe() {}
  }

  /// The progress from now on, ended when the job has ended.
  ///
  /// A slow reader gets the newest.
  func observe() -> AsyncStream<RunProgress> {
    let (stream, continuation) = AsyncStream.makeStream(of: RunProgress.self, bufferingPolicy: .bufferingNewest(1))
    let id: Int? = state.withLock { state in
      if state.ending != nil { return nil }
      continuation.yield(state.progress)
      state.nextObserver += 1
      state.observers[state.nextObserver] = continuation
      return state.nextObserver
    }
    guard let id else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { _ in self.state.withLock { _ = $0.observers.removeValue(forKey: id) } }
    return stream
  }

  /// Lets the calls under way finish and begins no more.
  func stop() { state.withLock { $0.isStopping = true } }

  private func note(_ step: RowWorker.Step) {
    state.withLock { state in
      switch step {
      case .generated: state.progress.generated.done += 1
      case .generationFailed:
        state.progress.generated.failed += 1
        state.progress.judged.total = max(0, state.progress.judged.total - plan.criteria.count)
      case .reviewed: state.progress.judged.done += 1
      case .reviewFailed: state.progress.judged.failed += 1
      }
      for observer in state.observers.values { observer.yield(state.progress) }
    }
  }

  // MARK: Working

  /// Generates the run to its end and records how it ended.
  func execute() async {
    var remaining = plan.work[...]
    await withTaskGroup(of: RowWorker.Outcome.self) { group in
      var underWay = 0
      while true {
        while underWay < plan.concurrency, goesOn, let work = remaining.popFirst() {
          group.addTask { await self.worker.process(work) { self.note($0) } }
          underWay += 1
        }
        guard let outcome = await group.next() else { break }
        underWay -= 1
        take(outcome)
      }
    }
    await finish(isEverythingDone: remaining.isEmpty)
  }

  private var goesOn: Bool { !Task.isCancelled && state.withLock { !$0.isStopping && $0.fatal == nil } }

  /// This many rows, or all of a smaller window, must fail in the beginning before the rest is given up.
  private static let patience = 5

  private func take(_ outcome: RowWorker.Outcome) {
    state.withLock { state in
      switch outcome {
      case .done(let warnings):
        state.successes += 1
        for warning in warnings where !state.warnings.contains(warning) { state.warnings.append(warning) }
      case .failed(let error):
        state.failures += 1
        let isHopeless = state.successes == 0 && state.failures >= min(Self.patience, plan.concurrency + 1)
        if error.kind.hitsEveryRow || isHopeless && state.failures < plan.work.count {
          state.fatal = state.fatal ?? error.message
        }
      case .unjudged(let error): state.fatal = state.fatal ?? "The judge could not be asked: \(error.message)"
      case .stopped: state.isStopping = true
      case .unrecorded(let reason): state.fatal = state.fatal ?? reason
      case .cancelled: break
      }
    }
  }

  // MARK: Ending

  private func finish(isEverythingDone: Bool) async {
    let (fatal, isStopping, warnings) = state.withLock { state in
      state.isFinishing = true
      return (state.fatal, state.isStopping, state.warnings)
    }
    let isInterrupted = Task.isCancelled
    let runID = runID
    let ending: Ending
    do {
      try await store.commit { [plan] transaction in
        guard var run = transaction.tables.runs[runID] else { return }
        let entries = transaction.tables.responses.entries(ofRun: runID)
        if let fatal {
          run.status = .failed
          run.errorMessage = fatal
        } else if isInterrupted && !isEverythingDone {
          run.status = .failed
          run.errorMessage = RunEngine.interrupted
        } else if isStopping && !isEverythingDone {
          run.status = .cancelled
        } else if !entries.isEmpty, entries.allSatisfy({ $0.status == .failed }) {
          run.status = .failed
          run.errorMessage = try entries[0].decoded().error.map { "Every row failed. The first error: \($0)" }
        } else {
          run.status = .completed
        }
        run.cancelRequested = false
        run.finishedAt = transaction.now
        run.updatedAt = transaction.now
        run.warnings =
          warnings
          + RunWarnings.sentences(
            RunStatistics(entries), scoring: plan.scoring, model: plan.generator.model, judgeModel: plan.judge?.model)
        transaction.put(run)
      }
      ending = .recorded
    } catch {
      ending = .unrecorded("\(error)")
    }
    do { try await store.disown(run: runID) } catch {}
    end(ending)
  }

  private func end(_ ending: Ending) {
    let observers = state.withLock { state in
      state.ending = ending
      let observers = Array(state.observers.values)
      state.observers = [:]
      return observers
    }
    for observer in observers { observer.finish() }
  }
}
