import Evaluation
import JSONCoding
import MCP
import Store

/// Runs as tools show them.
extension Services {
  /// The ids of runs recorded as running, or as being compared, although no process works on them.
  ///
  /// - Parameter ids: the runs to look at; nil for all.
  func abandonedRuns(of ids: [Int]? = nil) async throws -> Set<Int> {
    let atWork = try await store.read { tables in
      tables.runs.ids { $0.isAtWork && (ids?.contains($0.id) ?? true) }
    }
    var abandoned: Set<Int> = []
    for id in atWork where try await engine.isAbandoned(run: id) { abandoned.insert(id) }
    return abandoned
  }

  /// Whether the run is being generated or about to be, or a process compares its answers.
  func isLive(run id: Int) async throws -> Bool {
    if await engine.isStarting(run: id) { return true }
    let status = try await store.read { try $0.find(RunRecord.self, id).status }
    if status == .waiting { return true }
    guard status == .running else { return try await engine.isComparing(run: id) }
    return try await !engine.isInterrupted(run: id, status: status)
  }

  /// A run's current object.
  ///
  /// - Parameters:
  ///   - arguments: of a call that may ask for some of its fields only.
  ///   - rows: how many of its rows are shown.
  ///   - gate: the limits to compare it with; the outcome is shown whatever fields the call asks for.
  func object(
    ofRun id: Int, for arguments: Arguments? = nil, rows: ResponseRows.Portion = .none, gate: RunGate? = nil
  ) async throws -> JSONObject {
    let view = try await view(ofRun: id)
    let outcome = try gate?.outcome(of: view).json
    var object = try view.object(readsAnswers: true)
    object["gate"] = outcome
    if rows == .page || rows == .preview && view.hasEnded {
      let room = Clipping.resultLimit - Clipping.size(of: object)
      let responses = try await responseRows(ofRun: id)
      let items = try responses.resultItems(rows, within: room)
      if responses.showsScores(in: rows) {
        await recordDisplay(.scored, of: responses.rows.prefix(items.count).compactMap(\.id), ofRun: id)
      }
      object.append("result_items", .array(items))
    }
    var shown = try arguments?.selection(of: object, optional: RunView.optionalMembers) ?? object
    if shown["gate"] == nil { shown["gate"] = outcome }
    return Clipping.fit(shown)
  }

  /// A run's current view; one that nobody generates any more is interrupted, whatever its record says.
  func view(ofRun id: Int) async throws -> RunView {
    let status = try await store.read { try $0.find(RunRecord.self, id).status }
    let isAbandoned = try await engine.isAbandoned(run: id)
    let isEnding = status.isUnderWay ? try await engine.isEnding(run: id) : false
    var (view, side) = try await store.read { tables in
      let run = try tables.find(RunRecord.self, id)
      let view = RunView(run, isAbandoned: isAbandoned, in: tables)
      return (
        view,
        ComparedRun.Source(run, comparedWith: nil, isAbandoned: isAbandoned, figures: view.figures, in: tables)
      )
    }
    view.gatherStatistics()
    view.isEnding = isEnding
    if status.isUnderWay { view.holdup = await engine.holdup(ofRun: id) }
    if isAbandoned { view.storeFailure = await engine.storeFailure(ofRun: id) }
    if status == .waiting { view.obstacle = await engine.obstacle(toFollowing: id) }
    if !view.status.isUnderWay {
      let table = view.table
      view.copies = side.copies(from: table)
      if side.hasResponses { view.groups = try RowGroups(of: side, table: table) }
    }
    view.pairwise = try await pairwise(ofRun: id)
    view.hasLookedForLaterCost = true
    if view.hasEnded, view.gathered?.totalCost == nil { view.laterCost = await engine.laterCost(ofRun: id) }
    if view.needsOutlook { view.outlook = await engine.outlook(ofRun: id) }
    return view
  }
}

extension JSONObject {
  /// Puts a warning on a call before those of its record.
  mutating func addWarning(_ warning: String) {
    self["warnings"] = .array([.string(warning)] + (self["warnings"]?.arrayValue ?? []))
  }
}
