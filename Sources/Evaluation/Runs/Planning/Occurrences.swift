/// The rows in which something occurs: their number and the first few.
package struct Occurrences: Sendable, Equatable, CustomStringConvertible {
  package private(set) var count = 0
  package private(set) var first: [Int] = []

  package init() {}

  package mutating func add(_ row: Int) {
    count += 1
    if first.count < 3 { first.append(row) }
  }

  package var description: String {
    let rows = first.map(String.init).joined(separator: ", ")
    return count == 1
      ? "1 row (row_index \(rows))" : "\(count) rows (row_index \(rows)\(count > first.count ? ", ..." : ""))"
  }
}
