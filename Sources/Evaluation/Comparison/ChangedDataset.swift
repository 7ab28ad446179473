package import Store

/// Advice on runs whose dataset was changed since they were started.
package enum ChangedDataset {
  /// The calls that answer the rows as they are like a run did, at the price of the new rows alone.
  package static func remedy(likeRun id: Int) -> String {
    "runs_create with like_run \(id) and reuse true, then runs_generate, copies its answers to the rows that are still "
      + "there and asks for the others only."
  }

  /// What happened to the dataset of a run since the run was started, as a clause without a full stop.
  static func change(_ dataset: DatasetRecord?, since run: RunRecord) -> String {
    dataset.flatMap { appending(to: $0, since: run) } ?? "The dataset has changed since run \(run.id) was started"
  }

  /// The same if rows were only appended; nil otherwise.
  private static func appending(to dataset: DatasetRecord, since run: RunRecord) -> String? {
    guard !dataset.isData(of: run), let before = dataset.asStarted(run) else { return nil }
    return "Rows were appended to the dataset since run \(run.id) was started (\(before.rowCount) rows then, "
      + "\(dataset.rowCount) now)"
  }

  /// The warning of a run with answers after rows were appended; nil without such rows.
  ///
  /// Reads the whole text if the dataset has changed.
  package static func warning(of run: RunRecord, _ dataset: DatasetRecord) -> String? {
    appending(to: dataset, since: run).map { "\($0): it answers the rows of then. \(remedy(likeRun: run.id))" }
  }

  /// Why a run with answers gets no more of them, and what to do.
  static func refusal(ofResuming run: RunRecord) -> String {
    "The dataset has changed since run \(run.id) was started, so its results would mix two datasets. "
      + "\(remedy(likeRun: run.id)) runs_generate with restart: true discards its answers and pays for every row anew."
  }

  /// Why runs of different states of one dataset cannot be compared, and the remedy for each that is out of date.
  ///
  /// - Parameter dataset: that of both runs, as it is now; nil if it is gone.
  package static func sentence(_ first: RunRecord, _ second: RunRecord, _ dataset: DatasetRecord?) -> String {
    let hash = dataset.map(\.fingerprint)
    let old = hash == nil ? [] : [first, second].filter { $0.snapshot?.datasetHash != hash }
    let change = "The dataset was changed between run \(first.id) and run \(second.id), so their rows are not the same."
    if old.count == 1, let before = old.first {
      let now = before.id == first.id ? second : first
      if repeats(now, before) { return "\(change) \(repetition(now.id, of: before.id))" }
    }
    return ([change] + old.map { remedy(likeRun: $0.id) } + (old.isEmpty ? [] : ["Compare the new run then."]))
      .joined(separator: " ")
  }

  /// Whether a run is what ``remedy(likeRun:)`` makes of another.
  private static func repeats(_ new: RunRecord, _ old: RunRecord) -> Bool {
    new.reuse
      && (new.promptID, new.model, new.settings, new.clearedSettings)
        == (old.promptID, old.model, old.settings, old.clearedSettings)
  }

  /// What a run that repeats another on the present rows can be compared with.
  private static func repetition(_ new: Int, of old: Int) -> String {
    "Run \(new) is run \(old) again on the rows of now (reuse), with the same prompt, model and settings, so there is "
      + "nothing to compare between the two. Compare run \(new) with runs of other prompts, models or settings that "
      + "answer the rows of now."
  }
}
