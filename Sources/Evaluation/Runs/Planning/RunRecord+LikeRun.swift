import Providers
package import Store

extension RunRecord {
  /// A new run with every setting of another but the prompt, so that only the prompt differs.
  ///
  /// Settings of the request and of the plan are copied as a whole, so a new one needs no line here. Tags and the name
  /// are labels, deleted metrics cannot score anything new, and `stop_against` names the comparison of the other run.
  package init(like other: RunRecord, in tables: Tables) {
    self.init()
    datasetID = other.datasetID
    (scoring, isScoringChosen) = (other.scoring, other.isScoringChosen)
    metricIDs = other.metricIDs.filter { tables.metrics.contains(id: $0) }
    judgeModel = other.judgeModel
    (model, providerCredentialID) = (other.model, other.providerCredentialID)
    (settings, clearedSettings) = (other.settings, other.clearedSettings)
    plan = other.plan
    plan[.stopAgainst] = nil
  }

  /// Whether it copies the answers of a run and asks for those to new rows alone, as ``ChangedDataset`` advises.
  fileprivate func continues(_ old: RunRecord) -> Bool {
    reuse
      && (promptID, model, settings, clearedSettings) == (old.promptID, old.model, old.settings, old.clearedSettings)
  }

  /// Removes a copied credential that cannot reach the run's model, because the name of the model leads to another
  /// credential (`my-vllm/qwen3`) or vendor.
  package mutating func dropUnfitCredential(in tables: Tables) {
    guard let id = providerCredentialID, let model else { return }
    let leadsElsewhere = tables.providerCredentials.all.contains { other in
      other.id != id && other.name.map { model.lowercased().hasPrefix("\($0.lowercased())/") } == true
    }
    let vendor = ModelName.vendor(of: model)?.rawValue
    if leadsElsewhere || vendor.map({ $0 != tables.providerCredentials[id]?.provider }) == true {
      providerCredentialID = nil
    }
  }
}

extension Tables {
  /// What changed since a run was made, so that a new run with its settings cannot be compared with it, and the remedies.
  package func obstacles(toComparing new: RunRecord, with old: RunRecord) -> [String] {
    let figures = figures(of: old)
    let stop = notCopiedStop(new, old)
    guard !figures.entries.isEmpty else { return [stop].compactMap(\.self) }
    return [
      stop,
      changedRows(new, old), deletedMetrics(new, old, figures.scoring), missingReviews(new, old, figures.statistics),
    ].compactMap(\.self)
  }

  private func notCopiedStop(_ new: RunRecord, _ old: RunRecord) -> String? {
    guard let other = old.stopAgainst, new.stopAgainst == nil else { return nil }
    return
      "stop_against (run \(other)) of run \(old.id) was not copied: this run answers all its rows. Give it to stop early."
  }

  /// Whether the dataset of a run was changed since the run was started.
  package func hasOtherRows(than run: RunRecord) -> Bool {
    guard run.snapshot?.datasetHash != nil, let dataset = run.datasetID.flatMap({ datasets[$0] }) else { return false }
    return !dataset.isData(of: run)
  }

  private func changedRows(_ new: RunRecord, _ old: RunRecord) -> String? {
    guard new.datasetID == old.datasetID, hasOtherRows(than: old), !new.continues(old),
      let dataset = old.datasetID.flatMap({ datasets[$0] })
    else { return nil }
    return
      "Dataset \(dataset.id) was changed since run \(old.id) was started, so the two runs will not have the same "
      + "rows and cannot be compared. \(ChangedDataset.remedy(likeRun: old.id)) Compare with that run."
  }

  private func deletedMetrics(_ new: RunRecord, _ old: RunRecord, _ scoring: RunScoring) -> String? {
    let counted = scoring.scorer.isJudged ? scoring.metrics : scoring.scorer.isChecked ? scoring.checks : []
    let deleted = counted.filter(\.isDeleted)
    guard !deleted.isEmpty, new.scoring == old.scoring else { return nil }
    let remedy =
      scoring.scorer.isJudged
      ? "Judge both by the same metrics with runs_judge and metric_ids."
      : "runs_update with metric_ids scores both by the same checks, free of charge."
    let names = deleted.map { "\"\($0.name)\"" }.joined(separator: " and ")
    return
      "\(names), by which run \(old.id) was scored, \(deleted.count == 1 ? "was" : "were") deleted and cannot "
      + "score this run, so the two cannot be compared. \(remedy)"
  }

  private func missingReviews(_ new: RunRecord, _ old: RunRecord, _ statistics: RunStatistics) -> String? {
    let missing =
      old.scoring.scorer.isJudged
      ? statistics.reviewsMissing : old.scoring.scorer.isChecked ? statistics.checksMissing : 0
    guard missing > 0, old.status == .completed, new.scoring == old.scoring else { return nil }
    let reviews = missing == 1 ? "1 review" : "\(missing) reviews"
    return
      "Run \(old.id) lacks \(reviews) by its metrics as they are worded now, so the two runs cannot be compared "
      + "yet. " + MissingReviews.remedy(runs: [old.id])
  }
}
