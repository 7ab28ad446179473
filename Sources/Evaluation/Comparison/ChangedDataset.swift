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
    change(dataset, rowCountBefore: dataset?.rowCountBeforeAppending(since: run), since: run)
  }

  /// - Parameter rowCountBefore: nil if something else than appending has happened.
  private static func change(_ dataset: DatasetRecord?, rowCountBefore: Int?, since run: RunRecord) -> String {
    guard let dataset, let rowCountBefore else { return "The dataset has changed since run \(run.id) was started" }
    return "Rows were appended to the dataset since run \(run.id) was started (\(rowCountBefore) rows then, "
      + "\(dataset.rowCount) now)"
  }

  /// Why a run with answers gets no more of them, and what to do.
  static func refusal(ofResuming run: RunRecord, _ dataset: DatasetRecord?) -> String {
    // Reads the whole text.
    let before = dataset?.rowCountBeforeAppending(since: run)
    let consequence =
      switch RowSelection(run.rows) ?? .all {
      case _ where before == nil: "its results would mix two datasets"
      case .all: "it would answer rows that it was not started with"
      case .part(let part): "the part \(part.rawValue), which it answers, may have other rows now"
      case .sample(let count): "its sample of \(count) rows would be drawn from all of them, and may be other rows now"
      }
    return
      "\(change(dataset, rowCountBefore: before, since: run)), so \(consequence). \(remedy(likeRun: run.id)) runs_generate "
      + "with restart: true discards its answers and pays for every row anew."
  }

  /// Why runs of different states of one dataset cannot be compared, and the remedy for each that is out of date.
  ///
  /// - Parameter dataset: that of both runs, as it is now; nil if it is gone.
  package static func sentence(_ first: RunRecord, _ second: RunRecord, _ dataset: DatasetRecord?) -> String {
    let hash = dataset.map(\.fingerprint)
    let old = hash == nil ? [] : [first, second].filter { $0.snapshot?.datasetHash != hash }
    let change = "The dataset was changed between run \(first.id) and run \(second.id), so their rows are not the same."
    return ([change] + old.map { remedy(likeRun: $0.id) } + (old.isEmpty ? [] : ["Compare the new run then."]))
      .joined(separator: " ")
  }
}
