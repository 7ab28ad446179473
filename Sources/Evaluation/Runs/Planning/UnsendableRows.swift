/// Rows that cannot be sent, by their reasons.
package struct UnsendableRows: Sendable, Equatable, CustomStringConvertible {
  private var rows = Occurrences()
  /// In the order in which they were met.
  private var reasons: [String] = []
  private var rowsByReason: [String: Occurrences] = [:]

  package init() {}

  var isEmpty: Bool { rows.count == 0 }

  mutating func add(_ row: Int, _ reason: String) {
    rows.add(row)
    if rowsByReason[reason] == nil { reasons.append(reason) }
    rowsByReason[reason, default: Occurrences()].add(row)
  }

  /// How many reasons are told.
  private static let told = 3

  package var description: String {
    if reasons.count == 1 { return "\(rows) cannot be sent: \(reasons[0])" }
    let commonest = reasons.enumerated().sorted { one, other in
      (-count(one.element), one.offset) < (-count(other.element), other.offset)
    }
    let examples = commonest.prefix(Self.told).map { "\(rowsByReason[$0.element] ?? Occurrences()): \($0.element)" }
    let rest = reasons.count - examples.count
    return "\(rows) cannot be sent, for \(reasons.count) reasons. \(examples.joined(separator: " "))"
      + (rest > 0 ? " And \(rest) more." : "")
  }

  private func count(_ reason: String) -> Int { rowsByReason[reason]?.count ?? 0 }
}
