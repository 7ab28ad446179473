import Evaluation
import JSONCoding
import Store
import Synchronization

/// The runs of lists as clients saw them last, which are shown again while nothing that they show has changed.
///
/// The figures of a run follow from all its responses. A page of runs may so stand for a million of them.
final class RunItems: Sendable {
  /// The state of all that a view of a run shows.
  struct State: Equatable {
    let run: RunRecord
    let isAbandoned: Bool
    let responses: Revision?
    let context: [Revision]

    /// Nil for a run that is under way or compared, because other things show in it as well.
    init?(_ run: RunRecord, isAbandoned: Bool, in tables: borrowing Tables) {
      guard run.id > 0, !run.status.isUnderWay || isAbandoned, run.openPairwise == nil else { return nil }
      self.run = run
      self.isAbandoned = isAbandoned
      responses = tables.responses.revision(of: run.id)
      context = tables.contextOfRuns
    }
  }

  /// A run of a page: as it was shown last, or what it is made of.
  enum Material: Sendable {
    case known(JSONObject)
    case new(RunView, State?)
  }

  /// The number of runs that are kept, which take a few kilobytes each.
  private static let limit = 2000
  private let kept = Mutex(Kept())

  private struct Kept {
    var items: [Int: (state: State, object: JSONObject)] = [:]
    /// The number of items at which those of deleted runs are removed.
    var sweepAt = 16
  }

  /// The number of runs that are kept.
  var count: Int { kept.withLock { $0.items.count } }

  func material(of run: RunRecord, isAbandoned: Bool, in tables: borrowing Tables) -> Material {
    let state = State(run, isAbandoned: isAbandoned, in: tables)
    if let state, let known = kept.withLock({ $0.items[run.id] }), known.state == state { return .known(known.object) }
    forgetDeletedRuns(in: tables)
    return .new(RunView(run, isAbandoned: isAbandoned, in: copy tables), state)
  }

  /// Forgets deleted runs whenever the number of runs has doubled.
  private func forgetDeletedRuns(in tables: borrowing Tables) {
    let ids = kept.withLock { kept in kept.items.count < kept.sweepAt ? [] : Array(kept.items.keys) }
    if ids.isEmpty { return }
    var deleted: [Int] = []
    for id in ids where !tables.runs.contains(id: id) { deleted.append(id) }
    kept.withLock { [deleted] kept in
      for id in deleted { kept.items[id] = nil }
      kept.sweepAt = max(16, 2 * kept.items.count)
    }
  }

  func object(_ material: Material, made: (RunView) throws -> JSONObject) rethrows -> JSONObject {
    switch material {
    case .known(let object): return object
    case .new(let view, let state):
      let object = try made(view)
      if let state {
        kept.withLock { kept in
          if kept.items.count >= Self.limit { kept = Kept() }
          kept.items[view.run.id] = (state, object)
        }
      }
      return object
    }
  }
}
