/// The responses of all runs, each run's by id.
package struct ResponseTable: Sendable {
  private var table = EntryTable<ResponseEntry>()
  /// The highest id ever given to a review.
  package internal(set) var lastReviewID = 0

  /// The highest id ever given to a response.
  package internal(set) var lastID: Int {
    get { table.lastID }
    set { table.lastID = newValue }
  }

  package var count: Int { table.count }

  /// The ids of the runs that have responses.
  package var runIDs: some Collection<Int> { table.ownerIDs }

  /// The responses of a run, the oldest first.
  package func entries(ofRun runID: Int) -> [ResponseEntry] { table.entries(of: runID) }

  package func entry(_ id: Int, ofRun runID: Int) -> ResponseEntry? { table.entry(id, of: runID) }

  /// Inserts or replaces; returns what was there before.
  mutating func put(_ entry: ResponseEntry) -> ResponseEntry? { table.put(entry) }

  mutating func remove(id: Int, ofRun runID: Int) { table.remove(id: id, of: runID) }

  /// Removes the responses of a run and returns them.
  mutating func removeAll(ofRun runID: Int) -> [ResponseEntry] { table.removeAll(of: runID) }

  mutating func restore(_ entries: [ResponseEntry], ofRun runID: Int) { table.restore(entries, of: runID) }
}
