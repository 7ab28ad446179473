import Synchronization

/// A number for a state of records, so that what was computed from them is known to be still right.
///
/// No two states have the same number, not even in different stores of a process. The same records may have several.
package struct Revision: Sendable, Hashable {
  private static let last = Atomic<UInt64>(0)
  private let number: UInt64

  init() { number = Self.last.wrappingAdd(1, ordering: .relaxed).newValue }
}

extension Tables {
  /// The state of everything that views of runs show besides the runs themselves and their responses.
  package var contextOfRuns: [Revision] {
    [
      tags.revision, providerCredentials.revision, prompts.revision, datasets.revision, metrics.revision,
      metricGroups.revision, verdicts.revision,
    ]
  }
}
