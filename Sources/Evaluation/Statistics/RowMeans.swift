/// The mean of the means of rows, in which a row counts once however many values it has.
///
/// Values of one row resemble each other. Their plain mean would count a row once for each of its values.
struct RowMeans: Sendable, Equatable {
  private struct Tally: Sendable, Equatable {
    var sum = 0.0
    var count = 0
    var mean: Double { sum / Double(count) }

    mutating func add(_ value: Double) {
      sum += value
      count += 1
    }
  }

  /// The number of values.
  private(set) var count = 0
  /// The values of rows that have no other.
  private var single = Tally()
  /// The values of other rows, in the order of their first value, so that sums do not depend on chance.
  private var rows: [Tally] = []
  private var places: [Int: Int] = [:]
  /// The rows that may have several values, in the order of their first value.
  private(set) var rowsInOrder: [Int] = []

  /// - Parameter row: nil for a row that has no other value.
  mutating func add(_ value: Double, row: Int?) {
    count += 1
    guard let row else { return single.add(value) }
    let place = places[row] ?? rows.count
    if place == rows.count {
      rows.append(Tally())
      places[row] = place
      rowsInOrder.append(row)
    }
    rows[place].add(value)
  }

  /// The means of the rows that may have several values.
  var means: [Double] { rows.map(\.mean) }

  /// Nil without values.
  var mean: Double? {
    let number = single.count + rows.count
    return number == 0 ? nil : rows.reduce(single.sum) { $0 + $1.mean } / Double(number)
  }
}
