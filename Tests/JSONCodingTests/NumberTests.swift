import JSONCoding
import TestSupport
import Testing

@Suite struct `Numbers` {
  @Test(arguments: [
    ("9223372036854775807", JSONValue.integer(.max)),
    ("-9223372036854775808", .integer(.min)),
    ("9223372036854775808", .numeral("9223372036854775808")),
    ("-9223372036854775809", .numeral("-9223372036854775809")),
    ("18446744073709551616", .numeral("18446744073709551616")),
    ("9223372036854775807.0", .double(9_223_372_036_854_775_808)),
    ("9007199254740993", .integer(9_007_199_254_740_993)),
    ("0", .integer(0)),
    ("-1", .integer(-1)),
    ("1.0", .double(1)),
    ("1e2", .double(100)),
    ("1e308", .double(1e308)),
    ("1.7976931348623157e308", .double(.greatestFiniteMagnitude)),
    ("5e-324", .double(.leastNonzeroMagnitude)),
    ("1e-400", .double(0)),
    ("0e400", .double(0)),
  ])
  func `a number keeps its notation`(_ text: String, _ value: JSONValue) {
    #expect(JSONText(text).parsed() == .success(value))
    JSONText(text).expectAgreement()
  }

  @Test(arguments: ["-9223372036854775809", "123456789012345678901234567890", "9223372036854775808"])
  func `an integer beyond 64 bits is written with its own digits`(_ digits: String) throws {
    #expect(try JSONValue(parsing: "{\"id\":\(digits)}").text == "{\"id\":\(digits)}")
  }

  @Test func `an integer of a thousand digits keeps them all`() throws {
    let digits = String(repeating: "7", count: 1000)
    #expect(try JSONValue(parsing: digits) == .numeral(digits))
    JSONText(digits).expectAgreement()
  }

  @Test(arguments: ["-0", "-0.0", "-0e5"])
  func `a negative zero keeps its sign`(_ text: String) throws {
    let value = try #require(try JSONValue(parsing: text).doubleValue)
    #expect(value == 0)
    #expect(value.sign == .minus)
    #expect(try JSONValue(parsing: text).text == "-0.0")
  }

  @Test(arguments: ["1e400", "-1e400", "1e309", "17976931348623159e292"])
  func `a number beyond a double is refused where it starts`(_ number: String) {
    let text = JSONText("[1,\(number)]")
    #expect(text.parsed() == .failure(JSONError(.numberOutOfRange, at: 3)))
    text.expectAgreement()
  }

  @Test func `every double reads back as itself`() throws {
    var generator = RepeatableGenerator(seed: 754)
    var tried = 0
    while tried < 20_000 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      tried += 1
      let read = try JSONValue(parsing: JSONValue.double(value).encoded)
      guard case .double(let back) = read, back.bitPattern == value.bitPattern else {
        Issue.record("\(value) came back as \(read)")
        return
      }
    }
  }

  @Test func `a short number is the double that the general conversion gives`() throws {
    var generator = RepeatableGenerator(seed: 22)
    func digits(_ count: Int) -> String {
      (0..<count).map { _ in "\(generator.next() % 10)" }.joined()
    }
    var exact = 0
    for _ in 0..<20_000 {
      let whole = "\(generator.next() % 3 == 0 ? 0 : UInt64(1 + generator.next() % 9))"
      var text = generator.next() % 2 == 0 ? "-" : ""
      text += whole + (whole == "0" ? "" : digits(Int(generator.next() % 12)))
      if generator.next() % 4 > 0 { text += "." + digits(1 + Int(generator.next() % 12)) }
      if generator.next() % 3 == 0 {
        text += ["e", "E", "e-", "E+"][Int(generator.next() % 4)] + "\(generator.next() % 30)"
      }
      guard text.contains(where: { ".eE".contains($0) }) else { continue }
      let bytes = Array(text.utf8)
      if JSONReader.exactDouble(bytes.span, 0..<bytes.count) != nil { exact += 1 }
      guard case .double(let read) = try JSONValue(parsing: bytes), let value = Double(text),
        read.bitPattern == value.bitPattern
      else {
        Issue.record("\(text) was read wrongly")
        return
      }
    }
    #expect(exact > 5000)
    for text in ["0.1", "-0.0", "312.4", "0.000123", "9007199254740993.0", "1e22", "1e23", "1.5e-22", "0e5"] {
      #expect(try JSONValue(parsing: Array(text.utf8)).doubleValue?.bitPattern == Double(text)?.bitPattern, "\(text)")
    }
  }

  @Test func `every 64-bit integer reads back as itself`() throws {
    var generator = RepeatableGenerator(seed: 64)
    for _ in 0..<20_000 {
      let value = Int64(bitPattern: generator.next()) >> Int64(generator.next() % 64)
      #expect(try JSONValue(parsing: JSONValue.integer(value).encoded) == .integer(value))
    }
  }

  @Test(arguments: [Double.infinity, -.infinity, .nan])
  func `numbers that JSON lacks are written as null`(_ value: Double) {
    #expect(JSONValue.double(value).text == "null")
  }

  @Test(
    arguments: [
      (.integer(7), 7, 7),
      (.double(7), nil, 7),
      (.numeral("9223372036854775808"), nil, 9_223_372_036_854_775_808),
      (.string("7"), nil, nil),
    ] as [(JSONValue, Int?, Double?)])
  func `only an integer is an integer, and any number a double`(_ value: JSONValue, _ int: Int?, _ double: Double?) {
    #expect(value.intValue == int)
    #expect(value.doubleValue == double)
  }
}
