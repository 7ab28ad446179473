import JSONCoding
import Store

/// What models have answered of what a deletion takes along: what the user agrees to lose.
struct DeletionStake: Sendable {
  /// Responses by run; nil for a run that is being generated, which goes on while the user thinks.
  let runs: [Int: Int?]
  /// Generations and the exchanges of sessions.
  let others: Int

  /// - Parameter removed: what the deletion has counted.
  init(runs: [Int: Int?], removed: JSONObject) {
    self.runs = runs
    others = ["generations", "exchanges"].reduce(0) { $0 + (removed[$1]?.intValue ?? 0) }
  }

  /// Whether who agreed to lose this has agreed to lose the other.
  func covers(_ other: DeletionStake) -> Bool {
    other.others <= others
      && other.runs.allSatisfy { id, responses in
        guard let agreed = runs[id] else { return false }
        guard let agreed else { return true }
        return responses.map { $0 <= agreed } ?? false
      }
  }

  var isBeingGenerated: Bool { runs.values.contains(nil) }

  /// The same for the same stake: what an answer is bound to.
  var text: String {
    let parts = runs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.map { "\($0)" } ?? "live")" }
    return "runs \(parts.joined(separator: ",")); others \(others)"
  }
}

extension Tables {
  /// The runs with their responses, as a ``DeletionStake`` has them.
  func responsesAtStake(where matches: (RunRecord) -> Bool) -> [Int: Int?] {
    var stake: [Int: Int?] = [:]
    for run in runs.all where matches(run) {
      stake.updateValue(run.status == .running ? nil : responses.entries(ofRun: run.id).count, forKey: run.id)
    }
    return stake
  }
}
