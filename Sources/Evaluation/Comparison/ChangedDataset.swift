package import Store

/// Advice on runs whose dataset was changed since they were started.
package enum ChangedDataset {
  /// The calls that answer the rows as they are like a run did, at the price of the new rows alone.
  package static func remedy(likeRun id: Int) -> String {
    "runs_create with like_run \(id) and reuse true, then runs_generate, copies its answers to the rows that are still "
      + "there and asks for the others only."
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
