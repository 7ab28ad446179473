/// Rows to come, counted by their lengths: rows of equal lengths cost the same, so each length is priced once.
struct RowCounts: Sendable {
  typealias Row = RowForecast.Row

  /// In the order in which the lengths first occur, so that sums are the same in every process.
  private var counts: [(row: Row, count: Int)] = []

  init(_ rows: [Row]) {
    var places: [Row: Int] = [:]
    for row in rows {
      if let place = places[row] {
        counts[place].count += 1
      } else {
        places[row] = counts.count
        counts.append((row, 1))
      }
    }
  }

  /// The different rows, with their numbers.
  var all: [(row: Row, count: Int)] { counts }

  func filter(_ isIncluded: (Row) -> Bool) -> RowCounts {
    var copy = self
    copy.counts.removeAll { !isIncluded($0.row) }
    return copy
  }

  func contains(where isIncluded: (Row) -> Bool) -> Bool { counts.contains { isIncluded($0.row) } }

  /// The number of rows with a property.
  func count(where isCounted: (Row) -> Bool) -> Int { counts.reduce(0) { isCounted($1.row) ? $0 + $1.count : $0 } }

  /// The sum of an integer over all rows.
  func total(_ number: (Row) -> Int) -> Int { counts.reduce(0) { $0 + $1.count * number($1.row) } }

  /// The sum of a value over all rows.
  func sum(_ value: (Row) -> Double) -> Double { counts.reduce(0) { $0 + Double($1.count) * value($1.row) } }

  /// The sum of a value over all rows; nil if a row has none.
  func sumIfKnown(_ value: (Row) -> Double?) -> Double? {
    var sum = 0.0
    for (row, count) in counts {
      guard let value = value(row) else { return nil }
      sum += Double(count) * value
    }
    return sum
  }
}
