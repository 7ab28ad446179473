import Providers
import Store

/// What a run waits for.
extension RunState {
  /// Records the state of the batches that the run waits for; nil if it waits for none.
  mutating func waits(for batches: BatchProgress?) {
    progress.batches = batches
    progress.batches?.isEnding = isStopping
    progress.status = batches.map { $0.count > 0 } == true ? .waiting : .running
  }

  /// Records that the service tier has no capacity for a call, which is made again.
  ///
  /// - Parameter isJudge: whether the call is the judge's.
  mutating func lacksCapacity(_ tier: ServiceTier, isJudge: Bool) {
    progress.holdup =
      "\(isJudge ? "the judge's " : "")service tier \(tier.rawValue) has no capacity at present, so calls are made again and again; nothing is paid for that"
  }
}
