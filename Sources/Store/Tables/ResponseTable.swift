/// The responses of all runs, each run's by id.
package struct ResponseTable: Sendable {
  private var runs: [Int: [ResponseEntry]] = [:]
  /// The highest id ever given to a response, and to a review.
  package internal(set) var lastID = 0
  package internal(set) var lastReviewID = 0

  package var count: Int { runs.values.reduce(0) { $0 + $1.count } }

  /// The ids of the runs that have responses.
  package var runIDs: some Collection<Int> { runs.keys }

  /// The responses of a run, the oldest first.
  package func entries(ofRun runID: Int) -> [ResponseEntry] { runs[runID] ?? [] }

  package func entry(_ id: Int, ofRun runID: Int) -> ResponseEntry? {
    guard let entries = runs[runID] else { return nil }
    let index = Self.index(of: id, in: entries)
    return index < entries.count && entries[index].id == id ? entries[index] : nil
  }

  /// Inserts or replaces; returns what was there before.
  mutating func put(_ entry: ResponseEntry) -> ResponseEntry? {
    lastID = max(lastID, entry.id)
    return Self.put(entry, into: &runs[entry.runID, default: []])
  }

  private static func put(_ entry: ResponseEntry, into entries: inout [ResponseEntry]) -> ResponseEntry? {
    let index = Self.index(of: entry.id, in: entries)
    if index == entries.count {
      entries.append(entry)
    } else if entries[index].id == entry.id {
      let old = entries[index]
      entries[index] = entry
      return old
    } else {
      entries.insert(entry, at: index)
    }
    return nil
  }

  mutating func remove(id: Int, ofRun runID: Int) {
    // In place: a list that something else refers to would be copied for every removal.
    Self.remove(id, from: &runs[runID, default: []])
    if runs[runID]?.isEmpty == true { runs[runID] = nil }
  }

  private static func remove(_ id: Int, from entries: inout [ResponseEntry]) {
    let index = index(of: id, in: entries)
    if index < entries.count, entries[index].id == id { entries.remove(at: index) }
  }

  /// Removes the responses of a run and returns them.
  mutating func removeAll(ofRun runID: Int) -> [ResponseEntry] { runs.removeValue(forKey: runID) ?? [] }

  mutating func restore(_ entries: [ResponseEntry], ofRun runID: Int) { runs[runID] = entries }

  /// Where the id stands or would stand.
  private static func index(of id: Int, in entries: [ResponseEntry]) -> Int {
    if let last = entries.last, last.id < id { return entries.count }
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
