/// What a number in a record may be, checked when it is read and before it is written: what is on the disk can be loaded.
struct ValueRange<Number: Comparable & Sendable>: Sendable {
  let range: ClosedRange<Number>
  /// The name of such a number in messages.
  let expectation: String

  /// - Returns: the number.
  /// - Throws: ``RecordError/outOfRange(field:expected:)``.
  func check(_ number: Number, _ field: @autoclosure () -> String) throws(RecordError) -> Number {
    guard range.contains(number) else { throw .outOfRange(field: field(), expected: expectation) }
    return number
  }

  /// The number if there is one and it is in the range; else nil, for what somebody else reports and cannot be true.
  func known(_ number: Number?) -> Number? { number.flatMap { range.contains($0) ? $0 : nil } }

  /// Refuses a number that is there and out of the range.
  func check(ifAny number: Number?, _ field: @autoclosure () -> String) throws(RecordError) {
    if let number { _ = try check(number, field()) }
  }

  /// Refuses a list with a number out of the range.
  func check(all numbers: [Number], _ field: @autoclosure () -> String) throws(RecordError) {
    for number in numbers { _ = try check(number, field()) }
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

  /// How many rows there are, or which of them: a thousand million take more room than any machine has for them.
  static let rows = ValueRange(range: 0...1_000_000_000, expectation: "a number of rows: 0 to 1,000,000,000")

  /// How many calls were made.
  static let calls = ValueRange(range: 0...1_000_000_000, expectation: "a number of calls: 0 to 1,000,000,000")

  /// Tokens of a call; sums over any number of rows stay far from the end of the integers.
  static let tokens = ValueRange(
    range: 0...1_000_000_000_000, expectation: "a number of tokens: 0 to 1,000,000,000,000")

  /// Calls at once.
  static let concurrency = ValueRange(range: 1...1_000, expectation: "a number of calls at once: 1 to 1,000")

  /// Judgements that a review is made of.
  static let samples = ValueRange(range: 0...1_000, expectation: "a number of judgements: 0 to 1,000")

  /// The stars of a band of a rubric.
  static let band = ValueRange(range: 1...5, expectation: "a number of stars from 1 to 5")
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

  /// Milliseconds of a call, up to some thirty years.
  static let latency = ValueRange(range: 0...1e12, expectation: "a number of milliseconds from 0 to 1e12")

  /// US dollars.
  static let money = ValueRange(range: 0...1e12, expectation: "an amount of US dollars from 0 to 1e12")
}
