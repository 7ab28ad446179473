/// Reads the pause that a provider requests in the headers of its answer.
package enum RateLimitHeaders {
  /// The seconds to wait from now; nil if the headers request no pause.
  ///
  /// `Retry-After-Ms` and `Retry-After` (seconds or a date; RFC 9110, section 10.2.3) take precedence. Without them,
  /// and only for a 429, the reset times of the exhausted limits count: `x-ratelimit-reset-requests` and `-tokens`
  /// (durations such as `1s`, `6m0s`, `120ms`), `anthropic-ratelimit-*-reset` (RFC 3339), and `x-ratelimit-reset`
  /// (seconds or milliseconds since 1970).
  /// - Parameter now: seconds since 1970.
  package static func delay(status: Int, headers: HTTPHeaders, now: Double) -> Double? {
    if let milliseconds = headers["retry-after-ms"].flatMap(Double.init), milliseconds >= 0 {
      return milliseconds / 1_000
    }
    if let text = headers["retry-after"] {
      if let seconds = Double(text), seconds >= 0 { return seconds }
      if let moment = Timestamp.httpDate(text) { return max(0, moment - now) }
    }
    return status == 429 ? longestReset(headers, now: now) : nil
  }

  private static func longestReset(_ headers: HTTPHeaders, now: Double) -> Double? {
    var delays: [Double] = []
    for kind in ["requests", "tokens"] where !hasSome(headers["x-ratelimit-remaining-\(kind)"]) {
      if let delay = headers["x-ratelimit-reset-\(kind)"].flatMap(duration) { delays.append(delay) }
    }
    for kind in ["requests", "tokens", "input-tokens", "output-tokens"]
    where !hasSome(headers["anthropic-ratelimit-\(kind)-remaining"]) {
      guard let moment = headers["anthropic-ratelimit-\(kind)-reset"].flatMap(Timestamp.rfc3339) else { continue }
      delays.append(max(0, moment - now))
    }
    if let moment = headers["x-ratelimit-reset"].flatMap(Double.init), moment >= 0 {
      let seconds = moment > 100_000_000_000 ? moment / 1_000 : moment
      // Some servers write a duration, which is a small number.
      delays.append(seconds < 1_000_000_000 ? seconds : max(0, seconds - now))
    }
    return delays.max()
  }

  private static func hasSome(_ remaining: String?) -> Bool {
    remaining.flatMap(Double.init).map { $0 > 0 } ?? false
  }

  /// `1s`, `6m0s`, `1h2m3.5s`, `120ms`, and a bare number of seconds.
  static func duration(_ text: String) -> Double? {
    if let seconds = Double(text) { return seconds >= 0 ? seconds : nil }
    var total = 0.0
    var rest = text[...]
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isNumber || $0 == "." }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(unit.count)
      guard let number = Double(digits), let scale = units[String(unit)] else { return nil }
      total += number * scale
    }
    return text.isEmpty ? nil : total
  }

  private static let units: [String: Double] = ["ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400]
}
