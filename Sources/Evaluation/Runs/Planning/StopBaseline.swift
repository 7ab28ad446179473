package import Store

/// The run with which another is compared while it is generated.
package enum StopBaseline {
  /// The run named in `stop_against`.
  ///
  /// - Throws: ``EvaluationError`` if it can never be compared with the run.
  package static func find(_ id: Int, for run: RunRecord, in tables: Tables) throws(EvaluationError) -> RunRecord {
    let name = RequestSetting.stopAgainst.name
    guard id != run.id else { throw EvaluationError("\(name) is \(id), the run itself. Name the run to compare with.") }
    guard run.repeats == 1 else {
      throw EvaluationError(
        "\(name) counts one answer a row, and repeats is \(run.repeats). Leave one of the two out: more rows decide sooner "
          + "than more answers a row.")
    }
    let partner = try tables.find(RunRecord.self, id)
    guard partner.datasetID == run.datasetID, run.datasetID != nil else {
      throw EvaluationError(
        "\(name) is run \(id), which is of dataset \(partner.datasetID.map(String.init) ?? "none"), and this run is of "
          + "dataset \(run.datasetID.map(String.init) ?? "none"). Only runs of one dataset can be compared.")
    }
    guard partner.scoring == run.scoring else {
      throw EvaluationError(
        "\(name) is run \(id), which is scored by \(partner.scoring.rawValue), and this run by \(run.scoring.rawValue). "
          + "Give this run the scoring of the other, or score the other again with runs_update.")
    }
    guard run.scoring.scorer.scale != nil else {
      throw EvaluationError("\(name) compares scores, and scoring is \(run.scoring.rawValue). Choose another scoring.")
    }
    return partner
  }

  /// The scores of the other run in the rows of a run that starts.
  ///
  /// - Throws: ``EvaluationError`` if the two cannot be compared.
  static func scores(
    of partner: ComparedRun, for run: ComparedRun, rows: [Int]
  ) throws(EvaluationError) -> [Int: Double] {
    let name = RequestSetting.stopAgainst.name
    let beginning = "Run \(run.run.id) cannot start: \(name) is run \(partner.run.id)"
    guard !partner.run.status.isUnderWay else {
      throw EvaluationError(
        "\(beginning), which is not finished. Wait for its end with runs_get wait_seconds; if it was interrupted, "
          + "runs_generate resumes it.")
    }
    guard partner.run.stoppedEarly == nil else {
      // Its rows were chosen by its own scores, so a fresh run would seem to differ from them.
      throw EvaluationError(
        "\(beginning), which itself stopped early, when its scores were unusually high or low. Name a run that answered "
          + "all its rows.")
    }
    guard partner.statistics.scoreCount > 0 else {
      throw EvaluationError("\(beginning), which has no scores. Complete it with runs_generate.")
    }
    guard partner.run.snapshot?.datasetHash == run.run.snapshot?.datasetHash else {
      throw EvaluationError(
        "\(beginning), and the dataset has changed since that was started. "
          + "\(ChangedDataset.remedy(likeRun: partner.run.id)) Name the new run in \(name)."
      )
    }
    if let reason = ScoreDifference.sentence(partner, run) {
      throw EvaluationError("Run \(run.run.id) cannot start with \(name) \(partner.run.id). \(reason)")
    }
    let scores = rows.reduce(into: [Int: Double]()) { $0[$1] = partner.score(ofRow: $1) }
    guard !scores.isEmpty else {
      throw EvaluationError("\(beginning), which has no score in any row of this run. Choose rows that both have.")
    }
    return scores
  }
}
