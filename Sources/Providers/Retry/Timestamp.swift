/// Parses the times in HTTP headers as seconds since 1970-01-01 UTC.
enum Timestamp {
  /// An HTTP date in its one current form: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
  static func httpDate(_ text: String) -> Double? {
    let parts = text.split { $0 == " " || $0 == "," || $0 == ":" }
    guard parts.count == 8, parts[7] == "GMT", let month = months.firstIndex(of: String(parts[2])),
      let day = Int(parts[1]), let year = Int(parts[3]), let hour = Int(parts[4]), let minute = Int(parts[5]),
      let second = Int(parts[6])
    else { return nil }
    return seconds(year, month + 1, day, hour, minute, Double(second))
  }

  /// `2026-11-21T05:30:00Z`, with an optional fraction and offset (RFC 3339).
  static func rfc3339(_ text: String) -> Double? {
    let text = Array(text)
    guard text.count >= 20, text[4] == "-", text[7] == "-", text[13] == ":", text[16] == ":",
      let year = number(text[0..<4]), let month = number(text[5..<7]), let day = number(text[8..<10]),
      let hour = number(text[11..<13]), let minute = number(text[14..<16])
    else { return nil }
    let zoneStart = text[19...].firstIndex { "Zz+-".contains($0) } ?? text.endIndex
    guard let second = Double(String(text[17..<zoneStart])), let offset = offset(text[zoneStart...]) else { return nil }
    return seconds(year, month, day, hour, minute, second).map { $0 - offset }
  }

  private static func offset(_ zone: ArraySlice<Character>) -> Double? {
    if zone.count == 1 { return zone.first == "Z" || zone.first == "z" ? 0 : nil }
    let digits = zone.dropFirst().filter { $0 != ":" }
    guard digits.count == 4, let hours = number(digits.prefix(2)), let minutes = number(digits.suffix(2)) else {
      return nil
    }
    return Double(hours * 3_600 + minutes * 60) * (zone.first == "-" ? -1 : 1)
  }

  private static func number(_ digits: some Sequence<Character>) -> Int? { Int(String(digits)) }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// The seconds since 1970, counting years from March, so that the leap day is the last of a year.
  private static func seconds(
    _ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Double
  ) -> Double? {
    guard (1970...9_999).contains(year), (1...12).contains(month), (1...31).contains(day), (0...23).contains(hour),
      (0...59).contains(minute), (0..<61).contains(second)
    else { return nil }
    let marchYear = month > 2 ? year : year - 1
    let marchMonth = (month + 9) % 12
    let days = 365 * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400 + (153 * marchMonth + 2) / 5 + day
    return Double((days - 719_469) * 86_400 + hour * 3_600 + minute * 60) + second
  }
}
