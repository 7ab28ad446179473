/// The allowed range of a number in a record, checked both on reading and before writing, so that every file can be
/// loaded.
struct ValueRange<Number: Comparable & Sendable>: Sendable {
  let range: ClosedRange<Number>
  /// The name of an allowed number in messages.
  let expectation: String

  /// - Returns: the number.
  /// - Throws: ``RecordError/outOfRange(field:expected:)``.
  func check(_ number: Number, _ field: @autoclosure () -> String) throws(RecordError) -> Number {
    guard range.contains(number) else { throw .outOfRange(field: field(), expected: expectation) }
    return number
  }

  /// The number if it is in the range; otherwise nil, for implausible reports of others.
  func known(_ number: Number?) -> Number? { number.flatMap { range.contains($0) ? $0 : nil } }

  /// Throws if there is a number and it is out of the range.
  func check(ifAny number: Number?, _ field: @autoclosure () -> String) throws(RecordError) {
    if let number { _ = try check(number, field()) }
  }

  /// Throws if any number of a list is out of the range.
  func check(all numbers: [Number], _ field: @autoclosure () -> String) throws(RecordError) {
    for number in numbers { _ = try check(number, field()) }
  }

  func clamp(_ number: Number) -> Number { min(max(number, range.lowerBound), range.upperBound) }
}

extension ValueRange<Int> {
  /// The highest integer that every JSON library reads exactly (RFC 8259, section 6).
  static let highest = 1 << 53 - 1

  /// An id, counted from 1.
  static let id = ValueRange(range: 1...highest, expectation: "an id: a positive integer")
  /// Any integer, such as a seed.
  static let integer = ValueRange(range: Int.min...Int.max, expectation: "an integer")

  /// A count or an index.
  static let count = ValueRange(range: 0...highest, expectation: "a number from 0 on")

  /// A number of rows or a row index; a thousand million rows do not fit into any machine.
  static let rows = ValueRange(range: 0...1_000_000_000, expectation: "a number of rows: 0 to 1,000,000,000")

  /// A number of calls.
  static let calls = ValueRange(range: 0...1_000_000_000, expectation: "a number of calls: 0 to 1,000,000,000")

  /// The tokens of a call; sums over any number of rows stay far below the largest integer.
  static let tokens = ValueRange(
    range: 0...1_000_000_000_000, expectation: "a number of tokens: 0 to 1,000,000,000,000")

  /// The number of judgements of a review.
  static let samples = ValueRange(range: 0...1_000, expectation: "a number of judgements: 0 to 1,000")

  /// The stars of a rubric band.
  static let band = ValueRange(range: 1...5, expectation: "a number of stars from 1 to 5")
}

extension ValueRange<Double> {
  /// The score of a response: 0 or 1 by comparison, 1 to 5 by a judge.
  static let score = ValueRange(range: 0...5, expectation: "a score from 0 to 5")
  /// A weight relative to others.
  static let weight = ValueRange(range: 0...1e9, expectation: "a weight from 0 on")
  /// US dollars per million tokens.
  static let price = ValueRange(range: 0...1e6, expectation: "a price from 0 on")
  /// A check's score.
  static let share = ValueRange(range: 0...1, expectation: "a score from 0 to 1")
  /// A judge's score.
  static let stars = ValueRange(range: 1...5, expectation: "a score from 1 to 5")

  /// The milliseconds of a call, up to about thirty years.
  static let latency = ValueRange(range: 0...1e12, expectation: "a number of milliseconds from 0 to 1e12")

  /// The evidence of a comparison.
  static let evidence = ValueRange(range: 0...1e12, expectation: "an amount of evidence from 0 to 1e12")

  /// US dollars.
  static let money = ValueRange(range: 0...1e12, expectation: "an amount of US dollars from 0 to 1e12")
  /// US dollars that were saved, or lost.
  static let saving = ValueRange(range: -1e12...1e12, expectation: "an amount of US dollars from -1e12 to 1e12")
}
