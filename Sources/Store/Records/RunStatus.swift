/// Where a run stands.
package enum RunStatus: String, FieldValue, CaseIterable {
  case pending, running, completed, failed, cancelled
}

/// What the score of a response means.
package enum Scoring: String, FieldValue, CaseIterable {
  /// 1 where the answer is the expected output, white space around both left out; else 0.
  case exactMatch = "ExactMatch"
  /// 1 where the expected output occurs in the answer; else 0.
  case contains = "Contains"
  /// The mean of the judge's reviews, 1 to 5.
  case llmJudge = "LlmJudge"
  case none = "None"
}

/// Where one row of a run stands.
package enum ResponseStatus: String, FieldValue, CaseIterable {
  case pending
  /// Answered, but its reviews are not all in.
  case running
  case completed, failed
}
