import Store

/// What was shown of the same answer in other runs.
extension Tables {
  /// The ids of the answers of which a copy in another run than one was shown with its score.
  func copiesShown(besides id: Int) -> Set<Int> {
    var shown: Set<Int> = []
    for display in displays.all where display.runID != id {
      responses.entries(ofRun: display.runID).forEachInPlace { entry in
        guard entry.isCopied else { return }
        if display.contains(entry.id, .scored) || display.contains(entry.id, .told) { shown.insert(entry.sourceID) }
      }
    }
    return shown
  }

  /// Why a verdict on a copied answer does not count as blind, although its score was hidden in this run.
  ///
  /// - Parameter id: the response from which it was copied.
  func blindnessDoubt(onSource id: Int) -> BlindnessDoubt? {
    guard let source = responses.entry(id), let display = display(ofRun: source.runID), display.isComplete else {
      return .unrecorded
    }
    return display.contains(id, .scored) || display.contains(id, .told) ? .shownAtSource : nil
  }
}
