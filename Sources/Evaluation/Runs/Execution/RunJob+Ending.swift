extension RunJob {
  /// How a job ended.
  enum Ending: Sendable, Equatable {
    /// As the run's record says.
    case recorded
    /// The store could not be written, for this cause (``Interruption/cause(of:)``).
    case unrecorded(String)
  }
}
