/// The progress by steps that are on disk.
extension RunState {
  /// Records a step that is on disk.
  mutating func note(_ step: RowWorker.Step) {
    switch step {
    case .generated: progress.generated.done += 1
    case .generationFailed:
      progress.generated.failed += 1
      progress.judged.total = max(0, progress.judged.total - criteriaCount)
    case .reviewed where isPairwise: progress.compared.done += 1
    case .reviewFailed where isPairwise: progress.compared.failed += 1
    case .reviewed: progress.judged.done += 1
    case .reviewFailed: progress.judged.failed += 1
    }
  }
}
