package import Store

extension Tables {
  /// Whether it is recorded that all of these responses of a run were shown in this way.
  package func isRecorded(_ way: DisplayRecord.Way, of responses: Set<Int>, ofRun id: Int) -> Bool {
    guard runs.contains(id: id) else { return true }
    return display(ofRun: id).map { display in responses.allSatisfy { display.contains($0, way) } } ?? false
  }
}

extension Transaction {
  /// Records that responses of a run were shown; none of a run that was deleted meanwhile.
  package mutating func recordDisplay(_ way: DisplayRecord.Way, of responses: Set<Int>, ofRun id: Int) {
    guard tables.runs.contains(id: id) else { return }
    var display = tables.display(ofRun: id) ?? DisplayRecord(ofRun: id, isComplete: false)
    display.add(responses, way, among: tables.responses.entries(ofRun: id).lazy.map(\.id))
    save(display)
  }

  /// Begins the record of what is shown of a run that has no responses yet.
  package mutating func beginDisplays(ofRun id: Int) {
    guard tables.responses.entries(ofRun: id).isEmpty else { return }
    deleteDisplay(ofRun: id)
    insert(DisplayRecord(ofRun: id, isComplete: true))
  }

  /// Forgets what was shown of a run.
  mutating func deleteDisplay(ofRun id: Int) {
    if let display = tables.display(ofRun: id) { delete(DisplayRecord.self, id: display.id) }
  }

  private mutating func save(_ display: DisplayRecord) {
    if display.id == 0 { insert(display) } else { put(display) }
  }
}
