import Store

/// Lists the calls that a run has to make.
extension RunPlanner {
  /// The work of a start, with the answers that can be copied and the lengths from which its cost follows.
  ///
  /// - Parameters:
  ///   - entries: the responses that are kept.
  ///   - scoring: decides whether a row has all its reviews.
  ///   - isJudging: whether only existing answers are judged.
  ///   - destination: the place of the requests to come.
  func sizedWork(
    of material: Material, _ layout: Layout, _ entries: [ResponseEntry], _ scoring: RunScoring, _ retrying: Retrying,
    isJudging: Bool = false, to destination: RunSnapshot.Destination
  ) async throws -> [RunPlan.RowWork] {
    let (run, rows) = (material.run, layout.rows)
    let open = isJudging ? nil : OpenAnswers(of: run, rows)
    let work = Self.work(
      keys: rows.keys(repeats: run.repeats), entries: entries, scoring, retrying, isJudging: isJudging,
      isOpen: open?.contains)
    return try await copying(work, of: run, layout, to: destination, entries, except: open?.contains)
      .map {
        try $0.sized(
          promptBytes: layout.lengths[$0.key.rowIndex], scoring, retriesFailed: retrying.includesReviews,
          skipped: rows.skipped(of: material.criteria, at: $0.key.rowIndex))
      }
      .batched(run.batch, hasBegun: !run.openBatches.isEmpty)
  }

  /// The answers that are missing or lack reviews, followed by those that failed or waited before and are tried again.
  ///
  /// Some of the latter will always fail.
  /// - Parameters:
  ///   - keys: the answers of the run.
  ///   - isJudging: whether only existing answers are judged.
  ///   - isOpen: whether a batch may answer a row, which may have failed before.
  static func work(
    keys: [AnswerKey], entries: [ResponseEntry], _ scoring: RunScoring, _ retrying: Retrying, isJudging: Bool = false,
    isOpen: ((AnswerKey) -> Bool)? = nil
  ) -> [RunPlan.RowWork] {
    var new: [RunPlan.RowWork] = []
    var unjudged: [RunPlan.RowWork] = []
    var failed: [RunPlan.RowWork] = []
    // Places, because the entries of a large run are not small.
    let places = Dictionary(entries.indices.map { (entries[$0].key, $0) }) { _, last in last }
    // Lists that grow would take twice the memory.
    if !isJudging { new.reserveCapacity(max(keys.count - places.count, 0)) }
    for key in isJudging ? places.keys.sorted() : keys {
      guard let entry = places[key].map({ entries[$0] }) else {
        new.append(RunPlan.RowWork(key: key, existing: nil, needsGeneration: true))
        continue
      }
      if entry.status == .failed {
        guard retrying.retries(entry) || isOpen?(key) == true, !isJudging else { continue }
        failed.append(RunPlan.RowWork(key: key, existing: entry, needsGeneration: true))
      } else if entry.status != .completed || !scoring.lacking(entry, retryingFailed: retrying.includesReviews).isEmpty
      {
        unjudged.append(RunPlan.RowWork(key: key, existing: entry, needsGeneration: false))
      }
    }
    return unjudged.isEmpty && failed.isEmpty ? new : new + unjudged + failed
  }
}
