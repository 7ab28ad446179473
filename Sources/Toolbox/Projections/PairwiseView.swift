import Evaluation
import JSONCoding
import Store

/// A judge's comparison of a run's answers with those of another run: what it found, and how far it is.
struct PairwiseView: Sendable {
  enum State: String, Sendable {
    case running
    /// The server ended while it was running.
    case interrupted
    /// It ended before its last row.
    case unfinished
    case complete
  }

  let result: PairwiseResult
  /// The id of the run that is compared.
  let runID: Int
  /// The id of the run that it is compared with.
  let baselineID: Int
  let state: State

  /// - Parameter isComparing: whether a process is making it.
  init(_ result: PairwiseResult, ofRun runID: Int, with baselineID: Int, isComparing: Bool) {
    (self.result, self.runID, self.baselineID) = (result, runID, baselineID)
    state =
      isComparing
      ? .running : result.waiting == 0 ? .complete : result.judging.isRunning ? .interrupted : .unfinished
  }

  /// What is not done, why, and what goes on with it; nil for one that is complete.
  var warning: String? {
    if state == .running {
      return "A pairwise judging of run \(result.holderID) against run \(result.judging.against) is running: "
        + "\(result.rows) of \(result.rows + result.waiting) rows are judged. The status is that of the run's own answers."
    }
    guard state == .interrupted || state == .unfinished else { return nil }
    let reason = state == .interrupted ? "The server that made it has ended without a shutdown." : error
    let parts = [
      "The pairwise judging of run \(result.holderID) against run \(result.judging.against) is not complete: "
        + "\(result.rows) of \(result.rows + result.waiting) rows are judged.", reason,
      result.continuation,
    ]
    return parts.compactMap(\.self).joined(separator: " ")
  }

  private var error: String? { state == .unfinished ? result.judging.errorMessage : nil }

  /// Its state, what was found and the call that goes on with it.
  var brief: JSONValue {
    var object: JSONObject = [
      "run_id": .int(runID), "against": .int(baselineID), "state": .string(state.rawValue),
      "criterion": .string(result.judging.criterion), "judge_model": .string(result.judging.judgeModel),
      "rows": .int(result.rows), "rows_to_judge": .int(result.waiting), "rows_without_judgement": .int(result.failed),
      "calls": result.calls.json, "verdict_word": .string(result.word), "sentence": .string(result.sentence),
    ]
    add(to: &object)
    return .object(object)
  }

  /// Everything that was found, with its state.
  var json: JSONValue {
    var object = result.object
    object.append("run_id", .int(runID))
    object.append("against", .int(baselineID))
    object.append("state", .string(state.rawValue))
    object.append("calls", result.calls.json)
    add(to: &object)
    return .object(object)
  }

  private func add(to object: inout JSONObject) {
    if let error { object.append("error_message", .string(error)) }
    guard result.canGoOn, state == .interrupted || state == .unfinished else { return }
    object.append("continue", ["tool": "runs_judge", "arguments": .object(result.arguments)])
  }
}

extension PairwiseResult {
  /// The arguments of `runs_judge` that go on with it.
  fileprivate var arguments: JSONObject {
    var arguments: JSONObject = [
      "id": .int(holderID), "against": .int(judging.against), "judge_model": .string(judging.judgeModel),
    ]
    if !judging.metricIDs.isEmpty { arguments.append("metric_ids", .array(judging.metricIDs.map(JSONValue.int))) }
    if judging.judgeSamples != 1 { arguments.append("judge_samples", .int(judging.judgeSamples)) }
    if let effort = judging.judgeEffort { arguments.append("judge_effort", .string(effort)) }
    return arguments
  }
}

extension Services {
  /// The comparisons of a run's answers with those of other runs, whichever run they are recorded with, the newest first.
  ///
  /// - Parameter other: the only other run; nil for all.
  func pairwise(ofRun id: Int, with other: Int? = nil) async throws -> [PairwiseView] {
    let pairs = try await store.read { tables in
      Self.pairs(try tables.find(RunRecord.self, id), in: tables)
        .filter { other == nil || other == $0.id || other == $1.id }
    }
    // Most runs have none.
    if pairs.isEmpty { return [] }
    let abandoned = try await abandonedRuns(of: pairs.flatMap { [$0.id, $1.id] })
    let (sources, dataset) = try await store.read { tables in
      func source(_ run: RunRecord, comparedWith other: RunRecord?) -> ComparedRun.Source {
        .init(run, comparedWith: other, isAbandoned: abandoned.contains(run.id), in: tables)
      }
      return (
        pairs.map { (source($0, comparedWith: nil), source($1, comparedWith: $0)) },
        pairs[0].0.datasetID.flatMap { tables.datasets[$0] }
      )
    }
    var views: [PairwiseView] = []
    for (baseline, candidate) in sources {
      let sides = [ComparedRun(baseline), ComparedRun(candidate)]
      for result in try PairwiseResult.all(sides[0], sides[1], RowGroups(sides, of: dataset)) {
        let isComparing = result.judging.isRunning ? try await engine.isComparing(run: result.holderID) : false
        views.append(
          PairwiseView(result, ofRun: candidate.run.id, with: baseline.run.id, isComparing: isComparing))
      }
    }
    return views.sorted { $0.result.judging.startedAt > $1.result.judging.startedAt }
  }

  /// The pairs of runs of which a run is one, the baseline first.
  private static func pairs(_ run: RunRecord, in tables: Tables) -> [(RunRecord, RunRecord)] {
    let own = Set(run.pairwise.map(\.against))
    return tables.runs.all.compactMap { other in
      let isOwn = own.contains(other.id)
      guard isOwn || other.pairwise.contains(where: { $0.against == run.id }), other.datasetID == run.datasetID,
        other.snapshot?.datasetHash == run.snapshot?.datasetHash
      else { return nil }
      return isOwn ? (other, run) : (run, other)
    }
  }
}
