/// What clients were shown of the responses of a run, which tells whether a person can have known the judge's scores.
///
/// It is recorded, because whoever gives a verdict may have read the scores weeks before.
package struct DisplayRecord: Record {
  /// A way in which a response was shown.
  package enum Way: Sendable {
    /// With its score.
    case scored
    /// Without its score.
    case hidden
    /// Its score was told in answer to a verdict that was deleted.
    case told
  }

  package static var kind: RecordKind { .displays }
  package static var table: WritableKeyPath<Tables, Table<DisplayRecord>> { \.displays }

  package var id = 0
  /// The run, which has one record at most.
  package var runID = 0
  /// Whether everything that was shown of the run is recorded: earlier versions of the program recorded nothing.
  package var isComplete = false
  /// The responses that were shown, as the first and the last of each series of ids.
  private var scored: [Int] = []
  private var hidden: [Int] = []
  private var told: [Int] = []

  package init() {}

  package init(ofRun id: Int, isComplete: Bool) { (runID, self.isComplete) = (id, isComplete) }

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("id", &id, in: .id)
    try fields.visit("run_id", &runID, in: .id)
    try fields.visit("complete", &isComplete)
    try fields.visit("scored", &scored, in: .id)
    try fields.visit("hidden", &hidden, in: .id)
    try fields.visit("told", &told, in: .id)
  }

  package var references: [RecordReference] { [RecordReference(.runs, runID)] }

  package var indexedName: String? { Self.name(ofRun: runID) }

  fileprivate static func name(ofRun id: Int) -> String { "\(id)" }

  private subscript(way: Way) -> [Int] {
    get {
      switch way {
      case .scored: scored
      case .hidden: hidden
      case .told: told
      }
    }
    set {
      switch way {
      case .scored: scored = newValue
      case .hidden: hidden = newValue
      case .told: told = newValue
      }
    }
  }

  /// Whether a response was shown in this way.
  package func contains(_ response: Int, _ way: Way) -> Bool {
    let ends = self[way]
    return stride(from: 0, to: ends.count - 1, by: 2).contains { ends[$0] <= response && response <= ends[$0 + 1] }
  }

  /// Adds responses.
  ///
  /// - Parameter all: the ids of the run's responses, ascending. Those of other runs may lie between them.
  package mutating func add(_ responses: Set<Int>, _ way: Way, among all: some Sequence<Int>) {
    var ends: [Int] = []
    var isOpen = false
    let earlier = self[way]
    // The series are ascending like the ids, so one walk finds them.
    var series = 0
    for id in all {
      while series + 1 < earlier.count, earlier[series + 1] < id { series += 2 }
      let wasShown = series + 1 < earlier.count && earlier[series] <= id
      let isShown = wasShown || responses.contains(id)
      if isShown, isOpen {
        ends[ends.count - 1] = id
      } else if isShown {
        ends += [id, id]
      }
      isOpen = isShown
    }
    self[way] = ends
  }
}

extension DisplayRecord: StoredRecord {
  static var singular: String { "display" }
  static var firstFormat: Int { 8 }
}

extension Tables {
  /// What was shown of a run; nil if nothing is recorded.
  package func display(ofRun id: Int) -> DisplayRecord? {
    displays.ids(named: DisplayRecord.name(ofRun: id)).first.flatMap { displays[$0] }
  }
}
