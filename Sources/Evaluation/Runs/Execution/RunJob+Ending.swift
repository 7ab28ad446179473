extension RunJob {
  /// How a job ended.
  enum Ending: Sendable, Equatable {
    /// The run's record says how.
    case recorded
    /// The store could not be written; why.
    case unrecorded(String)
  }
}
