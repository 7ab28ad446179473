/// The status of one row of a run.
package enum ResponseStatus: String, FieldValue, CaseIterable {
  case pending
  /// Answered, but not yet fully reviewed.
  case running
  case completed, failed
}
