extension JSONReader {
  /// Reads the number at the current position.
  package mutating func number(in bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
    let start = position
    let shape = try scanNumber(in: bytes)
    if shape.isInteger, let value = shape.value { return .integer(value) }
    let digits = Self.text(bytes.extracting(start..<position))
    if shape.isInteger { return digits == "-0" && !keepsNumerals ? .double(-0.0) : .numeral(digits) }
    if keepsNumerals { return .numeral(digits) }
    guard let value = Double(digits), value.isFinite else {
      guard mode == .lenient else { throw JSONError(.numberOutOfRange, at: start) }
      return .null
    }
    return .double(value)
  }

  /// Checks the number at the current position and moves past it.
  package mutating func skipNumber(in bytes: Span<UInt8>) throws(JSONError) {
    let start = position
    let shape = try scanNumber(in: bytes)
    // Only an exponent or hundreds of digits can exceed a double's range.
    if !shape.isInteger && shape.mayOverflow {
      position = start
      _ = try number(in: bytes)
    }
  }

  private struct NumberShape {
    var isInteger = true
    var mayOverflow = false
    /// The integer, if it fits and is not a negative zero.
    var value: Int64?
  }

  private mutating func scanNumber(in bytes: Span<UInt8>) throws(JSONError) -> NumberShape {
    let start = position
    var shape = NumberShape()
    let negative = bytes[position] == ASCII.minus
    if negative { position += 1 }
    guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
    guard isDigit(bytes[position]) else {
      throw JSONError(negative ? .invalidNumber : .unexpectedByte(bytes[position]), at: position)
    }
    shape.value = try scanIntegerPart(in: bytes, negative: negative)
    if position < bytes.count, bytes[position] == ASCII.period {
      shape.isInteger = false
      position += 1
      try skipDigits(in: bytes)
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: "e") || bytes[position] == UInt8(ascii: "E") {
      shape.isInteger = false
      shape.mayOverflow = true
      position += 1
      if position < bytes.count, bytes[position] == ASCII.plus || bytes[position] == ASCII.minus { position += 1 }
      try skipDigits(in: bytes)
    }
    if position - start > 300 { shape.mayOverflow = true }
    return shape
  }

  private mutating func scanIntegerPart(in bytes: Span<UInt8>, negative: Bool) throws(JSONError) -> Int64? {
    if bytes[position] == ASCII.zero {
      position += 1
      if position < bytes.count, isDigit(bytes[position]) { throw JSONError(.invalidNumber, at: position) }
      return negative ? nil : 0
    }
    var value: Int64? = 0
    while position < bytes.count, isDigit(bytes[position]) {
      let digit = Int64(bytes[position] - ASCII.zero)
      if let sum = value {
        let (scaled, overflow) = sum.multipliedReportingOverflow(by: 10)
        let (next, carry) =
          negative
          ? scaled.subtractingReportingOverflow(digit) : scaled.addingReportingOverflow(digit)
        value = overflow || carry ? nil : next
      }
      position += 1
    }
    return value
  }

  private mutating func skipDigits(in bytes: Span<UInt8>) throws(JSONError) {
    guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
    guard isDigit(bytes[position]) else { throw JSONError(.invalidNumber, at: position) }
    while position < bytes.count, isDigit(bytes[position]) { position += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool { (ASCII.zero...ASCII.nine).contains(byte) }
}
