import Store

/// The answers of a run whose scores nobody has seen yet, so that people can still score them blind.
struct UnshownScores: Sendable {
  /// What was shown of the run; nil if nothing is recorded.
  private let display: DisplayRecord?
  /// The copies whose scores were or may have been shown in the run that they were copied from.
  private let shownCopies: Set<Int>

  /// - Parameter entries: the responses of the run.
  init(ofRun id: Int, _ entries: [ResponseEntry], in tables: Tables) {
    display = tables.display(ofRun: id)
    var shown: Set<Int> = []
    if entries.containsInPlace(where: \.isCopied) {
      entries.forEachInPlace { entry in
        if entry.isCopied, tables.blindnessDoubt(onSource: entry.sourceID) != nil { shown.insert(entry.id) }
      }
    }
    shownCopies = shown
  }

  func contains(_ entry: ResponseEntry) -> Bool {
    guard let display, display.isComplete, !shownCopies.contains(entry.id) else { return false }
    return !display.contains(entry.id, .scored) && !display.contains(entry.id, .told)
  }
}
