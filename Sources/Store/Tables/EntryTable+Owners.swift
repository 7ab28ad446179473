extension EntryTable<ResponseEntry> {
  /// The ids of the runs that have responses.
  package var runIDs: some Collection<Int> { ownerIDs }

  /// The responses of a run, oldest first.
  package func entries(ofRun id: Int) -> [ResponseEntry] { entries(of: id) }

  package func entry(_ id: Int, ofRun runID: Int) -> ResponseEntry? { entry(id, of: runID) }
}

extension EntryTable<GenerationEntry> {
  /// The generations of an experiment, oldest first.
  package func entries(ofExperiment id: Int) -> [GenerationEntry] { entries(of: id) }

  /// Whether a prompt version has made any generation.
  package func hasEntries(ofPrompt promptID: Int) -> Bool {
    ownerIDs.contains { id in entries(of: id).contains { $0.promptID == promptID } }
  }
}
