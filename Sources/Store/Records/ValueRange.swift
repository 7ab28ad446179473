/// What a number in a record may be, checked when it is read and before it is written: what is on the disk can be loaded.
struct ValueRange<Number: Comparable & Sendable>: Sendable {
  let range: ClosedRange<Number>
  /// What a message to a person calls such a number.
  let expectation: String

  /// - Returns: the number.
  /// - Throws: ``RecordError/outOfRange(field:expected:)``.
  func check(_ number: Number, _ field: @autoclosure () -> String) throws(RecordError) -> Number {
    guard range.contains(number) else { throw .outOfRange(field: field(), expected: expectation) }
    return number
  }

  func clamp(_ number: Number) -> Number { min(max(number, range.lowerBound), range.upperBound) }
}

extension ValueRange<Int> {
  /// The highest integer that every JSON library reads exactly (RFC 8259, section 6).
  static let highest = 1 << 53 - 1

  /// An id; ids are counted from 1.
  static let id = ValueRange(range: 1...highest, expectation: "an id: a positive integer")
  /// How many there are of something, or which of them.
  static let count = ValueRange(range: 0...highest, expectation: "a number from 0 on")
}

extension ValueRange<Double> {
  /// The score of a response, 0 or 1 by comparison and 1 to 5 by a judge.
  static let score = ValueRange(range: 0...5, expectation: "a score from 0 to 5")
  /// A share relative to others.
  static let weight = ValueRange(range: 0...1e9, expectation: "a weight from 0 on")
  /// US dollars for a million tokens.
  static let price = ValueRange(range: 0...1e6, expectation: "a price from 0 on")
  /// What a judge may give.
  static let stars = ValueRange(range: 1...5, expectation: "a score from 1 to 5")
}
