import JSONCoding

#if canImport(FoundationEssentials)
  package import FoundationEssentials
#else
  package import Foundation
#endif

/// A time with millisecond precision, written as ISO 8601 in UTC: `2026-11-21T10:15:30.125Z`.
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let millisecondsSince1970: Int64

  /// 1970-01-01T00:00:00.000Z, for an empty record.
  package static let zero = Timestamp(millisecondsSince1970: 0)

  package init(millisecondsSince1970: Int64) {
    self.millisecondsSince1970 = millisecondsSince1970
  }

  package init(_ date: Date) {
    millisecondsSince1970 = Int64((date.timeIntervalSince1970 * 1000).rounded())
  }

  /// Nil if the text is not an ISO 8601 date and time; the fraction of a second may be missing.
  package init?(parsing text: String) {
    // The style accepts November 31 as December 1.
    guard Self.beginsWell(Array(text.utf8).span, count: "0000-00-00T00:00:00".utf8.count) else { return nil }
    do {
      self.init(inRange: try Self.style.parse(text))
    } catch {
      do { self.init(inRange: try Date.ISO8601FormatStyle().parse(text)) } catch { return nil }
    }
  }

  /// Nil for a date outside the years of four digits that this form can write.
  private init?(inRange date: Date) {
    guard (-62_167_219_200..<253_402_300_800).contains(date.timeIntervalSince1970) else { return nil }
    self.init(date)
  }

  package var date: Date { Date(timeIntervalSince1970: Double(millisecondsSince1970) / 1000) }

  package var description: String {
    // The style truncates to milliseconds, and the nearest double may lie just below one.
    Date(timeIntervalSince1970: (Double(millisecondsSince1970) + 0.5) / 1000).formatted(Self.style)
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.millisecondsSince1970 < right.millisecondsSince1970
  }

  /// Whether the text has exactly the form of ``description``; cheaper than parsing it.
  static func isWellFormed(_ text: Span<UInt8>) -> Bool {
    text.count == form.count && beginsWell(text, count: form.count)
  }

  /// Whether the first bytes have the form of a valid calendar day and time.
  private static func beginsWell(_ text: Span<UInt8>, count: Int) -> Bool {
    guard text.count >= count else { return false }
    let (zero, nine, form) = (ASCII.zero, ASCII.nine, form.span)
    for index in 0..<count {
      let (byte, wanted) = (text[index], form[index])
      guard wanted == zero ? byte >= zero && byte <= nine : byte == wanted else { return false }
    }

    func number(_ index: Int) -> UInt8 { (text[index] - zero) * 10 + text[index + 1] - zero }
    let month = Int(number(5))
    guard (1...12).contains(month), number(11) < 24, number(14) < 60, number(17) < 60 else { return false }
    let isLeapYear = number(2) % 4 == 0 && (number(2) != 0 || number(0) % 4 == 0)
    let days = month == 2 && !isLeapYear ? 28 : daysOfMonths[month - 1]
    return (1...days).contains(number(8))
  }

  private static let daysOfMonths: [UInt8] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

  private static let form = Array("0000-00-00T00:00:00.000Z".utf8)
  package static let expectation = "a time such as 2026-11-21T10:15:30.125Z"
  private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
