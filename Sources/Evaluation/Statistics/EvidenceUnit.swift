/// The words for pieces of evidence: rows, or groups of rows where some rows share one.
enum EvidenceUnit {
  case row, group

  /// `1 row`, `30 groups of rows`.
  func counted(_ count: Int) -> String { "\(count) \(count == 1 ? one : many)" }

  /// `no more`, `only 4 more groups of rows`; rows are meant where nothing is named.
  func more(_ count: Int) -> String {
    let number = count == 0 ? "no more" : "only \(count) more"
    return self == .row ? number : "\(number) \(count == 1 ? one : many)"
  }

  var one: String { self == .row ? "row" : "group of rows" }
  var many: String { self == .row ? "rows" : "groups of rows" }
}
