import JSONCoding
import Store
import Testing

@testable import Evaluation

/// Laws of a run that copies another's settings.
@Suite struct LikeRunSettingTests {
  /// What a run records besides its settings: what it is called, and what became of it.
  private static let state: Set<String> = [
    "id", "name", "status", "prompt_id", "estimated_cost", "first_estimated_cost", "spent_before", "uncounted_before",
    "lost_calls",
    "server_errors",
    "cancel_requested", "error_message", "warnings", "snapshot", "stop_against", "stopped_early", "started_at",
    "finished_at", "tag_ids", "created_at", "updated_at",
  ]

  /// A value that a setting accepts and that is not its standard one.
  private func value(of setting: RequestSetting) -> JSONValue {
    switch setting.shape {
    case .text, .name: "a"
    case .number(let range): .double(range.upperBound)
    case .integer(let range): .int(min(range.upperBound, max(range.lowerBound, 3)))
    case .word(let words): .string(words.last ?? "")
    case .wordOrCount: "7"
    case .texts: ["a"]
    case .boolean: true
    case .wordOrObject: "auto"
    case .object: ["type": "object"]
    case .objects: [["a": 1]]
    }
  }

  private func fullRun() throws -> RunRecord {
    var run = RunRecord()
    (run.id, run.name, run.promptID, run.status) = (3, "full", 2, .completed)
    (run.datasetID, run.scoring, run.isScoringChosen) = (4, .llmJudge, true)
    (run.metricIDs, run.judgeModel, run.model, run.providerCredentialID) = ([], "judge", "model", 5)
    run.clearedSettings = ["stop"]
    for setting in RequestSetting.all(of: .run) { try run.settings.set(setting, value(of: setting)) }
    for setting in RequestSetting.all(of: .plan) { try run.plan.set(setting, value(of: setting)) }
    (run.estimatedCost, run.spentBefore, run.errorMessage) = (1, 1, "error")
    (run.cancelRequested, run.warnings, run.tagIDs) = (true, ["odd"], [1])
    return run
  }

  @Test func `every stored field is a copied setting or belongs to the run's state`() throws {
    let run = try fullRun()
    let copy = RunRecord(like: run, in: Tables())
    let (old, new) = try (object(run), object(copy))
    for member in old.members where !Self.state.contains(member.key) {
      #expect(new[member.key] == member.value, "\(member.key)")
    }
    let fresh = try object(RunRecord())
    for key in Self.state { #expect(new[key] == fresh[key], "\(key)") }
  }

  @Test func `every setting of the request and of the plan is copied`() throws {
    for holder in [RequestSetting.Holder.run, .plan] {
      for setting in RequestSetting.all(of: holder) where setting.name != RequestSetting.stopAgainst.name {
        let path: WritableKeyPath<RunRecord, RequestSettings> = holder == .run ? \.settings : \.plan
        var run = RunRecord()
        run[keyPath: path][setting] = value(of: setting)
        #expect(RunRecord(like: run, in: Tables())[keyPath: path][setting] == value(of: setting), "\(setting.name)")
      }
    }
  }

  private func object(_ run: RunRecord) throws -> JSONObject {
    try #require(JSONValue(parsing: run.encoded).objectValue)
  }
}
