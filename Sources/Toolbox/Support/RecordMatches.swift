import Evaluation
import Store

extension Tables {
  /// The ids, as text, of the records whose id begins with a text or whose name contains it, newest first.
  func ids<Row: NamedRecord>(
    _ type: Row.Type, matching text: String, where isIncluded: (Row) -> Bool = { _ in true }
  ) -> [String] {
    let sought = text.lowercased()
    return self[keyPath: Row.table].ids { row in
      isIncluded(row)
        && (sought.isEmpty || "\(row.id)".hasPrefix(sought) || row.displayName.lowercased().contains(sought))
    }.map { "\($0)" }
  }

  func idsOfRunsWithResponses(matching text: String) -> [String] {
    ids(RunRecord.self, matching: text) { !responses.entries(ofRun: $0.id).isEmpty }
  }
}
