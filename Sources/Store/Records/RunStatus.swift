/// Where a run stands.
package enum RunStatus: String, FieldValue, CaseIterable {
  case pending, running, completed, failed, cancelled
}

/// Where one row of a run stands.
package enum ResponseStatus: String, FieldValue, CaseIterable {
  case pending
  /// Answered, but its reviews are not all in.
  case running
  case completed, failed
}
