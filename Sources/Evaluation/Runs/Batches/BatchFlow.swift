import JSONCoding
import Providers
import Store

/// Has rows of a run answered in batches: submits them, waits for the provider and records its answers.
///
/// The run's record says at every moment how far it is, so that another process can go on where this one was killed.
struct BatchFlow: Sendable {
  let plan: RunPlan
  let batches: BatchPlan
  let store: Store
  let worker: RowWorker
  let clock: any Clock<Duration>
  let now: @Sendable () -> Timestamp
  let pace: BatchPace
  let link: Link
  /// Where batches are submitted from.
  let origin: String?
  /// Whether it only reads what was submitted elsewhere, because a copy of the store may go on as well.
  let isCopy: Bool
  /// The batch API with the key as it is now.
  var service: any BatchService
  /// The batches of this start of the run.
  var records: [BatchRecord]
  /// The places of the answers to submit, the last one first.
  var waiting: [Int]
  /// The index of the work for each place; -1 for none.
  var work: [Int32]
  /// The places whose answers need no recording.
  var recorded: [Bool]
  /// Why nothing more is submitted.
  var failure: String?
  /// The batches that are left for a later start, by their labels.
  var left: [String: Leaving] = [:]
  /// The labels of batches that the provider did not have at an earlier start.
  let wasLost: Set<String>
  /// For how many seconds this process has looked for a submission of unknown outcome, by its label.
  var searches: [String: Double] = [:]
  /// For how many seconds the provider has said that it does not have a batch, by its label.
  var absences: [String: Double] = [:]
  /// The pause that the provider asks for, in seconds.
  var askedPause = 0.0

  /// What a run tells and is told while its batches are under way.
  struct Link: Sendable {
    let isStopping: @Sendable () -> Bool
    let stop: @Sendable () -> Void
    let report: @Sendable ([RowWorker.Step]) -> Void
    /// Called with the costs of recorded answers.
    let spent: @Sendable ([RowCost]) -> Void
    let warn: @Sendable ([String]) -> Void
    let waits: @Sendable (BatchProgress?) -> Void
    /// The number of waiting rows that max_cost lets be submitted now.
    let submittable: @Sendable (RunBudget.Batched) -> Int
    /// Whether somebody has asked for the state of the run since the last call.
    let isAsked: @Sendable () -> Bool
  }

  /// How the batches ended.
  enum Outcome: Sendable, Equatable {
    /// All that was submitted has ended, or is left for a later start.
    ///
    /// - Parameters:
    ///   - isWhole: whether every row has been answered or has failed.
    ///   - sentence: what has no answer and why; nil if the run was told to stop.
    case ended(isWhole: Bool, sentence: String?)
    /// The task was cancelled, and the provider works on.
    case interrupted
    /// The store could not be written.
    case unrecorded(String)

    /// Whether every row has been answered or has failed.
    var isWhole: Bool { if case .ended(isWhole: true, _) = self { true } else { false } }
  }

  /// Why the flow is left.
  enum Exit: Error {
    case interrupted
    /// The run was deleted.
    case gone
    case unrecorded(String)
    /// The results are those of another submission.
    case foreign
  }

  /// Submits, waits and records until no batch is open.
  mutating func run() async -> Outcome {
    do {
      if !open.isEmpty {
        if !isCopy {
          // Whoever was told to go on with a copy submits from there.
          for index in records.indices where records[index].isOpen { records[index].origin = origin }
        }
        try await save(isCopy ? [] : open)
        _ = try await poll()
      }
      var polls = 0
      while true {
        if try await submit() { polls = 0 }
        if open.isEmpty, waiting.isEmpty || failure != nil || link.isStopping() { break }
        if !open.isEmpty, open.allSatisfy(isHopeless) { break }
        let pause = max(pace.pause(before: polls), askedPause)
        try await note(nextPollIn: pause)
        let waited = try await wait(pause, least: askedPause)
        for record in open where record.state == .submitting { searches[record.label, default: 0] += waited }
        for label in absences.keys { absences[label, default: 0] += waited }
        polls = try await poll() ? 0 : polls + 1
      }
      link.waits(nil)
      return .ended(isWhole: isWhole, sentence: sentence)
    } catch Exit.interrupted {
      return .interrupted
    } catch Exit.gone {
      return .ended(isWhole: false, sentence: nil)
    } catch Exit.unrecorded(let reason) {
      return .unrecorded(reason)
    } catch {
      return Task.isCancelled ? .interrupted : .unrecorded(error.clientSentence)
    }
  }

  /// Puts the next poll off as long as the provider asks.
  mutating func pause(asFor error: ProviderError) {
    askedPause = max(askedPause, BatchPace.asked(by: error))
  }

  var open: [BatchRecord] { records.filter(\.isOpen) }

  private var isWhole: Bool {
    waiting.isEmpty && open.isEmpty && records.allSatisfy { unanswered(of: $0).isEmpty }
  }

  /// The places of the requests of a batch whose answers are not recorded, in their order.
  func unanswered(of record: BatchRecord) -> [Int] {
    record.ranges.flatMap { $0 }.filter { $0 < work.count && work[$0] >= 0 && !recorded[$0] }
  }

  /// The work at a place that has some.
  func row(at place: Int) -> RunPlan.RowWork { plan.work[Int(work[place])] }

  // MARK: Waiting

  private mutating func note(nextPollIn seconds: Double) async throws {
    let next = Timestamp(millisecondsSince1970: now().millisecondsSince1970 + Int64(seconds * 1000))
    for index in records.indices where records[index].isOpen { records[index].nextPollAt = next }
    link.waits(BatchProgress(of: open))
    try await save(open)
  }

  /// Waits, unless the run is told to stop or somebody asks for its state.
  ///
  /// - Parameter least: the seconds that pass before such a question counts.
  /// - Returns: the seconds that have passed.
  @discardableResult
  func wait(_ seconds: Double, least: Double) async throws -> Double {
    let (wasStopping, runID) = (link.isStopping(), plan.runID)
    var left = seconds
    while left > 0 {
      let part = min(left, pace.attention)
      do { try await clock.sleep(for: .seconds(part)) } catch { throw Exit.interrupted }
      left -= part
      if Task.isCancelled { throw Exit.interrupted }
      let isCancelled = try await store.read { $0.runs[runID]?.cancelRequested }
      guard let isCancelled else { throw Exit.gone }
      if isCancelled { link.stop() }
      if link.isStopping(), !wasStopping { break }
      if left > 0, seconds - left >= max(least, pace.soonest), link.isAsked() { break }
    }
    return seconds - left
  }

  // MARK: Recording

  /// Writes the state of batches; the run waits as long as one is open.
  func save(_ changed: [BatchRecord], removing label: String? = nil) async throws {
    let (runID, isStopping) = (plan.runID, link.isStopping())
    try await store.commit { transaction in
      guard var run = transaction.tables.runs[runID] else { throw Exit.gone }
      for record in changed { run.put(record) }
      if let label { run.batches.removeAll { $0.label == label } }
      if !run.openBatches.isEmpty { run.status = .waiting }
      if isStopping { run.cancelRequested = true }
      run.updatedAt = transaction.now
      transaction.put(run)
    }
  }
}
