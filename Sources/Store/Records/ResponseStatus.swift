/// The status of one row of a run.
package enum ResponseStatus: String, FieldValue, CaseIterable {
  case pending
  /// Answered, but not yet fully reviewed.
  case running
  case completed, failed
}

/// What failed, where the same request would probably fail again.
package enum ResponseFailure: String, FieldValue, CaseIterable {
  /// The request, which the provider rejected.
  case rejected
  /// The answer, which cannot be used or was withheld, as by a content filter.
  case unusable
}
