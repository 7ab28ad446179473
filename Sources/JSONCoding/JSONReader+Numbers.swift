extension JSONReader {
  /// Reads the number at the current position.
  package mutating func number(in bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
    let start = position
    let shape = try scanNumber(in: bytes)
    if shape.isInteger, let value = shape.value { return .integer(value) }
    if !shape.isInteger, !keepsNumerals, let value = Self.exactDouble(bytes, start..<position) { return .double(value) }
    let digits = Self.text(bytes.extracting(start..<position))
    if shape.isInteger { return digits == "-0" && !keepsNumerals ? .double(-0.0) : .numeral(digits) }
    if keepsNumerals { return .numeral(digits) }
    guard let value = Double(digits), value.isFinite else {
      guard mode == .lenient else { throw JSONError(.numberOutOfRange, at: start) }
      return .null
    }
    return .double(value)
  }

  /// The nearest double to a number with a fraction or an exponent; nil if only a general conversion can tell.
  ///
  /// An integer below 2^53 and a power of ten up to 10^22 are doubles, so their product and their quotient are rounded once,
  /// to the nearest double (Clinger, "How to read floating point numbers accurately", 1990).
  package static func exactDouble(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Double? {
    var (significand, exponent) = (UInt64(0), 0)
    var position = range.lowerBound
    let isNegative = bytes[position] == ASCII.minus
    if isNegative { position += 1 }
    var isFraction = false
    while position < range.upperBound {
      let byte = bytes[position]
      if byte == ASCII.period {
        isFraction = true
      } else if byte >= ASCII.zero, byte <= ASCII.nine {
        significand = significand * 10 + UInt64(byte - ASCII.zero)
        if significand > 1 << 53 { return nil }
        if isFraction { exponent -= 1 }
      } else {
        break
      }
      position += 1
    }
    if position < range.upperBound {
      position += 1
      let isNegative = bytes[position] == ASCII.minus
      if isNegative || bytes[position] == ASCII.plus { position += 1 }
      var value = 0
      while position < range.upperBound {
        value = value * 10 + Int(bytes[position] - ASCII.zero)
        if value > 1000 { return nil }
        position += 1
      }
      exponent += isNegative ? -value : value
    }
    guard abs(exponent) < powersOfTen.count else { return nil }
    let magnitude = Double(significand)
    let value = exponent < 0 ? magnitude / powersOfTen[-exponent] : magnitude * powersOfTen[exponent]
    return isNegative ? -value : value
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

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
