/// The generations of all experiments, each experiment's by id.
package struct GenerationTable: Sendable {
  private var table = EntryTable<GenerationEntry>()

  /// The highest id ever given to a generation.
  package internal(set) var lastID: Int {
    get { table.lastID }
    set { table.lastID = newValue }
  }

  package var count: Int { table.count }

  /// The ids of the experiments that have generations.
  package var experimentIDs: some Collection<Int> { table.ownerIDs }

  /// The generations of an experiment, the oldest first.
  package func entries(ofExperiment id: Int) -> [GenerationEntry] { table.entries(of: id) }

  /// The generation of this id, whichever experiment made it.
  package func entry(_ id: Int) -> GenerationEntry? { table.entry(id) }

  /// Whether a prompt version has made any generation.
  package func hasEntries(ofPrompt promptID: Int) -> Bool {
    experimentIDs.contains { id in entries(ofExperiment: id).contains { $0.promptID == promptID } }
  }

  /// Inserts or replaces; returns what was there before.
  mutating func put(_ entry: GenerationEntry) -> GenerationEntry? { table.put(entry) }

  mutating func remove(id: Int, ofExperiment experimentID: Int) { table.remove(id: id, of: experimentID) }

  mutating func remove(_ ids: Set<Int>) { table.remove(ids) }

  /// Removes the generations of an experiment and returns them.
  mutating func removeAll(ofExperiment id: Int) -> [GenerationEntry] { table.removeAll(of: id) }

  mutating func restore(_ entries: [GenerationEntry], ofExperiment id: Int) { table.restore(entries, of: id) }
}
