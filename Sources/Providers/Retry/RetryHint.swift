import JSONCoding

/// Reads the pause that a provider requests in the body of its error.
enum RetryHint {
  /// The seconds in `google.rpc.RetryInfo` among an error's details.
  static func delay(inDetails details: JSONValue) -> Double? {
    (details.arrayValue ?? []).lazy.compactMap { $0["retryDelay"]?.stringValue.flatMap(RateLimitHeaders.duration) }
      .first
  }

  /// The seconds in words such as "Please retry in 0.4s", "try again in 6m0s" or "retry after 20 seconds".
  static func delay(inWords message: String) -> Double? {
    let words = message.lowercased().split { $0.isWhitespace }
    for index in words.indices.dropLast()
    where ["retry", "again", "wait"].contains(words[index]) {
      let isNamed = words[index + 1] == "in" || words[index + 1] == "after"
      let place = isNamed ? index + 2 : index + 1
      guard place < words.endIndex else { continue }
      let unit = place + 1 < words.endIndex ? words[place + 1] : ""
      if let seconds = seconds(words[place], unit) { return seconds }
    }
    return nil
  }

  private static func seconds(_ amount: Substring, _ unit: Substring) -> Double? {
    var amount = amount
    while let last = amount.last, ".,;:)".contains(last) { amount.removeLast() }
    guard let number = Double(amount) else {
      return amount.first?.isNumber == true ? RateLimitHeaders.duration(String(amount)) : nil
    }
    guard number >= 0 else { return nil }
    if unit.hasPrefix("ms") || unit.hasPrefix("milli") { return number / 1_000 }
    if unit.hasPrefix("min") { return number * 60 }
    if unit.hasPrefix("hour") { return number * 3_600 }
    return unit.hasPrefix("s") ? number : nil
  }
}
