import Evaluation
import Store

extension Services {
  /// Records how responses of a run were shown, unless that is recorded already or nothing may be written.
  func recordDisplay(_ way: DisplayRecord.Way, of responses: some Sequence<Int>, ofRun id: Int) async {
    let responses = Set(responses)
    if isReadOnly || responses.isEmpty { return }
    do {
      if try await store.read({ $0.isRecorded(way, of: responses, ofRun: id) }) { return }
      try await store.commit { $0.recordDisplay(way, of: responses, ofRun: id) }
    } catch {
      // What cannot be written must still be readable.
    }
  }

  /// Records that scores of responses of any runs were shown.
  func recordScores(of responses: [Int]) async throws {
    let runs = try await store.read { tables in
      Dictionary(grouping: responses.compactMap { tables.responses.entry($0) }, by: \.runID).mapValues { $0.map(\.id) }
    }
    for (run, ids) in runs { await recordDisplay(.scored, of: ids, ofRun: run) }
  }
}

extension BlindnessDoubt {
  /// Why a verdict does not count as blind, for people.
  var sentence: String {
    let reason =
      switch self {
      case .notHidden: "the response was not listed with hide_scores before"
      case .shown: "the score of the response was shown before"
      case .shownAtSource:
        "the response is a copy (reuse) of one whose score was shown before; only answers of a run without reuse can be "
          + "scored blind now"
      case .shownInCopy: "the score of the same answer was shown before in a run that copied it (reuse)"
      case .told: "the judge's score was told in answer to another verdict on the response"
      case .replacing: "it replaces a verdict to which the judge's score was shown"
      case .unrecorded: "whether the score was shown before is not recorded"
      }
    return "Not counted as blind: \(reason)."
  }
}
