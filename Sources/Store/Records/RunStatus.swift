/// The status of a run.
package enum RunStatus: String, FieldValue, CaseIterable {
  case pending, running
  /// Its provider answers requests in batches, for which no process needs to live.
  case waiting
  case completed, failed, cancelled

  /// Whether answers or reviews are being made.
  package var isUnderWay: Bool { self == .running || self == .waiting }
}

/// What failed, where the same request would probably fail again.
package enum ResponseFailure: String, FieldValue, CaseIterable {
  /// The request, which the provider rejected.
  case rejected
  /// The answer, which cannot be used or was withheld, as by a content filter.
  case unusable
}
