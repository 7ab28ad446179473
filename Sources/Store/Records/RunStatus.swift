/// The status of a run.
package enum RunStatus: String, FieldValue, CaseIterable {
  case pending, running
  /// Its provider answers requests in batches, for which no process needs to live.
  case waiting
  case completed, failed, cancelled

  /// Whether answers or reviews are being made.
  package var isUnderWay: Bool { self == .running || self == .waiting }
}
